"""What the pages of organizations show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from adjoin.access import readable
from adjoin.people.models import Membership, Organization

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

PAGE_SIZE = 50
MEMBERS_PAGE_SIZE = 25
OWN, SEE, COMMENT = "own", "see", "comment"
SHARING = (
    (OWN, _("Members see their own tickets only")),
    (SEE, _("Members see all its tickets")),
    (COMMENT, _("Members see all its tickets and comment on them")),
)
RIGHTS = ((OWN, _("As all members")), (SEE, _("All its tickets")), (COMMENT, _("All, and comments")))


@dataclass(frozen=True)
class Row:
    """One organization in the list."""

    organization: Organization
    members: int
    tickets: int  # that whoever asks may read
    sharing: str


def listed(actor: Actor, words: str) -> QuerySet[Organization]:
    """The organizations `actor` may look up whose name or domain has these words, by name."""
    rows = readable.organizations(actor).order_by("name", "pk")
    if not words:
        return rows
    return rows.filter(
        Q(name__icontains=words) | Q(domain_names__contains=[words.lower().removeprefix("@")]) | Q(external_id=words)
    )


def rows(actor: Actor, page: Sequence[Organization]) -> list[Row]:
    """The rows of one page. Two queries, however many."""
    ids = [one.pk for one in page]
    members = Membership.objects.filter(organization__in=ids, user__is_active=True)
    people = dict(members.values_list("organization").annotate(Count("pk")))
    readable_ones = readable.tickets(actor).filter(organization__in=ids).order_by()
    tickets = dict(readable_ones.values_list("organization").annotate(Count("pk")))
    return [
        Row(one, people.get(one.pk, 0), tickets.get(one.pk, 0), str(dict(SHARING)[sharing_of(one)])) for one in page
    ]


def members(organization: Organization, words: str, number: str | None) -> Page[Membership]:
    """One page of the members whose name or address has these words, by name."""
    found = Membership.objects.filter(organization=organization, user__is_active=True).select_related("user")
    if words:
        found = found.filter(Q(user__name__icontains=words) | Q(user__email__icontains=words))
    return Paginator(found.order_by("user__name", "pk"), MEMBERS_PAGE_SIZE).get_page(number)


def sharing_of(organization: Organization) -> str:
    """One of `SHARING`."""
    if organization.shared_comments:
        return COMMENT
    return SEE if organization.shared_tickets else OWN


def rights_of(membership: Membership) -> str:
    """One of `RIGHTS`."""
    if membership.comments_tickets:
        return COMMENT
    return SEE if membership.sees_tickets else OWN


def as_sharing(chosen: str) -> dict[str, bool]:
    """A choice of `SHARING` as the API writes it."""
    return {"shared_tickets": chosen != OWN, "shared_comments": chosen == COMMENT}


def as_rights(chosen: str) -> dict[str, bool]:
    """A choice of `RIGHTS` as the API writes it."""
    return {"view_tickets": chosen in (SEE, COMMENT), "comment_tickets": chosen == COMMENT}
