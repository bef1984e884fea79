"""What somebody was told, as far as they may still read it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from adjoin.access import permissions, readable
from adjoin.access.permissions import Permission
from adjoin.knowledge import moderating
from adjoin.notifications.models import Mute, News, Preference

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.knowledge.moderating import Waiting
    from adjoin.notifications.models import NewsQuerySet
    from adjoin.tickets.models import Ticket, TicketQuerySet

COUNT_MAX = 99


def news(actor: Actor) -> NewsQuerySet:
    """What `actor` was told of the tickets that they read now."""
    return News.objects.filter(user_id=actor.user_id or 0, ticket__in=readable.tickets(actor))


def unread_count(actor: Actor | None) -> int:
    """How many of them are unread, with the comments that wait for `actor`'s approval; one more than `COUNT_MAX` at
    most. Nothing for those who are not on the team."""
    if actor is None or not actor.is_agent:
        return 0
    waiting = sum(one.count for one in comments_waiting(actor))
    return min(news(actor).unread()[: COUNT_MAX + 1].count() + waiting, COUNT_MAX + 1)


def comments_waiting(actor: Actor, *, since: datetime | None = None) -> list[Waiting]:
    """The comments of readers that wait for `actor`, brand by brand. Asks nothing for those who approve none."""
    if not permissions.allows(actor, Permission.MANAGE_ARTICLES):
        return []
    return moderating.comments(actor, since=since)


def muted(actor: Actor) -> TicketQuerySet:
    """The tickets that `actor` does not want to hear of, of those they read."""
    own = Mute.objects.filter(user_id=actor.user_id or 0).values("ticket_id")
    return readable.tickets(actor).filter(pk__in=own)


def chosen_by(user_id: int) -> Preference:
    """How that person wants to hear of tickets; who has chosen nothing hears of each at once."""
    return Preference.objects.filter(user_id=user_id).first() or Preference(user_id=user_id)


def wish_of(actor: Actor, ticket: Ticket) -> str:
    """How `actor` wants to hear of that ticket: a `Digest` or, of others' requests, an `Others`."""
    chosen = chosen_by(actor.user_id or 0)
    return chosen.digest if actor.is_agent or ticket.requester_id == actor.user_id else chosen.others
