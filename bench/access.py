"""What many rights cost beside few: `python -m bench.access`. Lists, counts, and the gains and losses before a save.

Fills a temporary account with a million tickets in bulk, asks PostgreSQL as the access rules do, in turns, and prints
medians, 95th percentiles, their ratios and the plans."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adjoin.project.env import Environment
from adjoin.project.ready import django_ready
from bench.desk import RunningDesk

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from adjoin.access.actors import Actor

RESULTS = Path(__file__).parent / "results"
ROUNDS = 40
PAGE = 50


@dataclass(frozen=True)
class Row:
    """One thing that was asked, in milliseconds."""

    name: str
    p50: float
    p95: float


def people() -> dict[str, Actor]:
    """Pairs of readers of equally many tickets: through one right, and through many."""
    from adjoin.access.actors import Actor, Kind
    from adjoin.people.terms import TicketRestriction

    def ids(first: int, count: int) -> frozenset[int]:
        return frozenset(range(first, first + count))

    agent: dict[str, Any] = {"kind": Kind.AGENT, "user_id": 20_001, "scope": TicketRestriction.GROUPS}
    groups = ids(10_001, 60)
    return {
        "person in 1 organization": Actor(Kind.END_USER, 10_001, seen_organization_ids=ids(10_001, 1)),
        "person in 300 organizations": Actor(Kind.END_USER, 10_001, seen_organization_ids=ids(10_002, 300)),
        "agent with 1 brand, 1 group": Actor(
            **agent, brand_ids=ids(10_001, 1), group_ids=ids(10_001, 1), open_group_ids=groups
        ),
        "agent with 20 brands, 50 groups": Actor(
            **agent, brand_ids=ids(10_002, 20), group_ids=ids(10_002, 50), open_group_ids=groups
        ),
    }


def reading() -> tuple[list[Row], dict[str, str]]:
    """Lists and counts of each reader, asked in turns, and the plan of each."""
    from adjoin.access import readable

    asked: dict[str, Callable[[], Any]] = {}
    plans: dict[str, str] = {}
    for name, actor in people().items():
        rows = readable.tickets(actor)
        page = rows.order_by("-updated_at", "-pk")[:PAGE]
        asked[f"list of {PAGE}: {name}"] = partial(_whole, page)
        asked[f"count: {name}"] = partial(_count, rows)
        plans[name] = page.explain(analyze=True, costs=False, timing=False, summary=False)
    return in_turns(asked, ROUNDS), plans


def _whole(rows: QuerySet[Any]) -> list[Any]:
    return list(rows.all())


def _count(rows: QuerySet[Any]) -> int:
    return rows.all().count()


def saving() -> list[Row]:
    """Who gains and loses: an organization of 10,000 people starts to share; 200 agents get another brand."""
    from django.utils import timezone

    from adjoin.access import diff
    from adjoin.access.actors import Actor
    from adjoin.brands.models import BrandMembership
    from adjoin.people import actions
    from adjoin.people.models import Membership, Organization

    organization, now = Organization.objects.get(pk=10_001), timezone.now()
    members = list(Membership.objects.filter(organization=organization).values_list("user_id", flat=True))
    agents = list(range(20_001, 20_201))

    def give_brand() -> None:
        rows = [BrandMembership(user_id=pk, brand_id=10_001, created_at=now, updated_at=now) for pk in agents]
        BrandMembership.objects.bulk_create(rows, ignore_conflicts=True)

    def share() -> object:
        return actions.update_organization(organization=organization, now=now, shared_tickets=True)

    system = Actor.system()
    gained = diff.of(share, user_ids=members, asked_by=system).gains
    print(f"sharing lets {gained.people:,} people read {gained.tickets:,} tickets")
    return in_turns(
        {
            "gains and losses: 10,000 people": lambda: diff.of(share, user_ids=members, asked_by=system),
            "gains and losses: 200 agents": lambda: diff.of(give_brand, user_ids=agents, asked_by=system),
        },
        5,
    )


def in_turns(asked: dict[str, Callable[[], Any]], rounds: int) -> list[Row]:
    """Each asked once to warm up, then all of them in turns, so that other work on the machine touches them alike."""
    took: dict[str, list[float]] = {name: [] for name in asked}
    for name, ask in [*asked.items()] * (rounds + 1):
        started = time.perf_counter()
        ask()
        took[name].append((time.perf_counter() - started) * 1000)
    return [row(name, times[1:]) for name, times in took.items()]


def row(name: str, times: list[float]) -> Row:
    """The median and the 95th percentile of these milliseconds."""
    at_95 = statistics.quantiles(times, n=20, method="inclusive")[-1]
    return Row(name, round(statistics.median(times), 2), round(at_95, 2))


def fill(tickets: int) -> None:
    """An account with that many tickets, written in bulk."""
    from django.db import connection

    from adjoin.accounts import current
    from adjoin.accounts.actions import create_account

    current.enter(create_account(subdomain="bench", name="Bench", now=datetime.now(UTC)))
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            (Path(__file__).parent / "access.sql").read_text().format(tickets=tickets).replace("%", "%%"), ()
        )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        os.environ.update(RunningDesk(Path(folder)).settings())
        with django_ready(Environment.read()):
            from adjoin.project import schemas

            schemas.migrate()
            started = time.monotonic()
            fill(asked.tickets)
            print(f"{asked.tickets:,} tickets in {time.monotonic() - started:.0f} s")
            rows, plans = reading()
            rows += saving()
    for row in rows:
        print(f"{row.name:48} p50 {row.p50:>8.1f} ms   p95 {row.p95:>8.1f} ms")
    for name, plan in plans.items():
        print(f"\n{name}\n{plan}")
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"access-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.json"
    path.write_text(
        json.dumps({"tickets": asked.tickets, "rows": [asdict(row) for row in rows], "plans": plans}, indent=2)
    )


if __name__ == "__main__":
    main()
