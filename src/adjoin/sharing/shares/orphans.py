"""Copies that partners left behind: which there are, and taking one over as part of its update."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from adjoin.access import readable
from adjoin.sharing.models import SharedTicket
from adjoin.sharing.terms import ShareState
from adjoin.tickets.terms import TicketStatus

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.changes import Change

FIELD = "sharing_ending"
SHOWN = 100
AT_ONCE = 250  # of all there are, in one request; the rest stays listed


@dataclass(frozen=True)
class Page:
    """Some copies, the id after which the next page begins, and how many tickets there are on all pages."""

    rows: list[SharedTicket]
    next: int | None
    in_all: int


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


def of(actor: Actor, after: int = 0) -> Page:
    """The copies left behind that are not closed, of tickets whose private side `actor` reads; the last left first.

    The page begins after the one with the id `after`, or with the newest."""
    rows = listed = _of(actor)
    if last := SharedTicket.objects.filter(pk=after).first():
        rows = rows.filter(Q(updated_at__lt=last.updated_at) | Q(updated_at=last.updated_at, pk__lt=last.pk))
    found = rows.select_related("agreement", "ticket__requester").order_by("-updated_at", "-pk")[: SHOWN + 1]
    shown = list(found)[:SHOWN]
    is_all = not after and len(found) <= SHOWN
    in_all = len({row.ticket_id for row in shown}) if is_all else listed.values("ticket_id").distinct().count()
    return Page(shown, shown[-1].pk if len(found) > SHOWN else None, in_all)


def oldest(actor: Actor) -> list[int]:
    """The tickets of those that were left first, by id: all, or as many as one request does."""
    ids = _of(actor).order_by("updated_at", "pk").values_list("ticket_id", flat=True)
    return list(dict.fromkeys(ids))[:AT_ONCE]


def _of(actor: Actor) -> QuerySet[SharedTicket]:
    mine = readable.tickets_as_agent(actor).exclude(status=TicketStatus.CLOSED)
    return SharedTicket.objects.left_behind().filter(ticket__in=mine)


def _take_over(change: Change) -> None:
    rows = SharedTicket.objects.left_behind().filter(ticket_id=change.ticket.pk)
    rows.update(state=ShareState.UNSHARED, updated_at=change.now)
