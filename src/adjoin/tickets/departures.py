"""What happens to tickets when their people leave an organization, a group, or the agents, and when an organization
ends. What may be many tickets changes in the background: whoever left has lost them already.

Each ticket that somebody leaves changes through `tickets.actions` like any other, so its audit tells why it moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from adjoin.access.actors import Actor
from adjoin.accounts.jobs import task
from adjoin.people.models import Membership, User
from adjoin.people.terms import Role
from adjoin.tickets import actions, live
from adjoin.tickets.changes import Via, wire
from adjoin.tickets.models import Audit, Event, Ticket, TicketCc, TicketQuerySet
from adjoin.tickets.terms import Channel, TicketStatus

VIA = Via(Channel.SYSTEM)
PEOPLE_IN_A_JOB = 500
TICKETS_IN_A_JOB = 1000


def leave_organization(*, user_ids: Sequence[int], organization_id: int, now: datetime) -> None:
    """Have the tickets of these people that are not closed belong to the organization no more, soon.

    Copies they got of its other tickets end at once: they read those only as members."""
    _end_copies(user_ids, organization_id)
    for at in range(0, len(user_ids), PEOPLE_IN_A_JOB):
        leave_organization_later.defer(
            user_ids=list(user_ids[at : at + PEOPLE_IN_A_JOB]), organization_id=organization_id
        )


def _end_copies(user_ids: Sequence[int], organization_id: int) -> None:
    rows = TicketCc.objects.filter(
        user_id__in=list(user_ids), user__role=Role.END_USER, ticket__organization_id=organization_id
    )
    ended = list(rows.exclude(ticket__requester_id=F("user_id")).order_by("ticket_id", "user_id"))
    TicketCc.objects.filter(pk__in=[one.pk for one in ended]).delete()
    for at in range(0, len(ended), TICKETS_IN_A_JOB):
        record_end_of_copies.defer(pairs=[[one.ticket_id, one.user_id] for one in ended[at : at + TICKETS_IN_A_JOB]])


@task("tickets.record_end_of_copies", retry=10)
def record_end_of_copies(*, pairs: list[list[int]]) -> None:
    """Write down on these tickets that these people are copied no more, and tell open pages."""
    gone: dict[int, set[int]] = defaultdict(set)
    for ticket_id, user_id in pairs:
        gone[ticket_id].add(user_id)
    now, left = timezone.now(), _copied(gone)
    with transaction.atomic():
        for ticket_id, user_ids in sorted(gone.items()):
            told = {
                "previous_email_ccs": sorted({*left.get(ticket_id, []), *user_ids}),
                "current_email_ccs": left.get(ticket_id, []),
            }
            audit = Audit.objects.create(ticket_id=ticket_id, channel=Channel.SYSTEM, created_at=now)
            Event.objects.create(audit=audit, type="EmailCcChange", data=told)
            live.announce(ticket_id)


@task("tickets.leave_organization", retry=10)
def leave_organization_later(*, user_ids: list[int], organization_id: int) -> None:
    """Take the tickets of these people out of the organization, unless they are in it again."""
    members = Membership.objects.filter(user_id=OuterRef("requester_id"), organization_id=organization_id)
    rows = Ticket.objects.filter(~Exists(members), requester_id__in=user_ids, organization_id=organization_id)
    open_ones = rows.filter(deleted_at=None).exclude(status=TicketStatus.CLOSED)
    _change(open_ones, timezone.now(), organization_id=None)


def end_organization(*, organization_id: int, heir_id: int | None, now: datetime) -> None:
    """Have all tickets of an organization belong to its heir, or to none, at once. Their audits tell of it soon."""
    rows = Ticket.objects.filter(organization_id=organization_id)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.update(organization_id=heir_id, generated_at=now)
    for at in range(0, len(ids), TICKETS_IN_A_JOB):
        record_end.defer(
            ticket_ids=ids[at : at + TICKETS_IN_A_JOB],
            was=organization_id,
            heir_id=heir_id,
            moment=now.isoformat(),
            lock=f"organization:{organization_id}",
        )


@task("tickets.record_end_of_organization", retry=10)
def record_end(*, ticket_ids: list[int], was: int, heir_id: int | None, moment: str) -> None:
    """Write down for each of these tickets that its organization ended, and tell open pages."""
    changed_at = datetime.fromisoformat(moment)
    told = {"field_name": "organization_id", "value": wire(heir_id), "previous_value": wire(was)}
    with transaction.atomic():
        done = Event.objects.filter(audit__ticket_id__in=ticket_ids, audit__channel=Channel.SYSTEM, data=told)
        left = Ticket.objects.filter(pk__in=ticket_ids).exclude(pk__in=done.values("audit__ticket_id"))
        audits = Audit.objects.bulk_create(
            [
                Audit(ticket_id=pk, channel=Channel.SYSTEM, created_at=changed_at)
                for pk in left.order_by("pk").values_list("pk", flat=True)
            ]
        )
        Event.objects.bulk_create([Event(audit=audit, type="Change", data=told) for audit in audits])
        for audit in audits:
            live.announce(audit.ticket_id)


def _copied(ticket_ids: Iterable[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = TicketCc.objects.filter(ticket_id__in=list(ticket_ids)).order_by("user_id")
    for ticket_id, user_id in rows.values_list("ticket_id", "user_id"):
        found[ticket_id].append(user_id)
    return found


def leave_group(*, user_id: int, group_id: int, now: datetime) -> None:
    """Unsolved tickets of that pair stay with the group, without the agent."""
    rows = Ticket.objects.filter(assignee_id=user_id, group_id=group_id, deleted_at=None)
    _change(rows.unsolved(), now, assignee_id=None)


def stop_being_agent(*, user: User, now: datetime) -> None:
    """Unsolved tickets assigned to them stay with their groups."""
    _change(Ticket.objects.filter(assignee=user, deleted_at=None).unsolved(), now, assignee_id=None)


def _change(rows: TicketQuerySet, now: datetime, **fields: Any) -> None:
    for ticket_id in list(rows.order_by("pk").values_list("pk", flat=True)):
        actions.update(actor=Actor.system(), ticket_id=ticket_id, now=now, via=VIA, **fields)
