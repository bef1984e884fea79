"""Mail domains at work: who joins an organization because of one, and who leaves when it goes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from adjoin.accounts.jobs import task
from adjoin.desk_settings import actions as desk_settings
from adjoin.people import domains
from adjoin.people.actions.memberships import MEMBERSHIPS_MAX, join_organization, leave_many
from adjoin.people.models import Membership, Organization, User

AT_ONCE_MAX = 100  # people added while somebody waits; more are added in the background


def add_people(organization: Organization, names: Collection[str], now: datetime) -> None:
    """Make members of the people with verified addresses at these domains; more than a hundred in the background.

    Where people belong to one organization only, those who have one keep it."""
    if not names:
        return
    if len(newcomers(organization, names)[: AT_ONCE_MAX + 1]) > AT_ONCE_MAX:
        add_people_later.defer(organization_id=organization.pk, lock=f"organization:{organization.pk}")
        return
    _add(organization, names, now)


@task("people.add_people_of_domains", retry=5)
def add_people_later(*, organization_id: int) -> None:
    """Make members of everybody with a verified address at one of the organization's domains."""
    if (organization := Organization.objects.filter(pk=organization_id).first()) is not None:
        _add(organization, organization.domain_names, timezone.now())


def end_memberships(organization: Organization, names: Collection[str], now: datetime) -> None:
    """End the memberships that these domains made, which the organization has no more."""
    if names:
        members = User.objects.filter(_at(names))
        rows = Membership.objects.filter(organization=organization, by_domain=True)
        leave_many(rows.filter(user__in=members), now=now)


def newcomers(organization: Organization, names: Collection[str]) -> QuerySet[User]:
    """The people whom these domains would make members of the organization, oldest first."""
    several = desk_settings.current().multiple_organizations
    people: QuerySet[User] = User.objects.active().filter(_at(names), is_verified=True)
    people = people.exclude(memberships__organization=organization).annotate(places=Count("memberships"))
    return people.filter(places__lt=MEMBERSHIPS_MAX if several else 1).order_by("pk")


def _add(organization: Organization, names: Collection[str], now: datetime) -> None:
    for user in newcomers(organization, names) if names else []:
        join_organization(user=user, organization=organization, now=now, by_domain=True)


def _at(names: Collection[str]) -> Q:
    """People whose address is at exactly one of these domains: `@` stands before it, and nothing after it."""
    return reduce(or_, (Q(email__endswith=end) for name in names for end in domains.spellings(name)), Q(pk__in=[]))
