"""Ratings, as far as the tickets they are about may be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from adjoin.access import readable as access
from adjoin.kernel import statements
from adjoin.satisfaction.models import SatisfactionRating

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.changes import Change

BEFORE = "satisfaction"  # of `Change.before`


def readable(actor: Actor) -> QuerySet[SatisfactionRating]:
    """The ratings of tickets whose private side `actor` reads."""
    return SatisfactionRating.objects.filter(ticket__in=access.tickets_as_agent(actor))


def of(ticket_id: int) -> SatisfactionRating | None:
    """The rating of a ticket that the caller has read, if one was asked for or given."""
    return next(iter(_of(ticket_id)), None)


@statements.kept(is_prepared=True)
def _of(ticket_id: int) -> QuerySet[SatisfactionRating]:
    return SatisfactionRating.objects.filter(ticket_id=ticket_id).order_by("pk")[:1]


def keep_before(change: Change, rating: SatisfactionRating | None) -> None:
    """Remember for rules how the ticket was rated before this update, which is about to rate it."""
    change.before.setdefault(BEFORE, rating)


def before(change: Change) -> SatisfactionRating | None:
    """How the ticket was rated before this update."""
    return change.before[BEFORE] if BEFORE in change.before else of(change.ticket.pk or 0)
