"""Copies that partners left behind: which there are, and taking one over as part of its update."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F

from adjoin.access import readable
from adjoin.sharing.models import SharedTicket
from adjoin.sharing.terms import ShareState
from adjoin.tickets.terms import TicketStatus

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.changes import Change

FIELD = "sharing_ending"
SHOWN = 100


@dataclass(frozen=True)
class TakenOver:
    """That a copy becomes an ordinary ticket of ours. Made by `actions` only."""


def write_ending(change: Change, value: Any) -> None:
    """The field `sharing_ending` of an update. Anything that is no `TakenOver` comes from outside and is ignored."""
    if not isinstance(value, TakenOver):
        return
    rows = SharedTicket.objects.left_behind().filter(ticket_id=change.ticket.pk)
    for shared in rows.select_for_update():
        change.record("SharingEndEvent", agreement_id=shared.agreement_id, action="taken_over")
    change.then(lambda change: _take_over(change))


def of(actor: Actor) -> list[SharedTicket]:
    """The copies left behind that are not closed, of tickets whose private side `actor` reads; at most 100."""
    mine = readable.tickets_as_agent(actor).exclude(status=TicketStatus.CLOSED)
    rows = SharedTicket.objects.left_behind().filter(ticket__in=mine)
    return list(rows.select_related("agreement", "ticket__requester").order_by(F("updated_at").desc(), "-pk")[:SHOWN])


def _take_over(change: Change) -> None:
    rows = SharedTicket.objects.left_behind().filter(ticket_id=change.ticket.pk)
    rows.update(state=ShareState.UNSHARED, updated_at=change.now)
