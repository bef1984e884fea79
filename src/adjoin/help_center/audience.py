"""Who can see a request, for its own people: numbers, never names of agents or of colleagues who were not named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from adjoin.help_center import choosing, requests
from adjoin.kernel import statements
from adjoin.kernel.statements import Ids
from adjoin.people.models import Membership, Organization, User
from adjoin.people.terms import Role, TicketRestriction
from adjoin.tickets import hooks, queries

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Ticket


@dataclass(frozen=True)
class Audience:
    """Who reads a request besides those who answer it, by the rules that let them in."""

    requester_id: int | None
    requester: str
    copied: list[User]
    organization: Organization | None
    viewers: int  # members of the organization who read it although they neither asked nor are copied
    companies: list[str]  # whose desks have it too
    reader_is_viewer: bool = False

    def is_copied(self, user_id: int | None) -> bool:
        """Whether that person is copied."""
        return any(user.pk == user_id for user in self.copied)


def of(actor: Actor, ticket: Ticket) -> Audience:
    """Who can read a request, as `actor` is told."""
    companies = [one.name for one in hooks.listeners(actor, ticket)]
    organization = None if _is_confidential(ticket) else ticket.organization
    people = [user for user in queries.people_copied(ticket.pk) if user.pk != ticket.requester_id]
    return _audience(actor, ticket.requester_id, ticket.requester.name, people, organization, companies)


def of_new(actor: Actor, organization_id: int | None, emails: Iterable[str], *, is_confidential: bool) -> Audience:
    """Who will read a request that the actor is about to file, as far as the addresses are colleagues'."""
    chosen = choosing.own(actor, chosen_id=organization_id).chosen(organization_id)
    copied = sorted(requests.colleagues(actor, emails).values(), key=lambda user: (user.name, user.pk))
    organization = None if is_confidential else chosen
    return _audience(actor, actor.user_id, actor.name, copied, organization, [])


def has_viewers(actor: Actor) -> bool:
    """Whether any organization of the actor lets others read what the actor files for it."""
    return bool(_others_in(Ids(actor.organization_ids), actor.user_id or 0))


@statements.kept()
def _others_in(organization_ids: Ids, user_id: int) -> QuerySet[Membership, int]:
    return _viewers(organization_ids).exclude(user_id=user_id).values_list("pk", flat=True)[:1]


def sentence(found: Audience, *, reader_id: int | None, brand_name: str) -> str:
    """Everybody in one breath: `You, 2 people copied, 14 people at Kettle Club, Acme's support team and Maker`."""
    is_own, is_copied = found.requester_id == reader_id, found.is_copied(reader_id)
    parts = [gettext("you")] if is_own or is_copied or found.reader_is_viewer else []
    if not is_own:
        parts.append(found.requester)
    if copied := len(found.copied) - is_copied:
        parts.append(_copied(copied, is_more=is_copied))
    if (viewers := found.viewers - found.reader_is_viewer) and found.organization is not None:
        parts.append(_members(viewers, found.organization.name, is_more=found.reader_is_viewer))
    parts += [gettext("%(name)s's support team") % {"name": brand_name}, *found.companies]
    first = ", ".join(parts[:-1])
    whole = gettext("%(first)s and %(last)s") % {"first": first, "last": parts[-1]} if first else parts[0]
    return whole[0].upper() + whole[1:]


def _copied(count: int, *, is_more: bool) -> str:
    if is_more:
        words = ngettext("%(count)s more person copied", "%(count)s more people copied", count)
    else:
        words = ngettext("%(count)s person copied", "%(count)s people copied", count)
    return words % {"count": number_format(count, force_grouping=True)}


def _members(count: int, name: str, *, is_more: bool) -> str:
    if is_more:
        words = ngettext("%(count)s more person at %(name)s", "%(count)s more people at %(name)s", count)
    else:
        words = ngettext("%(count)s person at %(name)s", "%(count)s people at %(name)s", count)
    return words % {"count": number_format(count, force_grouping=True), "name": name}


def _audience(
    actor: Actor,
    requester_id: int | None,
    requester: str,
    copied: list[User],
    organization: Organization | None,
    companies: list[str],
) -> Audience:
    if organization is None:
        return Audience(requester_id, requester, copied, None, 0, companies)
    named = Ids(pk for pk in (requester_id, *(user.pk for user in copied)) if pk is not None)
    viewers, is_viewer = next(iter(_counted(Ids((organization.pk,)), named, actor.user_id or 0)), (0, 0))
    return Audience(requester_id, requester, copied, organization, viewers, companies, bool(is_viewer))


@statements.kept(is_prepared=True)
def _counted(organization_ids: Ids, named: Ids, user_id: int) -> QuerySet[Membership, tuple[int, int]]:
    """How many read what an organization's members ask, besides who is named, and whether somebody is among them."""
    rows = _viewers(organization_ids).filter(user_id__none_of=named).values("organization_id")
    rows = rows.annotate(all=Count("pk"), own=Count("pk", filter=Q(user_id=user_id)))
    return rows.values_list("all", "own").order_by()


def _viewers(organization_ids: Ids) -> QuerySet[Membership]:
    """The members who read what others ask for in the organization's name. The rule is `grants`' `colleague`."""
    rows = Membership.objects.filter(
        organization__any_of=organization_ids, user__is_active=True, user__is_suspended=False, user__partner_name=""
    )
    by_themselves = Q(user__role=Role.END_USER, user__ticket_restriction=TicketRestriction.ORGANIZATION)
    return rows.filter(Q(organization__shared_tickets=True) | Q(sees_tickets=True) | by_themselves)


def _is_confidential(ticket: Ticket) -> bool:
    return ticket.is_confidential or (ticket.group is not None and ticket.group.is_confidential)
