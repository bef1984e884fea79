"""What the pages of end users show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from adjoin.access import readable
from adjoin.people.models import Membership, User
from adjoin.people.terms import Role

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

PAGE_SIZE = 50
PLACES_PAGE_SIZE = 25
REQUESTS_SHOWN = 10


def end_users(actor: Actor) -> QuerySet[User]:
    """The end users `actor` may look up; those of partners change at their own desk."""
    rows: QuerySet[User] = readable.users(actor).filter(role=Role.END_USER, is_active=True)
    return rows


def listed(actor: Actor, words: str, *, only_suspended: bool) -> QuerySet[User]:
    """Those whose name or address has these words, by name, with their default organization and how many more."""
    rows = end_users(actor)
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(email__icontains=words) | Q(external_id=words))
    if only_suspended:
        rows = rows.filter(is_suspended=True)
    default = Membership.objects.filter(user=OuterRef("pk"), is_default=True)
    return rows.annotate(
        default_organization=Subquery(default.values("organization__name")[:1]), places=Count("memberships")
    ).order_by("name", "pk")


def places(actor: Actor, user: User, words: str, number: str | None) -> Page[Membership]:
    """One page of the organizations of somebody whose name has these words: the default one first, then by name."""
    rows = Membership.objects.filter(user=user, organization__in=readable.organizations(actor))
    if words:
        rows = rows.filter(organization__name__icontains=words)
    found = rows.select_related("organization").order_by("-is_default", "organization__name", "pk")
    return Paginator(found, PLACES_PAGE_SIZE).get_page(number)


def recent_requests(actor: Actor, user: User) -> list[Any]:
    """Their newest tickets that `actor` may read."""
    rows = readable.tickets(actor).filter(requester=user).select_related("organization")
    return list(rows.newest_first()[:REQUESTS_SHOWN])
