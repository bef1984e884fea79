"""How quickly views answer: `python -m bench.views`. Counts and pages of the ready-made ones, and by custom fields.

Fills a temporary account with a million tickets in bulk, of which each has 20 of 200 fields filled in, and asks as an
agent of three of its four brands does: the count as lists show it, the first page, one far behind, and every ticket
counted, which a job does for big views."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adjoin.project.env import Environment
from adjoin.project.ready import django_ready
from bench.access import RESULTS, in_turns
from bench.desk import RunningDesk
from bench.load import without_indexes

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.saved_views.models import View

ROUNDS = 10
AGENT = 20_001
UNSOLVED = ("status", "less_than", "solved")
BY_FIELDS: dict[str, list[tuple[str, str, Any]]] = {  # of the fields 100 to 299
    "a choice": [UNSOLVED, ("custom_fields_100", "includes", "choice_0")],
    "two choices": [
        UNSOLVED,
        ("custom_fields_100", "includes", "choice_0"),
        ("custom_fields_120", "includes", "choice_0"),
    ],
    "a choice of any status": [("status", "greater_than", "new"), ("custom_fields_100", "includes", "choice_0")],
    "a number": [UNSOLVED, ("custom_fields_101", "greater_than", 990)],
    "filled in": [UNSOLVED, ("custom_fields_100", "present", "")],
    "without a choice": [UNSOLVED, ("custom_fields_100", "not_includes", "choice_0")],
}


def fill(tickets: int) -> None:
    """An account with that many tickets, written in bulk."""
    from django.db import connection

    from adjoin.accounts import current
    from adjoin.accounts.actions import create_account

    account = create_account(subdomain="bench", name="Bench", now=datetime.now(UTC))
    current.enter(account)
    sql = (Path(__file__).parent / "views.sql").read_text().format(tickets=tickets).replace("%", "%%")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        with without_indexes(cursor, account.schema_name):
            cursor.execute(sql, ())
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


def agent() -> Actor:
    """Who asks: somebody of three brands and two groups, no admin."""
    from adjoin.access.actors import Actor, Kind

    groups = frozenset(range(10_001, 10_011))
    brands = frozenset(range(10_001, 10_004))
    own = frozenset((10_001, 10_002))
    return Actor(Kind.AGENT, AGENT, brand_ids=brands, group_ids=own, open_group_ids=groups)


def views() -> list[View]:
    """The ready-made ones, and those by fields, which nobody has saved."""
    from adjoin.saved_views.models import View

    now = datetime.now(UTC)
    drafts = [
        View(
            pk=-place,
            title=f"By fields: {name}",
            conditions={"all": [{"field": f, "operator": o, "value": v} for f, o, v in lines], "any": []},
            created_at=now,
            updated_at=now,
        )
        for place, (name, lines) in enumerate(BY_FIELDS.items(), 1)
    ]
    return [*View.objects.filter(is_for_admins=False).in_order(), *drafts]


def questions(view: View) -> dict[str, Callable[[], Any]]:
    """What is asked of a view, by name."""
    from adjoin.saved_views import queries
    from adjoin.tickets import pages

    asks, rows = agent(), queries.matching(agent(), view.conditions)
    first = queries.question(view, {})
    order = pages.sorted_by(rows.with_people(), first, backwards=True)
    row = order[60:61].first() if rows[:61].count() > 60 else None  # sixty before the end
    asked: dict[str, Callable[[], Any]] = {
        "count": lambda: queries.counts(asks, [view]),
        "first page": lambda: pages.of(asks, rows.all(), first).rows,
        "every ticket counted": lambda: rows.all().count(),
    }
    if row is not None:
        last = queries.question(view, {"after": pages.after(rows.filter(pk=row.pk), first)})
        asked["last page"] = lambda: pages.of(asks, rows.all(), last).rows
    return {f"{view.title}: {name}": ask for name, ask in asked.items()}


def plans() -> dict[str, str]:
    """How PostgreSQL answers the first page of each."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found = {}
    for view in views():
        with CaptureQueriesContext(connection) as captured:
            next(ask for name, ask in questions(view).items() if name.endswith("first page"))()
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {captured[-1]['sql']}".replace("%", "%%"), ())
            found[view.title] = "\n".join(line for (line,) in cursor.fetchall())
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--plans", action="store_true", help="print the plan of each first page")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        os.environ.update(RunningDesk(Path(folder)).settings())
        with django_ready(Environment.read()):
            from adjoin.project import schemas

            schemas.migrate()
            started = time.monotonic()
            fill(asked.tickets)
            print(f"{asked.tickets:,} tickets in {time.monotonic() - started:.0f} s")
            asks = {name: ask for view in views() for name, ask in questions(view).items()}
            rows = in_turns({name: partial(ask) for name, ask in asks.items()}, ROUNDS)
            found = plans() if asked.plans else {}
    for row in rows:
        print(f"{row.name:60} p50 {row.p50:>8.1f} ms   p95 {row.p95:>8.1f} ms")
    for title, plan in found.items():
        print(f"\n{title}\n{plan}")
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"views-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.json"
    path.write_text(json.dumps({"tickets": asked.tickets, "rows": [asdict(row) for row in rows], "plans": found}))


if __name__ == "__main__":
    main()
