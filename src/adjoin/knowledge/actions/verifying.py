"""Keeping articles true: each may have an owner, who looks at it again every few months."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet

from adjoin.access import actors
from adjoin.kernel import record
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.knowledge import access
from adjoin.knowledge.actions import articles, checks
from adjoin.knowledge.models import Article

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

EVERY_MONTHS = (3, 6, 12, 24)


@transaction.atomic
def choose(*, actor: Actor, article: Article, owner_id: int | None, every_months: int | None, now: datetime) -> Article:
    """Who looks at the article again, and how often; None is nobody and never.

    Raises `NotFound`, and `Invalid` for an owner who does not look after it."""
    row = checks.lock_article(actor, article.pk)
    if every_months is not None and every_months not in EVERY_MONTHS:
        raise Invalid.field("verify_every_months", say("Choose how often."))
    before = (row.owner_id, row.verify_every_months)
    if before == (owner_id, every_months):
        return row
    if owner_id is not None and not access.manages(actors.load(owner_id), row.brand):
        raise Invalid.field("owner_id", say("Choose somebody who looks after these articles."))
    row.owner_id, row.verify_every_months = owner_id, every_months
    _plan(row)
    row.save(update_fields=["owner", "verify_every_months", "verify_on", "reminded_at"])
    moved = {"owner_id": (before[0], owner_id), "verify_every_months": (before[1], every_months)}
    record.changed(Did.UPDATED, "article", row.pk, articles.title_of(row), now=now, **moved)
    return row


@transaction.atomic
def verify(*, actor: Actor, article: Article, now: datetime) -> Article:
    """What the article says is still true. Raises `NotFound`."""
    row = checks.lock_article(actor, article.pk)
    row.verified_at, row.verified_by_id = now, actor.user_id
    _plan(row)
    row.save(update_fields=["verified_at", "verified_by", "verify_on", "reminded_at"])
    return row


def due(now: datetime) -> Q:
    """Of articles: those to be looked at again."""
    return Q(verify_on__lte=now.date(), archived_at=None)


def unreminded(now: datetime) -> QuerySet[Article]:
    """Those whose owner has not been told yet."""
    return Article.objects.filter(due(now), reminded_at=None, owner__isnull=False).order_by("owner_id", "pk")


def _plan(row: Article) -> None:
    since = (row.verified_at or row.created_at).date()
    row.verify_on = _later(since, row.verify_every_months) if row.verify_every_months else None
    row.reminded_at = None


def _later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))
