"""Telling people what rules want them to know: by mail, and in a list of their own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from adjoin.access import actors, readable
from adjoin.accounts.jobs import in_every_account, task
from adjoin.brands.actions import default_brand
from adjoin.channels import mail_out
from adjoin.channels.models import OutgoingMail
from adjoin.kernel import languages
from adjoin.knowledge import moderating
from adjoin.notifications import letters, queries
from adjoin.notifications.models import Mute, News, Others, Preference
from adjoin.people.models import User

if TYPE_CHECKING:
    from adjoin.brands.models import Brand
    from adjoin.tickets.models import Ticket

log = structlog.get_logger("adjoin.notifications")

MAILS_MAX = 20  # to one person about one ticket
MAILS_WINDOW = timedelta(hours=1)
KEPT = timedelta(days=30)
MORNING = 7  # o'clock, where the person lives
DAILY_AFTER = timedelta(hours=20)  # since the last one, so that a slow morning does not skip a day


@task("notifications.notify", retry=RetryStrategy(max_attempts=8, exponential_wait=3))
def notify(
    *, audit_id: int, trigger_id: int | str, user_ids: list[int], subject: str, body: str, title: str = ""
) -> None:
    """Tell each person who can still read the ticket, with only what they may read in it.

    Who has muted it hears nothing, and neither do end users who want no mails about what others asked; agents find it
    in their list, too. Whose mails are gathered gets none by itself."""
    for user in User.objects.filter(pk__in=user_ids).order_by("pk"):
        actor = actors.load(user.pk)
        ticket = readable.tickets(actor).filter(audits=audit_id).with_people().first()
        if ticket is None or _is_muted(user, ticket) or _is_own_echo(user, ticket, audit_id):
            continue
        with transaction.atomic():
            wish = queries.wish_of(actor, ticket)
            if wish == Others.NONE:
                continue
            is_gathered = bool(wish)
            if actor.is_agent or is_gathered:
                is_gathered = _list(user, ticket, audit_id, trigger_id, subject, body, title, is_gathered)
            if user.can_get_mail and not is_gathered and _has_room(user, ticket, timezone.now()):
                with translation.override(_language(user, ticket.brand)):
                    letter = letters.about(
                        actor, ticket, audit_id=audit_id, cause=trigger_id, subject=subject, body=body
                    )
                mail_out.write(to=user, letter=letter, now=timezone.now())


@app.periodic(cron="4 * * * *")
@app.task(name="notifications.gather")
def gather(timestamp: int) -> None:
    """Write the digests that are due, and forget old news, in every account."""
    in_every_account(_gather_and_forget)


def _gather_and_forget(now: datetime) -> None:
    gather_due(now)
    News.objects.filter(created_at__lt=now - KEPT, waits_for_digest=False).delete()


def gather_due(now: datetime) -> None:
    """In this account: one digest to each person for whom something waits and whose hour it is."""
    waiting = Q(pk__in=News.objects.filter(waits_for_digest=True).values("user_id"))
    if moderating.is_any_waiting():
        waiting |= Q(pk__in=Preference.objects.exclude(digest="").values("user_id"))
    for user in User.objects.filter(waiting).order_by("pk"):
        with transaction.atomic():
            chosen = Preference.objects.select_for_update().filter(user=user).first()
            if _is_due(user, chosen, now) and _gather(user, chosen, now):
                Preference.objects.filter(user=user).update(gathered_at=now)


def _list(
    user: User,
    ticket: Ticket,
    audit_id: int,
    cause: int | str,
    subject: str,
    body: str,
    title: str,
    is_gathered: bool,
) -> bool:
    """Put it into the person's list; whether its mail waits for a digest."""
    row, _ = News.objects.get_or_create(
        user=user,
        audit_id=audit_id,
        cause=str(cause),
        defaults={
            "ticket": ticket,
            "title": title[:255],
            "subject": subject,
            "body": body,
            "created_at": timezone.now(),
            "waits_for_digest": is_gathered,
        },
    )
    return is_gathered or row.waits_for_digest


def _is_muted(user: User, ticket: Ticket) -> bool:
    return Mute.objects.filter(user=user, ticket=ticket).exists()


def _is_own_echo(user: User, ticket: Ticket, audit_id: int) -> bool:
    """Whether a mail would carry what somebody sent in the name of an address to that address, which nobody has
    confirmed: so would strangers mail what they like to whom they like."""
    if user.is_verified or ticket.channel_source.get("rel") != "unconfirmed":
        return False
    return ticket.audits.filter(pk=audit_id, author_id=user.pk).exists()


def _has_room(user: User, ticket: Ticket, now: datetime) -> bool:
    """Whether a person gets one more mail about a ticket: two programs that answer each other end here."""
    recent = OutgoingMail.objects.filter(ticket_id=ticket.pk, user=user, created_at__gt=now - MAILS_WINDOW)
    if recent.count() < MAILS_MAX:
        return True
    log.warning("too_many_mails", ticket_id=ticket.pk, user_id=user.pk, most=MAILS_MAX)
    return False


def _is_due(user: User, chosen: Preference | None, now: datetime) -> bool:
    if chosen is None or not chosen.is_daily:
        return True  # hourly, or no longer gathered: what waited goes now
    return now.astimezone(_zone(user)).hour >= MORNING and now - chosen.gathered_at >= DAILY_AFTER


def _zone(user: User) -> ZoneInfo:
    try:
        return ZoneInfo(user.time_zone)
    except (KeyError, ValueError):
        return ZoneInfo("UTC")


def _language(user: User, brand: Brand | None) -> str:
    return languages.of_person(user.locale, (brand or default_brand()).locale)


def _gather(user: User, chosen: Preference | None, now: datetime) -> bool:
    """Write what waits; whether anything did."""
    rows = list(News.objects.filter(user=user, waits_for_digest=True).order_by("pk"))
    actor = actors.load(user.pk)
    waiting = queries.comments_waiting(actor, since=chosen.gathered_at) if chosen and chosen.digest else []
    for brand in letters.brands_of(actor, rows) if user.can_get_mail else ():
        with translation.override(_language(user, brand)):
            letter = letters.digest(actor, rows, brand=brand, waiting=waiting)
        if letter is not None:
            mail_out.write(to=user, letter=letter, now=now)
    News.objects.filter(pk__in=[row.pk for row in rows]).update(waits_for_digest=False)
    return bool(rows or waiting)
