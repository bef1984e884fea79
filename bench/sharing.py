"""How quickly partners hear of updates: `python -m bench.sharing`. One partner, many, and many of whom one fails.

Starts `adjoin serve` on a fresh home, makes 10,000 shared tickets, writes comments on them at a steady rate, and prints
how many updates a second reached the partners, and how long each took from its commit here until the partner's answer
was back, which is a little after it was to be seen there. Beside it stands what one update cost each process: that
hardly depends on what else the machine does. The comments are written by threads of this process, as a worker does."""

from __future__ import annotations

import argparse
import copy
import json
import math
import os
import random
import statistics
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adjoin.project.env import Environment
from adjoin.project.ready import django_ready
from bench.desk import RunningDesk

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.accounts.models import Account
    from adjoin.sharing.models import SharingAgreement
    from adjoin.tickets.models import Ticket

RESULTS = Path(__file__).parent / "results"
WRITERS = 4
RATES = (2, 5, 10, 15, 20, 30, 45, 70, 100)  # comments a second, one after the other
KEPT_UP_MS = 2000.0  # p50 of a desk that keeps up
SETTLE_SECONDS = 120
NOBODY_THERE = "http://nobody.localhost:9/sharing"


@dataclass(frozen=True)
class Row:
    """One scenario. Moments in milliseconds; of a failing partner's tickets none is counted."""

    name: str
    partners: int
    written_a_second: float
    synced_a_second: float
    p50: float
    p95: float
    waiting: int  # updates of partners who work that had not arrived when we stopped looking
    busy_ms: dict[str, float]  # of the processor, for each update that arrived, by process; "writing" is this one


@dataclass
class Desk:
    """The sharing account: who writes, and the ids of its shared tickets by agreement."""

    account: Account
    agent: Actor
    tickets: dict[int, list[int]]


