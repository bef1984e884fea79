"""What an actor may read. Every door (page, list, API, count, search, export, mail, live update) begins here.

The rule is in the SQL, before any LIMIT: nothing is fetched first and dropped later. The rules themselves are
declared in `grants`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from adjoin.access import grants
from adjoin.access.grants import GRANTS, NOTHING, WALLS, Grant
from adjoin.access.kept import kept
from adjoin.access.lookups import Probe
from adjoin.brands.models import Brand, BrandMembership
from adjoin.people.models import Group, Membership, Organization, User
from adjoin.people.terms import Role, TicketRestriction
from adjoin.suspended.models import SuspendedQuerySet, SuspendedTicket
from adjoin.tickets.models import Attachment, Audit, Comment, Ticket, TicketQuerySet

if TYPE_CHECKING:
    from adjoin.access.actors import Actor


@kept(GRANTS, WALLS)
def tickets(actor: Actor) -> TicketQuerySet:
    """Every ticket `actor` may read, as one query that callers narrow further."""
    return Ticket.objects.filter(_opened(actor, grants.grants_for(actor)))


@kept(GRANTS, WALLS)
def tickets_as_agent(actor: Actor) -> TicketQuerySet:
    """The tickets whose private side `actor` reads too: not those an agent only requested themselves."""
    return Ticket.objects.filter(_opened(actor, _private_grants(actor)))


@kept(GRANTS, WALLS)
def comments(actor: Actor) -> QuerySet[Comment]:
    """Every comment `actor` may read: private ones only on tickets they read as an agent, local ones never outside."""
    opening = grants.grants_for(actor)
    if not actor.reads_private_side:
        return Comment.objects.filter(of_ticket(_opened(actor, opening)), is_public=True)
    whole = _opened(actor, [grant for grant in opening if grant.reads_private])
    only_public = _opened(actor, [grant for grant in opening if not grant.reads_private])
    found = Comment.objects.filter(of_ticket(whole) | of_ticket(only_public) & Q(is_public=True))
    return found.filter(is_local=False) if actor.agreement_id is not None else found


def attachments(actor: Actor) -> QuerySet[Attachment]:
    """Every file `actor` may open: those on readable comments, and their own uploads not sent yet."""
    # Exists, not IN: beside an OR, PostgreSQL would gather every readable comment to look at one file.
    on_readable = Exists(comments(actor).filter(pk=OuterRef("comment_id")))
    own = Q(comment=None, upload__user_id=actor.user_id) if actor.user_id is not None else NOTHING
    return Attachment.objects.filter(Q(on_readable) | own)


@kept(GRANTS, WALLS)
def audits(actor: Actor) -> QuerySet[Audit]:
    """The history of tickets, for those who read their private side. End users and partners have none."""
    if not (actor.is_agent or actor.is_system):
        return Audit.objects.none()
    return Audit.objects.filter(of_ticket(_opened(actor, _private_grants(actor))))


def users(actor: Actor) -> QuerySet[User]:
    """The people `actor` may look up: all for agents, oneself for end users.

    Agents whose role is limited to their organizations look up the people of those, and other agents. Agents who see
    only their own customers look up who takes part in tickets they read, and the agents of their brands."""
    people: QuerySet[User] = _own_people(actor) if actor.sees_own_customers else User.objects.all()
    if actor.is_system or actor.is_admin:
        return people
    if not actor.is_agent:
        return people.filter(pk=actor.user_id) if actor.is_end_user and actor.user_id else people.none()
    if actor.scope == TicketRestriction.ORGANIZATION:
        members = Membership.objects.filter(organization_id__in=actor.organization_ids)
        people = people.filter(Q(role__in=(Role.AGENT, Role.ADMIN)) | Q(pk__in=members.values("user_id")))
    return people


def organizations(actor: Actor) -> QuerySet[Organization]:
    """All for agents (their own, if their role is limited to those), the ones they belong to for end users.

    Agents who see only their own customers look up those of tickets they read, and the ones they belong to."""
    if actor.is_system or (actor.is_agent and actor.scope != TicketRestriction.ORGANIZATION):
        return _own_organizations(actor) if actor.sees_own_customers else Organization.objects.all()
    return Organization.objects.filter(pk__any_of=actor.organization_ids)


def groups(actor: Actor) -> QuerySet[Group]:
    """The groups agents work with: private ones only for their members and admins.

    Agents who see only their own customers look up their own groups, and those of tickets they read."""
    living = Group.objects.filter(is_deleted=False)
    if actor.is_admin or actor.is_system:
        return living
    if not actor.is_agent:
        return living.none()
    return _own_groups(actor) if actor.sees_own_customers else living.filter(pk__in=actor.open_group_ids)


def brands(actor: Actor) -> QuerySet[Brand]:
    """All for admins, their own for agents, none for end users (whose brand is the host they are at).

    Who may give tickets to any brand sees them all, to choose from."""
    if actor.is_admin or actor.is_system or (actor.is_agent and "assign_tickets_to_any_brand" in actor.rights):
        return Brand.objects.all()
    return Brand.objects.filter(pk__in=actor.brand_ids) if actor.is_agent else Brand.objects.none()


def suspended_tickets(actor: Actor) -> SuspendedQuerySet:
    """What waits instead of being a ticket: all for admins, that of their brands and of none for who looks after it.

    Agents who see only their own customers see that of their brands alone."""
    rows = SuspendedTicket.objects.all()
    if actor.is_admin or actor.is_system:
        return rows
    if not actor.is_agent or "manage_suspended_tickets" not in actor.rights:
        return rows.none()
    mine = Q(brand_id__in=actor.brand_ids)
    return rows.filter(mine if actor.sees_own_customers else mine | Q(brand=None))


@kept(GRANTS, WALLS)
def _own_people(actor: Actor) -> QuerySet[User]:
    """Oneself, the agents of one's brands, and who takes part in tickets one reads."""
    mine, side, said = tickets(actor), tickets_as_agent(actor), comments(actor)
    me = OuterRef("pk")
    # Whoever reads few tickets has their people gathered once; with many tickets each person is looked for by index.
    there_is = Exists if not actor.brand_ids or actor.scope == TicketRestriction.ASSIGNED else Probe
    takes_part = (
        Q(there_is(mine.filter(requester_id=me)))
        | Q(there_is(mine.filter(submitter_id=me)))
        | Q(there_is(mine.filter(assignee_id=me)))
        | Q(there_is(mine.filter(copied__user_id=me)))
        | Q(there_is(side.filter(followed__user_id=me)))
        | Q(there_is(said.filter(author_id=me)))
    )
    runs_all = Q(role=Role.ADMIN) if actor.brand_ids else NOTHING
    works_along = Exists(BrandMembership.objects.filter(user_id=me, brand_id__any_of=actor.brand_ids))
    found: QuerySet[User] = User.objects.filter(Q(pk=actor.user_id) | runs_all | Q(works_along) | takes_part)
    return found


