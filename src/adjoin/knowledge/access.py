"""Who reads which articles: one rule, with which every door begins.

An article is read where its words are published, in a help center that is open to whoever asks, by everybody it is for
who is also in the segment of each section around it that has one.
Those who look after the articles of a brand read all that is published there, and see drafts where they write."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Func, OuterRef, Q, QuerySet, Subquery, TextField

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.kernel import statements
from adjoin.kernel.statements import Ids
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


_KEPT, _READER = "_segment_ids", "_reader"


class Sees(Enum):
    """What of a help center's articles is for somebody."""

    NOTHING = "nothing"
    FOR_EVERYBODY = "for everybody"
    FOR_SEGMENTS = "for everybody and for their segments"
    ALL = "all"


class Reader(NamedTuple):
    """What somebody reads of one brand's articles, in plain values by which statements are kept."""

    sees: Sees
    brand_id: int
    segment_ids: Ids | None  # where these are asked at all


def reader(actor: Actor, brand: Brand) -> Reader:
    """What `actor` reads there, asked once for each actor: like its ids it is that of its request."""
    kept: dict[tuple[Any, ...], Reader] = vars(actor).setdefault(_READER, {})
    key = brand.pk, brand.is_active, brand.has_help_center, brand.requires_sign_in
    if key not in kept:
        kept[key] = _reader(actor, brand)
    return kept[key]


def articles_of(sees: Sees, brand_id: int, segment_ids: Ids | None) -> ArticleQuerySet:
    """Every article that such a `Reader` may read once it is published."""
    rows = Article.objects.filter(brand=brand_id, archived_at=None)
    if sees is Sees.NOTHING:
        return rows.none()
    if sees is Sees.ALL:
        return rows
    for_everybody, ids = Q(audience=Audience.EVERYBODY), Ids() if segment_ids is None else segment_ids
    chosen = Article.segments.through.objects.filter(article_id=OuterRef("pk"), usersegment_id__any_of=ids)
    for_some = Q(Exists(chosen), audience=Audience.SEGMENTS)
    closed = Section.objects.filter(brand=brand_id).exclude(walls=[]).exclude(walls__within=ids)
    return rows.filter(for_everybody if segment_ids is None else for_everybody | for_some).exclude(section__in=closed)


def texts_of(sees: Sees, brand_id: int, segment_ids: Ids | None) -> QuerySet[Translation]:
    """The words of those articles, in each language in which they are published."""
    # Words that are no draft are what makes an article published: there is no need to look for others of it.
    rows = articles_of(sees, brand_id, segment_ids)
    return Translation.objects.filter(article__in=rows, is_draft=False)


def readable_articles(actor: Actor, brand: Brand) -> ArticleQuerySet:
    """Every article of the brand's help center that `actor` may read, as one query that callers narrow further."""
    return articles_of(*reader(actor, brand)).published()


def readable_texts(actor: Actor, brand: Brand) -> QuerySet[Translation]:
    """The words of those articles, in each language in which they are published."""
    return texts_of(*reader(actor, brand))


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
    return CommentsPolicy(next(iter(_policies(brand.pk)), CommentsPolicy.OFF))


@statements.kept(is_prepared=True)
def _policies(brand_id: int) -> QuerySet[CommentSettings, str]:
    return CommentSettings.objects.filter(brand=brand_id).values_list("policy", flat=True)


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
    asking = _asking(actor)
    return _segments(*asking) if asking else UserSegment.objects.none()


def _asking(actor: Actor) -> tuple[int, bool, Ids, Ids] | None:
    if actor.user_id is None or not (actor.is_agent or actor.is_end_user):
        return None
    return actor.user_id, actor.is_agent, Ids(actor.organization_ids), Ids(actor.group_ids)


def _segments(user_id: int, is_agent: bool, organization_ids: Ids, group_ids: Ids) -> QuerySet[UserSegment]:
    rows = UserSegment.objects.all() if is_agent else UserSegment.objects.exclude(user_type=UserType.STAFF)
    tags = _tags(user_id, organization_ids)
    holds = (
        Q(tags__contained_by=tags)
        & (Q(or_tags=[]) | Q(or_tags__overlap=tags))
        & (Q(organization_ids=[]) | Q(organization_ids__meets=organization_ids))
        & (Q(group_ids=[]) | Q(group_ids__meets=group_ids))
    )
    says_nothing = Q(tags=[], or_tags=[], organization_ids=[], group_ids=[])
    return rows.filter(Q(is_built_in=True) | holds & ~says_nothing | Q(added_user_ids__contains=[user_id]))


def _is_for(actor: Actor, brand: Brand) -> bool:
    kept_for = next(iter(_kept_for(brand.pk)), None)
    return kept_for is None or manages(actor, brand) or kept_for in _segment_ids(actor)


@statements.kept(is_prepared=True)
def _kept_for(brand_id: int) -> QuerySet[BrandSegment, int]:
    return BrandSegment.objects.filter(brand=brand_id).values_list("segment_id", flat=True)


def _reader(actor: Actor, brand: Brand) -> Reader:
    if not is_open_to(actor, brand):
        return Reader(Sees.NOTHING, brand.pk, None)
    if manages(actor, brand):
        return Reader(Sees.ALL, brand.pk, None)
    if actor.user_id is None:
        return Reader(Sees.FOR_EVERYBODY, brand.pk, None)
    return Reader(Sees.FOR_SEGMENTS, brand.pk, _segment_ids(actor))


def _segment_ids(actor: Actor) -> Ids:
    """The segments `actor` is in, asked once for each actor, too."""
    kept: dict[str, Any] = vars(actor)
    if _KEPT not in kept:
        asking = _asking(actor)
        kept[_KEPT] = Ids(_ids_of_segments(*asking) if asking else ())
    found: Ids = kept[_KEPT]
    return found


@statements.kept(is_prepared=True)
def _ids_of_segments(user_id: int, is_agent: bool, organization_ids: Ids, group_ids: Ids) -> QuerySet[UserSegment, int]:
    return _segments(user_id, is_agent, organization_ids, group_ids).values_list("pk", flat=True)


def _tags(user_id: int, organization_ids: Ids) -> Func:
    """The tags of a person and of their organizations, as one list."""
    own = User.objects.filter(pk=user_id).values("tags")
    theirs = Organization.objects.filter(pk__any_of=organization_ids)
    each = theirs.annotate(tag=Func("tags", function="unnest", output_field=TextField())).values("tag")
    return Func(Subquery(own), ArraySubquery(each), function="array_cat", output_field=User._meta.get_field("tags"))


def _is_in_every_brand(actor: Actor) -> bool:
    return actor.is_admin or actor.is_system


def _published_in_the_language_of_a_file() -> QuerySet[Translation]:
    return Translation.objects.filter(article_id=OuterRef("article_id"), locale=OuterRef("locale"), is_draft=False)
