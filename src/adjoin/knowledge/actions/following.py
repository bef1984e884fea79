"""Following articles and sections: who wants to hear of what, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core import signing
from django.db import transaction
from django.db.models import Q, QuerySet

from adjoin.kernel import statements
from adjoin.kernel.errors import Invalid, NotAllowed, NotFound
from adjoin.kernel.wording import say
from adjoin.knowledge import access, queries
from adjoin.knowledge.models import Article, Section, Subscription
from adjoin.knowledge.terms import SOURCE_LOCALE, Happened
from adjoin.knowledge.terms import locale as checked_locale

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.brands.models import Brand

FOLLOWED_MAX = 500  # by one person
CHANGES_EVERY = timedelta(days=1)  # no follower hears of more than one change of an article in this time
_SALT = "adjoin.knowledge.following"


@transaction.atomic
def follow_article(
    *, actor: Actor, brand: Brand, article_id: int, now: datetime, locale: str = SOURCE_LOCALE
) -> Subscription:
    """Hear of changes of an article one reads, and of comments on it. Following twice changes nothing.

    Raises `NotFound`, `NotAllowed` for anonymous, `Invalid` for more than anybody can follow."""
    found = access.readable_articles(actor, brand).filter(pk=article_id).first()
    if found is None:
        raise NotFound
    return _follow(actor, now, article=found, locale=checked_locale(locale))


@transaction.atomic
def follow_section(
    *,
    actor: Actor,
    brand: Brand,
    section_id: int,
    now: datetime,
    locale: str = SOURCE_LOCALE,
    include_comments: bool = False,
) -> Subscription:
    """Hear of new articles in a section that shows something to one, and in what is inside it; of comments on them
    too where `include_comments`. Raises what `follow_article` raises."""
    queries.section(actor, brand, checked_locale(locale), section_id)
    found = Section.objects.get(pk=section_id)
    return _follow(actor, now, section=found, locale=checked_locale(locale), include_comments=include_comments)


@transaction.atomic
def unfollow(*, actor: Actor, subscription_id: int) -> None:
    """Hear no more of it. Raises `NotFound` for what is not one's own."""
    if not own(actor).filter(pk=subscription_id).delete()[0]:
        raise NotFound


def own(actor: Actor) -> QuerySet[Subscription]:
    """What `actor` follows, also what they may no longer read."""
    return Subscription.objects.filter(user_id=actor.user_id or 0)


def of_article(actor: Actor, article_id: int) -> Subscription | None:
    """What `actor` has to follow that article by."""
    return next(iter(_of_article(actor.user_id, article_id)), None) if actor.user_id is not None else None


def of_section(actor: Actor, section_id: int) -> Subscription | None:
    """What `actor` has to follow that section by."""
    return next(iter(_of_section(actor.user_id, section_id)), None) if actor.user_id is not None else None


@statements.kept(is_prepared=True)
def _of_article(user_id: int, article_id: int) -> QuerySet[Subscription]:
    return Subscription.objects.filter(user_id=user_id, article_id=article_id)


@statements.kept(is_prepared=True)
def _of_section(user_id: int, section_id: int) -> QuerySet[Subscription]:
    return Subscription.objects.filter(user_id=user_id, section_id=section_id)


def readable(actor: Actor, brand: Brand) -> QuerySet[Subscription]:
    """What `actor` follows in a help center, of what they may read now."""
    articles = access.readable_articles(actor, brand)
    sections = queries.tree(actor, brand, SOURCE_LOCALE).sections
    return own(actor).filter(Q(article__in=articles) | Q(section__in=list(sections)))


def hearing(happened: str, article: Article, *, now: datetime, but_user_id: int | None) -> QuerySet[Subscription]:
    """Who wants to hear of it, but for whoever did it. Whether they may read it is asked for each of them."""
    around = _sections_around(article)
    of_article = Q(article=article)
    wanted = {
        Happened.PUBLISHED: Q(section__in=around),
        Happened.CHANGED: of_article & (Q(told_at=None) | Q(told_at__lte=now - CHANGES_EVERY)),
        Happened.COMMENTED: of_article | Q(section__in=around, include_comments=True),
    }
    return Subscription.objects.filter(wanted[Happened(happened)]).exclude(user_id=but_user_id or 0)


def token(row: Subscription) -> str:
    """What lets its holder end this subscription, and nothing else, without signing in."""
    return signing.dumps([row.pk, row.user_id], salt=_SALT)


def named_by(given: str) -> Subscription | None:
    """The subscription of a token; None when it has ended. Raises `NotFound` for what we never gave out."""
    try:
        pk, user_id = signing.loads(given, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotFound from error
    return Subscription.objects.filter(pk=pk, user_id=user_id).first()


def end(given: str) -> None:
    """End the subscription of a token; one that has ended already stays so. Raises `NotFound`."""
    if (row := named_by(given)) is not None:
        row.delete()


def _follow(
    actor: Actor,
    now: datetime,
    *,
    locale: str,
    article: Article | None = None,
    section: Section | None = None,
    include_comments: bool = False,
) -> Subscription:
    if actor.user_id is None:
        raise NotAllowed(say("Sign in to follow it."))
    followed = own(actor)
    if followed.count() >= FOLLOWED_MAX and not followed.filter(article=article, section=section).exists():
        raise Invalid.field(
            "base",
            say("Nobody follows more than %(most)s articles and sections. End some first.") % {"most": FOLLOWED_MAX},
        )
    row, _ = Subscription.objects.update_or_create(
        user_id=actor.user_id,
        article=article,
        section=section,
        defaults={"locale": locale, "include_comments": include_comments, "updated_at": now},
        create_defaults={
            "locale": locale,
            "include_comments": include_comments,
            "created_at": now,
            "updated_at": now,
        },
    )
    return row


def _sections_around(article: Article) -> list[int]:
    parents = dict(Section.objects.filter(brand_id=article.brand_id).values_list("pk", "parent_id"))
    found: list[int] = []
    at: int | None = article.section_id
    while at is not None and at not in found:
        found.append(at)
        at = parents.get(at)
    return found
