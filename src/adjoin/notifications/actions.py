"""What people choose about how they hear of tickets."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from adjoin.access import readable
from adjoin.kernel.errors import NotFound
from adjoin.notifications import queries
from adjoin.notifications.models import Mute, News, Preference

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

MUTES_MAX = 1000  # of one person; the oldest goes first


@transaction.atomic
def mute(*, actor: Actor, ticket_id: int, now: datetime) -> None:
    """Tell `actor` nothing more of that ticket. What waits for a digest is dropped. Raises `NotFound`."""
    if not readable.tickets(actor).filter(pk=ticket_id).exists() or actor.user_id is None:
        raise NotFound
    Mute.objects.get_or_create(user_id=actor.user_id, ticket_id=ticket_id, defaults={"created_at": now})
    mine = News.objects.filter(user_id=actor.user_id, ticket_id=ticket_id)
    mine.update(waits_for_digest=False)
    mine.unread().update(read_at=now)
    newest = Mute.objects.filter(user_id=actor.user_id).order_by("-pk").values("pk")[:MUTES_MAX]
    Mute.objects.filter(user_id=actor.user_id).exclude(pk__in=list(newest.values_list("pk", flat=True))).delete()


def unmute(*, actor: Actor, ticket_id: int) -> None:
    """Tell `actor` of that ticket again. Nothing happens for one that is not muted."""
    Mute.objects.filter(user_id=actor.user_id or 0, ticket_id=ticket_id).delete()


@transaction.atomic
def choose_digest(*, actor: Actor, digest: str, others: str = "", now: datetime) -> None:
    """Gather `actor`'s mails from now on, or no longer; `others` says how end users hear of what others asked. What
    already waits goes with the next digest."""
    if actor.user_id is not None:
        chosen = {"digest": digest, "others": others, "gathered_at": now}
        Preference.objects.update_or_create(user_id=actor.user_id, defaults=chosen)


def read(*, actor: Actor, news_id: int, now: datetime) -> int:
    """Note that `actor` has read it; gives back the ticket's number. Raises `NotFound`."""
    found = queries.news(actor).filter(pk=news_id).first()
    if found is None:
        raise NotFound
    News.objects.filter(user_id=found.user_id, ticket_id=found.ticket_id).unread().update(read_at=now)
    return found.ticket_id


def read_all(*, actor: Actor, now: datetime) -> None:
    """Note that `actor` has read everything."""
    News.objects.filter(user_id=actor.user_id or 0).unread().update(read_at=now)
