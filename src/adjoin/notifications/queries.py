"""What somebody was told, as far as they may still read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adjoin.access import readable
from adjoin.notifications.models import Mute, News, Preference

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.notifications.models import NewsQuerySet
    from adjoin.tickets.models import TicketQuerySet

COUNT_MAX = 99


def news(actor: Actor) -> NewsQuerySet:
    """What `actor` was told of the tickets that they read now."""
    return News.objects.filter(user_id=actor.user_id or 0, ticket__in=readable.tickets(actor))


def unread_count(actor: Actor | None) -> int:
    """How many of them are unread, up to one more than `COUNT_MAX`. Nothing for those who are not on the team."""
    if actor is None or not actor.is_agent:
        return 0
    return news(actor).unread()[: COUNT_MAX + 1].count()


def muted(actor: Actor) -> TicketQuerySet:
    """The tickets that `actor` does not want to hear of, of those they read."""
    own = Mute.objects.filter(user_id=actor.user_id or 0).values("ticket_id")
    return readable.tickets(actor).filter(pk__in=own)


def digest_of(user_id: int) -> str:
    """How often that person's mails are gathered, "" for not at all."""
    return Preference.objects.filter(user_id=user_id).values_list("digest", flat=True).first() or ""
