"""What readers think of an article."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, QuerySet, Sum

from adjoin.kernel import statements
from adjoin.kernel.errors import NotAllowed, NotFound
from adjoin.kernel.wording import say
from adjoin.knowledge import access
from adjoin.knowledge.models import Article, Vote

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.brands.models import Brand


@transaction.atomic
def vote(*, actor: Actor, brand: Brand, article_id: int, value: int, now: datetime) -> Vote | None:
    """What `actor` thinks of an article they read: 1, -1, or 0 for nothing. One vote a person, the last one counts.

    Raises `NotFound`, and `NotAllowed` for anonymous."""
    found = access.readable_articles(actor, brand).filter(pk=article_id).first()
    if found is None:
        raise NotFound
    if actor.user_id is None:
        raise NotAllowed(say("Sign in to say whether it helped."))
    Article.objects.select_for_update().get(pk=found.pk)
    row = None
    if value == 0:
        Vote.objects.filter(article=found, user_id=actor.user_id).delete()
    else:
        row, _ = Vote.objects.update_or_create(
            article=found,
            user_id=actor.user_id,
            defaults={"value": 1 if value > 0 else -1, "updated_at": now},
            create_defaults={"value": 1 if value > 0 else -1, "created_at": now, "updated_at": now},
        )
    counted = Vote.objects.filter(article=found).aggregate(total=Sum("value"), people=Count("pk"))
    Article.objects.filter(pk=found.pk).update(vote_sum=counted["total"] or 0, vote_count=counted["people"])
    return row


def of(actor: Actor, article_id: int) -> int:
    """What `actor` has said of an article: 1, -1, or 0 for nothing."""
    return next(iter(_values(actor.user_id, article_id)), 0) if actor.user_id is not None else 0


@statements.kept(is_prepared=True)
def _values(user_id: int, article_id: int) -> QuerySet[Vote, int]:
    return Vote.objects.filter(article_id=article_id, user_id=user_id).values_list("value", flat=True)
