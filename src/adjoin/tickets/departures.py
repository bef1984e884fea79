"""What happens to tickets when their people leave an organization, a group, or the agents.

Each ticket changes through `tickets.actions` like any other, so its audit tells why it moved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from adjoin.access.actors import Actor
from adjoin.people.models import User
from adjoin.tickets import actions
from adjoin.tickets.changes import Via
from adjoin.tickets.models import Ticket, TicketQuerySet
from adjoin.tickets.terms import Channel, TicketStatus

VIA = Via(Channel.SYSTEM)


def leave_organization(*, user_id: int, organization_id: int, now: datetime) -> None:
    """Tickets of that pair that are not closed belong to the organization no more."""
    rows = Ticket.objects.filter(requester_id=user_id, organization_id=organization_id, deleted_at=None)
    _change(rows.exclude(status=TicketStatus.CLOSED), now, organization_id=None)


def leave_group(*, user_id: int, group_id: int, now: datetime) -> None:
    """Unsolved tickets of that pair stay with the group, without the agent."""
    _change(Ticket.objects.filter(assignee_id=user_id, group_id=group_id, deleted_at=None), now, assignee_id=None)


def stop_being_agent(*, user: User, now: datetime) -> None:
    """Unsolved tickets assigned to them stay with their groups."""
    _change(Ticket.objects.filter(assignee=user, deleted_at=None), now, assignee_id=None)


def _change(rows: TicketQuerySet, now: datetime, **fields: Any) -> None:
    if "assignee_id" in fields:
        rows = rows.unsolved()
    for ticket_id in list(rows.order_by("pk").values_list("pk", flat=True)):
        actions.update(actor=Actor.system(), ticket_id=ticket_id, now=now, via=VIA, **fields)
