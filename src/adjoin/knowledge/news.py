"""What a follower is told of an article, as far as they may read it at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from adjoin.access import actors
from adjoin.kernel import text
from adjoin.kernel.errors import NotFound
from adjoin.knowledge import access, links, queries
from adjoin.knowledge.actions import following
from adjoin.knowledge.models import Article, Subscription
from adjoin.knowledge.terms import Happened

if TYPE_CHECKING:
    from adjoin.brands.models import Brand
    from adjoin.people.models import User

WORDS_MAX = 600  # characters of the article or comment


@dataclass(frozen=True)
class News:
    """One thing for one follower: what happened to which article, its words, and where to end such mails."""

    user: User
    brand: Brand
    happened: Happened
    title: str
    words: str
    author: str  # of a comment; else empty
    url: str
    unfollow_url: str


def for_followers(happened: str, article_id: int, *, but_user_id: int | None, now: datetime) -> list[int]:
    """The ids of the subscriptions of those who want to hear of it."""
    article = Article.objects.filter(pk=article_id, archived_at=None).first()
    if article is None:
        return []
    rows = following.hearing(happened, article, now=now, but_user_id=but_user_id)
    return list(rows.order_by("pk").distinct().values_list("pk", flat=True))


def of(subscription_id: int, happened: str, article_id: int, *, comment_id: int | None) -> News | None:
    """What that follower is told; None where they may not read it, any more or yet."""
    row = Subscription.objects.select_related("user", "article__brand", "section__brand").get(pk=subscription_id)
    thing = row.article or row.section
    assert thing is not None
    actor, brand = actors.load(row.user_id), thing.brand
    try:
        found = queries.text(actor, brand, article_id, row.locale)
    except NotFound:
        return None
    words, author, url = found.body_text, "", links.address(brand, found)
    if comment_id is not None:
        comment = access.readable_comments(actor, brand).select_related("author").filter(pk=comment_id).first()
        if comment is None:
            return None
        words, author = text.plain_from_html(comment.body), comment.author.name if comment.author else ""
        url = f"{url}#comment-{comment_id}"
    cut = words if len(words) <= WORDS_MAX else f"{words[:WORDS_MAX].rstrip()}…"
    unfollow_url = f"{brand.url}/hc/unfollow/{following.token(row)}/"
    return News(row.user, brand, Happened(happened), found.title, cut, author, url, unfollow_url)


def told(subscription_id: int, now: datetime) -> None:
    """A follower has heard of a change: of the next ones only after a while."""
    Subscription.objects.filter(pk=subscription_id).update(told_at=now)
