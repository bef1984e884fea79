"""What rules cost: `python -m bench.rules`. Updates under many triggers, many tickets under one automation, mails.

Fills a temporary account with tickets, updates them in turns with 0, 10, 100 and 1,000 active triggers that cannot
match, lets one automation act on all of them, and writes mails full of placeholders. What is asked in turns is touched
alike by other work on the machine, so its ratios are what counts."""

from __future__ import annotations

import argparse
import copy
import itertools
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from adjoin.project.env import Environment
from adjoin.project.ready import django_ready
from bench.access import RESULTS, Row, row
from bench.desk import RunningDesk

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

IDLE = (0, 10, 100, 1000)  # triggers that cannot match
ACTING = (1, 10, 100)  # triggers that match
EACH = 10  # updates in each turn
PUBLIC_REPLY = "Thank you for writing. Please send us a picture of the label, and we send you a new one. " * 5
MAIL = """Dear {{ticket.requester.first_name}},
{{current_user.name}} has answered on {{ticket.title}} ({{ticket.id}}), which is {{ticket.status | downcase}}
{% if ticket.priority == "urgent" %}and urgent{% endif %}:
{{ticket.latest_public_comment}}
{{ticket.link}} — {{ticket.brand.name}}, {{ticket.account}}"""
Line = tuple[str, str, Any]


@dataclass
class Desk:
    """Who updates, the tickets by id, taken one after the other, and the group of the triggers that cannot match."""

    agent: Actor
    ticket_ids: list[int]
    others_brand_id: int

    def __post_init__(self) -> None:
        self._next: Iterator[int] = itertools.cycle(self.ticket_ids)

    def next_ticket(self) -> int:
        return next(self._next)


def fill(tickets: int) -> Desk:
    """A new account with that many open tickets: one made as people make them, and copies of it."""
    from django.utils import timezone

    from adjoin.access import actors
    from adjoin.accounts import current
    from adjoin.accounts.actions import create_account
    from adjoin.brands.actions import create_brand
    from adjoin.people import actions as people
    from adjoin.people.terms import Role

    now = timezone.now() - timedelta(days=3)
    current.enter(create_account(subdomain="bench", name="Bench", now=now))
    agent = actors.load(
        people.create_user(name="Agent Bench", email="agent@bench.example", role=Role.ADMIN, now=now).pk
    )
    other = create_brand(name="Other", subdomain="bench-other", now=now)
    return Desk(agent, _tickets(tickets, now), other.pk)


def _tickets(count: int, now: datetime) -> list[int]:
    from adjoin.access.actors import Actor
    from adjoin.people import actions as people
    from adjoin.tickets import actions
    from adjoin.tickets.changes import NewComment, Via
    from adjoin.tickets.models import Ticket
    from adjoin.tickets.terms import Channel

    customer = people.create_user(name="Customer Bench", email="customer@bench.example", now=now)
    first = actions.create(
        actor=Actor.system(),
        now=now,
        via=Via(Channel.WEB),
        comment=NewComment(body="My kettle is broken.", author_id=customer.pk),
        requester_id=customer.pk,
        subject="Broken kettle, order AC1234",
    ).ticket
    rows = [copy.copy(first) for _ in range(count)]
    for one in rows:
        one.pk, one._state = None, type(one._state)()
    return [one.pk for one in Ticket.objects.bulk_create(rows, batch_size=1000)]


def add_triggers(desk: Desk) -> None:
    """Triggers of every sort that cannot match, and some that match, all of them switched off."""
    from adjoin.rules.models import Trigger

    now = datetime.now(UTC)
    idle = itertools.islice(itertools.cycle(_idle_conditions(desk)), max(IDLE))
    acting = (
        [("update_type", "is", "Change"), ("current_tags", "not_includes", f"seen_{n}")] for n in range(max(ACTING))
    )
    Trigger.objects.update(is_active=False)
    Trigger.objects.bulk_create(
        Trigger(
            title=f"{title} {place}",
            position=100 + place,
            is_active=False,
            conditions={"all": [{"field": f, "operator": o, "value": v} for f, o, v in lines], "any": []},
            actions=[{"field": "current_tags", "value": f"seen_{place}"}],
            created_at=now,
            updated_at=now,
        )
        for title, rows in (("Idle", idle), ("Acting", acting))
        for place, lines in enumerate(rows)
    )