def fill(partners: int, tickets: int) -> Desk:
    """A new account with that many partners of this install, and that many tickets shared with them in all."""
    from django.utils import timezone
    from django_tenants.utils import tenant_context

    from adjoin.accounts.actions import create_account

    now = timezone.now()
    account = create_account(subdomain=f"sharer-{partners}", name="Sharer", now=now)
    with tenant_context(account):
        desk = Desk(account, _agent(now), {})
    for number in range(partners):
        receiver = create_account(subdomain=f"partner-{partners}-{number}", name=f"Partner {number}", now=now)
        _share_all(desk, receiver, tickets // partners, now)
    return desk


def _agent(now: datetime) -> Actor:
    from adjoin.access import actors
    from adjoin.people import actions as people
    from adjoin.people.terms import Role

    return actors.load(people.create_user(name="Agent", email=None, role=Role.ADMIN, now=now).pk)


def _share_all(desk: Desk, receiver: Account, count: int, now: datetime) -> None:
    """An agreement in force, and tickets that stand on both sides already."""
    from django_tenants.utils import tenant_context

    from adjoin.kernel import ids
    from adjoin.sharing import addresses

    uuid, key = ids.new_secret(), ids.new_secret()
    with tenant_context(desk.account):
        ours = addresses.own_url()
    with tenant_context(receiver):
        theirs = addresses.own_url()
    with tenant_context(desk.account):
        agreement = _agreement("outbound", uuid, key, ours, theirs, now)
        rows = _tickets(count, now)
        names = [addresses.uuid_for(ours, "tickets", row.pk) for row in rows]
        _shared(agreement, rows, names, "sent", now)
        desk.tickets[agreement.pk] = [row.pk for row in rows]
    with tenant_context(receiver):
        agreement = _agreement("inbound", uuid, key, theirs, ours, now)
        _shared(agreement, _tickets(count, now), names, "received", now)


def _agreement(direction: str, uuid: str, key: str, own: str, partner: str, now: datetime) -> SharingAgreement:
    from adjoin.sharing.models import SharingAgreement

    return SharingAgreement.objects.create(
        uuid=uuid,
        access_key=key,
        direction=direction,
        status="accepted",
        is_confirmed=True,
        partner_name="Partner",
        partner_version=1,
        own_url=own,
        partner_url=partner,
        created_at=now,
        updated_at=now,
    )


def _tickets(count: int, now: datetime) -> list[Ticket]:
    """That many tickets in the account in use: one made as people make them, and copies of it."""
    from adjoin.access.actors import Actor
    from adjoin.people import actions as people
    from adjoin.service_levels.models import Ledger
    from adjoin.tickets import actions
    from adjoin.tickets.changes import NewComment, Via
    from adjoin.tickets.models import Ticket
    from adjoin.tickets.terms import Channel

    customer = people.create_user(name="Customer", email=None, now=now)
    first = actions.create(
        actor=Actor.system(),
        now=now,
        via=Via(Channel.WEB),
        comment=NewComment(body="My kettle is broken.", author_id=customer.pk),
        requester_id=customer.pk,
        subject="Broken kettle",
    ).ticket
    rows = [copy.copy(first) for _ in range(count)]
    for row in rows:
        row.pk, row._state = None, type(row._state)()
    Ticket.objects.bulk_create(rows)
    story = Ledger.objects.get(ticket=first).story  # each has one, as if it had been made by itself
    Ledger.objects.bulk_create(Ledger(ticket=row, story=story) for row in rows)
    return rows


def _shared(agreement: SharingAgreement, rows: list[Ticket], names: list[str], role: str, now: datetime) -> None:
    from adjoin.sharing.models import SharedTicket

    values = {"subject": rows[0].subject, "status": rows[0].status} if rows else {}
    SharedTicket.objects.bulk_create(
        SharedTicket(
            agreement=agreement,
            ticket=row,
            uuid=uuid,
            role=role,
            is_delivered=True,
            queued=values,
            theirs=values,
            created_at=now,
            updated_at=now,
        )
        for row, uuid in zip(rows, names, strict=True)
    )


def measure(
    name: str, desk: Desk, running: RunningDesk, *, seconds: float, rate: float, failing: int | None = None
) -> Row:
    """Write at that rate for that long, and see when it arrived."""
    from django_tenants.utils import tenant_context

    from adjoin.sharing.models import Delivery, SharingAgreement

    with tenant_context(desk.account):
        if failing is not None:
            SharingAgreement.objects.filter(pk=failing).update(partner_url=NOBODY_THERE)
        before = Delivery.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        began = _busy(running)
        written = _write(desk, seconds, rate)
        _settle(before, failing)
        busy = {part: spent - began[part] for part, spent in _busy(running).items()}
        fresh = Delivery.objects.filter(pk__gt=before).exclude(agreement_id=failing)
        sent_rows = fresh.filter(state="sent").values_list("created_at", "sent_at")
        moments = [(begun, sent) for begun, sent in sent_rows if sent is not None]
        waiting = fresh.filter(state="waiting").count()
    if len(moments) < 2:
        return Row(name, len(desk.tickets), round(written / seconds, 1), 0.0, math.inf, math.inf, waiting, {})
    delays = sorted((sent - begun).total_seconds() * 1000 for begun, sent in moments)
    span = max(sent for _, sent in moments) - min(begun for begun, _ in moments)
    cuts = statistics.quantiles(delays, n=20)
    return Row(
        name,
        len(desk.tickets),
        round(written / seconds, 1),
        round(len(moments) / span.total_seconds(), 1),
        round(cuts[9], 1),
        round(cuts[18], 1),
        waiting,
        {part: round(spent * 1000 / len(moments), 2) for part, spent in busy.items()},
    )


def _busy(running: RunningDesk) -> dict[str, float]:
    return {"writing": time.process_time(), **running.busy_seconds()}


def _settle(before: int, failing: int | None) -> None:
    """Wait until partners who work have everything."""
    from adjoin.sharing.models import Delivery

    deadline = time.monotonic() + SETTLE_SECONDS
    waiting = Delivery.objects.filter(pk__gt=before, state="waiting").exclude(agreement_id=failing)
    while waiting.exists() and time.monotonic() < deadline:
        time.sleep(0.25)


def _write(desk: Desk, seconds: float, rate: float) -> int:
    """Comments on shared tickets at random, from several threads; how many there were."""
    chance = random.Random(1)
    ids = [pk for one in desk.tickets.values() for pk in one]
    plan = [(at / rate, chance.choice(ids)) for at in range(int(seconds * rate))]
    began, done = time.monotonic(), [0] * WRITERS
    threads = [
        threading.Thread(target=_writer, args=(desk, plan[number::WRITERS], began, seconds, done, number))
        for number in range(WRITERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done)


def _writer(
    desk: Desk, plan: list[tuple[float, int]], began: float, seconds: float, done: list[int], number: int
) -> None:
    from django.db import connection
    from django.utils import timezone
    from django_tenants.utils import tenant_context

    from adjoin.tickets import actions
    from adjoin.tickets.changes import NewComment, Via
    from adjoin.tickets.terms import Channel

    with tenant_context(desk.account):
        for at, ticket_id in plan:
            time.sleep(max(0.0, began + at - time.monotonic()))
            if time.monotonic() - began > seconds:
                break  # this machine does not write so quickly; the table says how many it were
            comment = NewComment(body=f"News at {at:.2f}")
            actions.update(
                actor=desk.agent, ticket_id=ticket_id, now=timezone.now(), via=Via(Channel.WEB), comment=comment
            )
            done[number] += 1
    connection.close()


def run(asked: argparse.Namespace, running: RunningDesk) -> list[Row]:
    """Every scenario, in the order of the table."""
    if asked.steps:
        return steps(fill(1, asked.tickets), running, asked.seconds)
    many = fill(asked.partners, asked.tickets)
    one = fill(1, asked.tickets)
    options: dict[str, Any] = {"seconds": asked.seconds, "rate": asked.rate}
    rows = [
        measure("1 partner", one, running, **options),
        measure(f"{asked.partners} partners", many, running, **options),
    ]
    failing = next(iter(many.tickets))
    return [*rows, measure(f"{asked.partners} partners, one fails", many, running, failing=failing, **options)]


def steps(desk: Desk, running: RunningDesk, seconds: float) -> list[Row]:
    """More and more comments a second, until half of them take longer than two seconds to arrive."""
    rows: list[Row] = []
    for rate in RATES:
        rows.append(measure(f"{rate} offered a second", desk, running, seconds=seconds, rate=rate))
        if rows[-1].p50 > KEPT_UP_MS or rows[-1].waiting:
            break
    return rows


def _show(rows: list[Row]) -> None:
    for row in rows:
        print(
            f"{row.name:28} written {row.written_a_second:>6.1f}/s  synced {row.synced_a_second:>6.1f}/s  "
            f"p50 {row.p50:>8.1f} ms  p95 {row.p95:>8.1f} ms  left waiting {row.waiting}"
        )
        costs = "  ".join(f"{part} {spent:.1f}" for part, spent in row.busy_ms.items())
        print(f"{'':28} {sum(row.busy_ms.values()):.1f} ms of the processor for each update: {costs}")
    if len(rows) < 3 or rows[2].partners == 1:
        kept_up = [row for row in rows if row.p50 <= KEPT_UP_MS]
        print(f"p50 is under 2 s up to {kept_up[-1].synced_a_second if kept_up else 0} updates a second")
        return
    one, many, failing = rows
    print(f"p95 of {many.partners} partners is {many.p95 / one.p95:.2f} times that of one")
    print(f"p95 of the others while one fails is {failing.p95 / many.p95:.2f} times that without")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=10_000)
    parser.add_argument("--partners", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=100, help="comments a second")
    parser.add_argument("--steps", action="store_true", help="instead, one partner and more and more comments a second")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        desk = RunningDesk(Path(folder))
        os.environ.update(desk.settings())
        with desk, django_ready(Environment.read()):
            rows = run(asked, desk)
    _show(rows)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"sharing-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.json"
    path.write_text(json.dumps({**vars(asked), "rows": [asdict(row) for row in rows]}, indent=2))


if __name__ == "__main__":
    main()
