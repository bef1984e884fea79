"""Mail domains at work: who joins an organization because of one, and who leaves when it goes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from adjoin.accounts.jobs import task
from adjoin.desk_settings import actions as desk_settings
from adjoin.people import domains
from adjoin.people.actions.memberships import MEMBERSHIPS_MAX, leave_many, record_joined
from adjoin.people.models import Membership, Organization, User

AT_ONCE_MAX = 100  # people added while somebody waits; more are added in the background
CHUNK = 500


def add_people(organization: Organization, names: Collection[str], now: datetime, *, at_once: bool = False) -> None:
    """Make members of the people with verified addresses at these domains.

    More than a hundred join in the background, unless it must be `at_once`. Where people belong to one organization
    only, those who have one keep it."""
    if not names:
        return
    if not at_once and len(newcomers(organization, names)[: AT_ONCE_MAX + 1]) > AT_ONCE_MAX:
        add_people_later.defer(organization_id=organization.pk, lock=f"organization:{organization.pk}")
        return
    while _add(organization, names, now):
        pass


@task("people.add_people_of_domains", retry=5)
def add_people_later(*, organization_id: int) -> None:
    """Make members of everybody with a verified address at one of the organization's domains."""
    organization = Organization.objects.filter(pk=organization_id).first()
    while organization is not None and _add(organization, organization.domain_names, timezone.now()):
        pass


def end_memberships(organization: Organization, names: Collection[str], now: datetime) -> None:
    """End the memberships that these domains made, which the organization has no more."""
    if names:
        members = User.objects.filter(_at(names))
        rows = Membership.objects.filter(organization=organization, by_domain=True)
        leave_many(rows.filter(user__in=members), now=now)


def newcomers(organization: Organization | None, names: Collection[str]) -> QuerySet[User]:
    """The people whom these domains would make members of the organization (None: of a new one), oldest first."""
    several = desk_settings.current().multiple_organizations
    people: QuerySet[User] = User.objects.active().filter(_at(names), is_verified=True)
    if organization is not None:
        people = people.exclude(memberships__organization=organization)
    people = people.annotate(places=Count("memberships"))
    return people.filter(places__lt=MEMBERSHIPS_MAX if several else 1).order_by("pk")


@transaction.atomic
def _add(organization: Organization, names: Collection[str], now: datetime) -> int:
    """Make members of some of the newcomers, and return how many: 0 when there are none left."""
    if not names:
        return 0
    asked = newcomers(organization, names).values_list("pk", flat=True)[:CHUNK]
    list(User.objects.select_for_update().filter(pk__in=list(asked)).order_by("pk").values_list("pk"))
    people = list(newcomers(organization, names)[:CHUNK])  # as they are now that nobody else moves them
    settled = set(Membership.objects.filter(user__in=people, is_default=True).values_list("user_id", flat=True))
    rows = [
        Membership(
            user=user,
            organization=organization,
            is_default=user.pk not in settled,
            by_domain=True,
            created_at=now,
            updated_at=now,
        )
        for user in people
    ]
    record_joined(Membership.objects.bulk_create(rows), now)
    return len(rows)


def _at(names: Collection[str]) -> Q:
    """People whose address is at exactly one of these domains: `@` stands before it, and nothing after it."""
    return reduce(or_, (Q(email__endswith=end) for name in names for end in domains.spellings(name)), Q(pk__in=[]))