@kept(GRANTS, WALLS)
def _own_organizations(actor: Actor) -> QuerySet[Organization]:
    """Those one belongs to, and those of tickets one reads."""
    theirs = Exists(tickets(actor).filter(organization_id=OuterRef("pk")))
    return Organization.objects.filter(Q(pk__any_of=actor.organization_ids) | Q(theirs))


@kept(GRANTS, WALLS)
def _own_groups(actor: Actor) -> QuerySet[Group]:
    """Those one is in, and those of tickets one reads that are not closed to one."""
    theirs = Exists(tickets(actor).filter(group_id=OuterRef("pk")))
    mine = Q(pk__any_of=actor.group_ids) | Q(theirs)
    return Group.objects.filter(mine, pk__any_of=actor.open_group_ids, is_deleted=False)


def answers(ticket_id: int, questions: Iterable[Q]) -> QuerySet[Ticket, tuple[bool, ...]]:
    """Which of the questions hold for that ticket, readable or not, as one row; no row where there is no such ticket.

    For `explain` and `permissions`: what they say of a ticket they must not show to whom it is not for."""
    itself = Ticket.objects.filter(pk=OuterRef("pk"))
    return Ticket.objects.filter(pk=ticket_id).values_list(*(Exists(itself.filter(query)) for query in questions))


def opened(actor: Actor) -> Q:
    """The condition on tickets that `tickets(actor)` filters by, to be put together with others."""
    return _opened(actor, grants.grants_for(actor))


def opened_as_agent(actor: Actor) -> Q:
    """The condition that `tickets_as_agent(actor)` filters by."""
    return _opened(actor, _private_grants(actor))


def facts(ticket_id: int) -> dict[str, Any]:
    """The columns of a ticket by which the rules decide, readable or not; empty where there is none.

    For `explain`, which names where a rule is set."""
    names = ("pk", "requester_id", "assignee_id", "brand_id", "group_id", "organization_id", "is_confidential")
    return Ticket.objects.filter(pk=ticket_id).values(*names).first() or {}


def _opened(actor: Actor, opening: Iterable[Grant]) -> Q:
    """What one of the grants opens, no wall before it standing in the way.

    Every condition is on the ticket's own columns, so PostgreSQL chooses for each page: many tickets are read in order
    until it is full, a few are gathered through each grant's own index."""
    before_all = reduce(and_, (wall.passes(actor) for wall in grants.WALLS if not wall.before), Q())
    return before_all & grants.any_of(_past_its_walls(grant, actor) for grant in opening)


def _past_its_walls(grant: Grant, actor: Actor) -> Q:
    walls = (wall.passes(actor) for wall in grants.walls_before(grant) if wall.before)
    return reduce(and_, walls, grant.opens(actor))


def _private_grants(actor: Actor) -> list[Grant]:
    return [grant for grant in grants.grants_for(actor) if grant.reads_private]


def of_ticket(query: Q) -> Q:
    """The same condition on tickets, on the ticket of a row."""
    moved = query.copy()
    moved.children = [of_ticket(child) if isinstance(child, Q) else _named_of_ticket(child) for child in query.children]
    return moved


def _named_of_ticket(condition: Any) -> tuple[str, Any]:
    name, value = condition
    return f"ticket__{name}", value
