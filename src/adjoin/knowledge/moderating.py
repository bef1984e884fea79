"""What waits for those who look after articles: comments of readers, brand by brand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, F, Max
from django.urls import reverse

from adjoin.accounts import current
from adjoin.knowledge import access
from adjoin.knowledge.models import CommentSettings, ReaderComment
from adjoin.knowledge.terms import CommentsPolicy, CommentState

if TYPE_CHECKING:
    from adjoin.access.actors import Actor


@dataclass(frozen=True)
class Waiting:
    """Comments that wait for approval in a brand's help center: how many, the last one's id, and where it is given."""

    brand_name: str
    count: int
    last_id: int
    url: str


def comments(actor: Actor, *, since: datetime | None = None) -> list[Waiting]:
    """What waits in the brands whose articles `actor` looks after; with `since`, only what came after it."""
    takes_some = CommentSettings.objects.exclude(policy=CommentsPolicy.OFF).values("brand_id")
    rows = ReaderComment.objects.filter(state=CommentState.HELD, article__in=access.editable_articles(actor))
    rows = rows.filter(article__brand_id__in=takes_some)
    if since is not None:
        rows = rows.filter(created_at__gt=since)
    found = rows.values(brand_id=F("article__brand_id"), name=F("article__brand__name")).order_by("brand_id")
    page = f"{current.url()}{reverse('knowledge:comments')}"
    return [
        Waiting(row["name"], row["count"], row["last_id"], f"{page}?brand={row['brand_id']}")
        for row in found.annotate(count=Count("pk"), last_id=Max("pk"))
    ]


def is_any_waiting() -> bool:
    """Whether any comment waits at all."""
    return ReaderComment.objects.filter(state=CommentState.HELD).exists()
