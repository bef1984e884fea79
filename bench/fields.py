"""How quickly tickets are found by their fields: `python -m bench.fields`. Of any status, as an admin sees them.

Fills a temporary account in bulk: 200 fields, of which each ticket has 20 filled in, and asks PostgreSQL for the newest
page, for the count as lists show it, and for the whole count. Views, which are of some status, are in `bench.views`."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from adjoin.project.env import Environment
from adjoin.project.ready import django_ready
from bench import views
from bench.access import PAGE, RESULTS, in_turns
from bench.desk import RunningDesk

ROUNDS = 10
CHOICE, OTHER = ("custom_fields_100", "includes", "choice_0"), ("custom_fields_150", "includes", "choice_0")
ASKED: dict[str, list[tuple[str, str, Any]]] = {
    "a choice": [CHOICE],
    "two choices": [CHOICE, OTHER],
    "a choice and a number": [CHOICE, ("custom_fields_101", "greater_than", 500)],
    "a number": [("custom_fields_101", "is", 500)],
}


def questions() -> dict[str, Callable[[], Any]]:
    """What is asked, by name."""
    from adjoin.access import readable
    from adjoin.access.actors import Actor, Kind
    from adjoin.rules import engine
    from adjoin.saved_views.queries import COUNT_MAX

    admin = Actor(Kind.ADMIN, views.AGENT)
    found: dict[str, Callable[[], Any]] = {}
    for name, lines in ASKED.items():
        conditions = {"all": [{"field": f, "operator": o, "value": v} for f, o, v in lines]}
        rows = readable.tickets(admin).filter(engine.as_filter(admin, conditions))
        name = f"{name} ({rows.count():,} tickets)"
        found[f"{name}: page of {PAGE}"] = partial(_whole, rows.order_by("-updated_at", "-pk")[:PAGE])
        found[f"{name}: count"] = rows[: COUNT_MAX + 1].count
        found[f"{name}: every ticket counted"] = rows.count
    return found


def _whole(rows: Any) -> list[Any]:
    return list(rows.all())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        os.environ.update(RunningDesk(Path(folder)).settings())
        with django_ready(Environment.read()):
            from adjoin.project import schemas

            schemas.migrate()
            views.fill(asked.tickets)
            rows = in_turns(questions(), ROUNDS)
    for row in rows:
        print(f"{row.name:60} p50 {row.p50:>8.1f} ms   p95 {row.p95:>8.1f} ms")
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"fields-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.json"
    path.write_text(json.dumps({"tickets": asked.tickets, "rows": [asdict(row) for row in rows]}))


if __name__ == "__main__":
    main()
