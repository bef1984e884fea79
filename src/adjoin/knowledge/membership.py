"""Who is in a segment: the rule of `access.segments_of`, asked from the other side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q, QuerySet

from adjoin.access import actors
from adjoin.knowledge import access
from adjoin.knowledge.actions import segments
from adjoin.knowledge.models import Article, UserSegment
from adjoin.knowledge.terms import UserType
from adjoin.people.models import Membership, User
from adjoin.people.terms import Role

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

SHOWN = 10  # people named


@dataclass(frozen=True)
class Moved:
    """Who comes into a segment and who goes: numbers, and some names."""

    came: int
    went: int
    names_came: list[str]
    names_went: list[str]


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


def moved_by(*, actor: Actor, segment: UserSegment, now: datetime, **conditions: Any) -> Moved:
    """Who would come and go with other conditions. Nothing is changed. Raises what the change would raise."""
    before = dict(people_in(segment).values_list("pk", "name"))
    with transaction.atomic():
        changed = segments.change_segment(actor=actor, segment=segment, now=now, **conditions)
        after = dict(people_in(changed).values_list("pk", "name"))
        transaction.set_rollback(True)
    came = sorted(name for pk, name in after.items() if pk not in before)
    went = sorted(name for pk, name in before.items() if pk not in after)
    return Moved(len(came), len(went), came[:SHOWN], went[:SHOWN])


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
