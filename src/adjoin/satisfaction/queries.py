"""Ratings, as far as the tickets they are about may be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from adjoin.access import readable as access
from adjoin.satisfaction.models import SatisfactionRating

if TYPE_CHECKING:
    from adjoin.access.actors import Actor


def readable(actor: Actor) -> QuerySet[SatisfactionRating]:
    """The ratings of tickets whose private side `actor` reads."""
    return SatisfactionRating.objects.filter(ticket__in=access.tickets_as_agent(actor))


def of(ticket_id: int) -> SatisfactionRating | None:
    """The rating of a ticket that the caller has read, if one was asked for or given."""
    return SatisfactionRating.objects.filter(ticket_id=ticket_id).first()