def _idle_conditions(desk: Desk) -> list[list[Line]]:
    """What triggers of real desks ask, as people write them: the line that fails is not always the first."""
    return [
        [("brand_id", "is", str(desk.others_brand_id))],
        [("update_type", "is", "Create"), ("subject_includes_word", "includes", "refund return")],
        [("update_type", "is", "Change"), ("current_tags", "includes", "vip gold platinum")],
        [("status", "value", "solved"), ("priority", "is", "urgent")],
        [("comment_includes_word", "includes", "invoice payment"), ("comment_is_public", "is", "true")],
        [("comment_includes_word", "is", "out of the office")],
        [("assignee_id", "changed", ""), ("assignee_id", "is_not", "current_user")],
        [("custom_fields_123", "includes", "gold"), ("status", "less_than", "solved")],
        [("description_includes_word", "includes", "refund"), ("update_type", "is", "Create")],
        [("requester_role", "is", "4"), ("current_via_id", "is", "4")],
    ]


def switch(title: str, count: int) -> None:
    """Have the first so many of these triggers act, and no others."""
    from adjoin.rules.models import Trigger

    Trigger.objects.update(is_active=False)
    first = Trigger.objects.filter(title__startswith=title).order_by("pk").values("pk")[:count]
    Trigger.objects.filter(pk__in=first).update(is_active=True)


def updates(desk: Desk, rounds: int) -> tuple[list[Row], list[Row], dict[str, float]]:
    """One update (a public comment and a priority) under triggers, the rules' own part of it, and µs for a trigger."""
    from adjoin.tickets import hooks

    ruled: list[float] = []
    busy: list[float] = []
    engine = hooks.rule_engines[0]
    hooks.rule_engines[0] = lambda change: _both(lambda: engine(change), ruled, busy)
    whole: dict[str, list[float]] = {}
    own: dict[str, list[float]] = {}
    processor: dict[str, list[float]] = {}
    cases = [("Idle", count) for count in IDLE] + [("Acting", count) for count in ACTING]
    for _ in range(rounds):
        for title, count in cases:
            switch(title, count)
            _update(desk)
            name = f"{count:,} triggers that {'cannot match' if title == 'Idle' else 'match'}"
            ruled.clear()
            busy.clear()
            whole.setdefault(name, []).extend(_timed(lambda: _update(desk)) for _ in range(EACH))
            own.setdefault(name, []).extend(ruled)
            processor.setdefault(name, []).extend(busy)
    hooks.rule_engines[0] = engine
    each = {
        "µs of the rules' part": _slope(own),
        "µs of the processor in it": _slope(processor),
        "µs of the whole update": _slope(whole),
    }
    return _rows(whole), _rows(own), each


def _slope(took: dict[str, list[float]]) -> float:
    """What one more trigger that cannot match costs: the difference between most and none of them."""
    medians = [statistics.median(times) for times in took.values()]
    return round((medians[len(IDLE) - 1] - medians[0]) * 1000 / max(IDLE), 2)


def _both(do: Callable[[], object], wall: list[float], busy: list[float]) -> None:
    """Milliseconds by the clock, and of this thread's processor, which other work on the machine does not touch."""
    began = time.thread_time()
    wall.append(_timed(do))
    busy.append((time.thread_time() - began) * 1000)


def _rows(took: dict[str, list[float]]) -> list[Row]:
    return [row(name, times) for name, times in took.items()]


