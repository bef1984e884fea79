"""Who is in a segment: the rule of `access.segments_of`, asked from the other side."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from adjoin.access import actors
from adjoin.knowledge import access
from adjoin.knowledge.models import Article, UserSegment
from adjoin.knowledge.terms import UserType
from adjoin.people.models import Membership, User
from adjoin.people.terms import Role


def people_in(segment: UserSegment) -> QuerySet[User]:
    """The people a segment holds who can sign in."""
    rows: QuerySet[User] = User.objects.filter(is_active=True, is_suspended=False, partner_name="")
    if segment.user_type == UserType.STAFF:
        rows = rows.filter(role__in=(Role.AGENT, Role.ADMIN))
    if segment.is_built_in:
        return rows
    return rows.filter(_condition(segment) | Q(pk__in=segment.added_user_ids))


def articles_for(segment: UserSegment) -> int:
    """How many articles are kept for it, by themselves or by a section around them, drafts too."""
    kept = Q(segments=segment) | Q(section__walls__contains=[segment.pk])
    return Article.objects.filter(kept, archived_at=None).distinct().count()


def is_in(segment: UserSegment, user_id: int) -> bool:
    """The same question, asked of the rule that the doors ask."""
    return access.segments_of(actors.load(user_id)).filter(pk=segment.pk).exists()


def _condition(segment: UserSegment) -> Q:
    if not (segment.tags or segment.or_tags or segment.organization_ids or segment.group_ids):
        return Q(pk__in=[])
    found = Q()
    for tag in segment.tags:
        found &= _tagged([tag])
    if segment.or_tags:
        found &= _tagged(segment.or_tags)
    if segment.organization_ids:
        found &= Q(pk__in=_members(Q(organization_id__in=segment.organization_ids)))
    if segment.group_ids:
        found &= Q(group_memberships__group_id__in=segment.group_ids, group_memberships__group__is_deleted=False)
    return Q(pk__in=User.objects.filter(found).values("pk"))


def _tagged(tags: list[str]) -> Q:
    return Q(tags__overlap=tags) | Q(pk__in=_members(Q(organization__tags__overlap=tags)))


def _members(condition: Q) -> QuerySet[Any]:
    return Membership.objects.filter(condition).values("user_id")
