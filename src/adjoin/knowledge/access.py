"""Who reads which articles: one rule, with which every door begins.

An article is read where its words are published, in a help center that is open to whoever asks, by everybody it is for
who is also in the segment of each section around it that has one.
Those who look after the articles of a brand read all that is published there, and see drafts where they write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.knowledge.models import (
    Article,
    ArticleAttachment,
    BrandSegment,
    CommentSettings,
    ReaderComment,
    Section,
    Translation,
    UserSegment,
)
from adjoin.knowledge.terms import Audience, CommentsPolicy, CommentState, UserType
from adjoin.people.models import Organization, User

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.brands.models import Brand
    from adjoin.knowledge.models import ArticleQuerySet


_KEPT = "_segment_ids"


def readable_articles(actor: Actor, brand: Brand) -> ArticleQuerySet:
    """Every article of the brand's help center that `actor` may read, as one query that callers narrow further."""
    return _meant_for(actor, brand).published()


def readable_texts(actor: Actor, brand: Brand) -> QuerySet[Translation]:
    """The words of those articles, in each language in which they are published."""
    # Words that are no draft are what makes an article published: there is no need to look for others of it.
    return Translation.objects.filter(article__in=_meant_for(actor, brand), is_draft=False)


def readable_files(actor: Actor, brand: Brand) -> QuerySet[ArticleAttachment]:
    """The files of those articles, and what `actor` has sent for one of the articles they look after."""
    of_readable = Q(article__in=readable_articles(actor, brand))
    of_published = Q(locale="") | Q(Exists(_published_in_the_language_of_a_file()))
    own = Q(article=None, created_by_id=actor.user_id or 0)
    return ArticleAttachment.objects.filter(of_readable & of_published | own | Q(article__in=editable_articles(actor)))


def readable_comments(actor: Actor, brand: Brand) -> QuerySet[ReaderComment]:
    """The comments below those articles, where the brand takes any: what is shown, and one's own that waits.

    Those who look after the articles read what waits and what is hidden, too."""
    rows = ReaderComment.objects.filter(article__in=readable_articles(actor, brand))
    if policy_of(brand) == CommentsPolicy.OFF:
        return rows.none()
    if manages(actor, brand):
        return rows
    own = Q(author_id=actor.user_id, state=CommentState.HELD) if actor.user_id else Q(pk__in=[])
    return rows.filter(Q(state=CommentState.SHOWN) | own)


def policy_of(brand: Brand) -> CommentsPolicy:
    """What the brand does with comments of readers."""
    found = CommentSettings.objects.filter(brand=brand).values_list("policy", flat=True).first()
    return CommentsPolicy(found or CommentsPolicy.OFF)


def editable_articles(actor: Actor) -> ArticleQuerySet:
    """Every article that `actor` looks after, drafts too, in all their brands."""
    rows = Article.objects.filter(archived_at=None)
    if not permissions.allows(actor, Permission.MANAGE_ARTICLES):
        return rows.none()
    return rows if _is_in_every_brand(actor) else rows.filter(brand_id__in=actor.brand_ids)


def manages(actor: Actor, brand: Brand) -> bool:
    """Whether `actor` looks after the brand's articles."""
    if not permissions.allows(actor, Permission.MANAGE_ARTICLES):
        return False
    return _is_in_every_brand(actor) or brand.pk in actor.brand_ids


def is_open_to(actor: Actor, brand: Brand) -> bool:
    """Whether the brand's help center lets `actor` in at all: one kept for a segment lets nobody else in."""
    if not (brand.is_active and brand.has_help_center):
        return False
    return not brand.requires_sign_in or (actor.user_id is not None and _is_for(actor, brand))


def segments_of(actor: Actor) -> QuerySet[UserSegment]:
    """The segments that `actor` is in.

    Of a segment's conditions every one that is there must hold: all its `tags`, one of its `or_tags`, of its
    organizations, of its groups. Tags are those of the person and of their organizations. Whoever was added is in it
    whatever they say; nobody is who is not of its type."""
    rows = UserSegment.objects.all()
    if actor.user_id is None or not (actor.is_agent or actor.is_end_user):
        return rows.none()
    if not actor.is_agent:
        rows = rows.exclude(user_type=UserType.STAFF)
    tags, organizations, groups = _tags(actor), sorted(actor.organization_ids), sorted(actor.group_ids)
    holds = (
        Q(tags__contained_by=tags)
        & (Q(or_tags=[]) | Q(or_tags__overlap=tags))
        & (Q(organization_ids=[]) | Q(organization_ids__overlap=organizations))
        & (Q(group_ids=[]) | Q(group_ids__overlap=groups))
    )
    says_nothing = Q(tags=[], or_tags=[], organization_ids=[], group_ids=[])
    return rows.filter(Q(is_built_in=True) | holds & ~says_nothing | Q(added_user_ids__contains=[actor.user_id]))


def _is_for(actor: Actor, brand: Brand) -> bool:
    kept_for = BrandSegment.objects.filter(brand=brand).values_list("segment_id", flat=True).first()
    return kept_for is None or manages(actor, brand) or segments_of(actor).filter(pk=kept_for).exists()


def _meant_for(actor: Actor, brand: Brand) -> ArticleQuerySet:
    """What `actor` may read of the brand's once it is published; nothing where they may not come in."""
    rows = Article.objects.filter(brand=brand, archived_at=None)
    if not is_open_to(actor, brand):
        return rows.none()
    return rows if manages(actor, brand) else rows.filter(_for(actor)).exclude(section__in=_closed_to(actor, brand))


def _for(actor: Actor) -> Q:
    if actor.user_id is None:
        return Q(audience=Audience.EVERYBODY)
    chosen = Article.segments.through.objects.filter(article_id=OuterRef("pk"), usersegment_id__in=_segment_ids(actor))
    return Q(audience=Audience.EVERYBODY) | Q(Exists(chosen), audience=Audience.SEGMENTS)


def _closed_to(actor: Actor, brand: Brand) -> QuerySet[Section]:
    """The sections of the brand that are kept for a segment `actor` is not in, and what is inside them."""
    kept_for_some = Section.objects.filter(brand=brand).exclude(walls=[])
    return kept_for_some.exclude(walls__contained_by=_segment_ids(actor))


def _segment_ids(actor: Actor) -> list[int]:
    """The segments `actor` is in, asked once for each actor: like its other ids they are those of its request."""
    if actor.user_id is None:
        return []
    kept: dict[str, Any] = vars(actor)
    if _KEPT not in kept:
        kept[_KEPT] = list(segments_of(actor).values_list("pk", flat=True))
    found: list[int] = kept[_KEPT]
    return found


def _tags(actor: Actor) -> list[str]:
    own = User.objects.filter(pk=actor.user_id).values_list("tags", flat=True)
    theirs = Organization.objects.filter(pk__in=actor.organization_ids).values_list("tags", flat=True)
    return sorted({tag for tags in own.union(theirs, all=True) for tag in tags})


def _is_in_every_brand(actor: Actor) -> bool:
    return actor.is_admin or actor.is_system


def _published_in_the_language_of_a_file() -> QuerySet[Translation]:
    return Translation.objects.filter(article_id=OuterRef("article_id"), locale=OuterRef("locale"), is_draft=False)