def _timed(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return (time.perf_counter() - started) * 1000


def _update(desk: Desk) -> int | None:
    """Gives back the audit's id."""
    from django.utils import timezone

    from adjoin.tickets import actions
    from adjoin.tickets.changes import NewComment, Via
    from adjoin.tickets.terms import Channel

    written = actions.update(
        actor=desk.agent,
        ticket_id=desk.next_ticket(),
        now=timezone.now(),
        via=Via(Channel.WEB),
        comment=NewComment(body=PUBLIC_REPLY),
        priority="high",
    )
    return written.audit.pk if written.audit else None


@dataclass(frozen=True)
class Automated:
    """What one automation took for all tickets. Megabytes of this process, the worker's part of the work."""

    tickets: int
    runs: int  # at most 1,000 tickets in each, as Zendesk has it
    seconds: float
    tickets_a_second: float
    looking_ms: float  # a run that finds nothing more to do
    megabytes_before: float
    megabytes_after: float


def automate(desk: Desk) -> Automated:
    """Every ticket tagged by one automation, an hour of the desk's clock after the other, under the usual triggers."""
    from adjoin.rules import automating
    from adjoin.rules.models import Automation, Trigger

    Trigger.objects.update(is_active=False)
    Trigger.objects.exclude(title__startswith="Idle").exclude(title__startswith="Acting").update(is_active=True)
    Automation.objects.update(is_active=False)
    automation = _automation()
    now, before = datetime.now(UTC), _megabytes()
    started, done, runs = time.perf_counter(), 0, 0
    while acted := automating.run(automation, _standing_at(now)):
        done, runs, now = done + acted, runs + 1, now + timedelta(minutes=61)
    seconds = time.perf_counter() - started
    looking = _timed(lambda: automating.run(automation, _standing_at(now)))
    rate = round(done / seconds, 1)
    return Automated(done, runs, round(seconds, 1), rate, round(looking, 1), before, _megabytes())


def _standing_at(now: datetime) -> Callable[[], datetime]:
    return lambda: now


def _automation() -> int:
    from adjoin.access.actors import Actor
    from adjoin.rules import actions

    lines = [
        ("status", "less_than", "solved"),
        ("NEW", "greater_than", "24"),
        ("current_tags", "not_includes", "stale"),
    ]
    made = actions.create_automation(
        actor=Actor.system(),
        title="Old ones",
        conditions={"all": [{"field": f, "operator": o, "value": v} for f, o, v in lines], "any": []},
        actions=[{"field": "current_tags", "value": "stale"}],
        now=datetime.now(UTC),
    )
    return made.pk


def _megabytes() -> float:
    return round(float(psutil.Process().memory_info().rss) / 1e6, 1)


def mails(desk: Desk, count: int) -> tuple[Row, float]:
    """Mails with ten placeholders, each of an update of its own; and how many were written a second."""
    from adjoin.channels.models import OutgoingMail
    from adjoin.notifications import tasks
    from adjoin.people.models import User

    switch("Idle", 0)
    customer = User.objects.get(email="customer@bench.example").pk
    words = {"subject": "[{{ticket.account}}] Re: {{ticket.title}}", "body": MAIL}
    audit_ids = [_update(desk) for _ in range(count)]
    before = OutgoingMail.objects.count()
    times = [
        _timed(partial(tasks.notify, audit_id=audit_id, trigger_id=1, user_ids=[customer], **words))
        for audit_id in audit_ids
    ]
    written = OutgoingMail.objects.count() - before
    return row(f"{written:,} mails, each", times), round(written / sum(times) * 1000, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=10_000)
    parser.add_argument("--mails", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=10, help="turns of ten updates under each number of triggers")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        os.environ.update(RunningDesk(Path(folder)).settings())
        with django_ready(Environment.read()):
            from adjoin.project import schemas

            schemas.migrate()
            desk = fill(asked.tickets)
            add_triggers(desk)
            rows, own, each = updates(desk, asked.rounds)
            mailed, mails_a_second = mails(desk, asked.mails)
            automated = automate(desk)
    for heading, table in (("an update", rows), ("the rules' part of it", own), ("placeholders", [mailed])):
        print(heading)
        for one in table:
            print(f"  {one.name:36} p50 {one.p50:>8.2f} ms   p95 {one.p95:>8.2f} ms")
    print("a trigger that cannot match:", each)
    print(f"{mails_a_second} mails a second")
    print(automated)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"rules-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.json"
    told = {"updates": rows, "rules_part": own, "mails": [mailed]}
    found = {name: [asdict(one) for one in table] for name, table in told.items()}
    path.write_text(json.dumps({**vars(asked), **found, "each": each, "automation": asdict(automated)}, indent=2))


if __name__ == "__main__":
    main()
