"""What an actor may read. Every door (page, list, API, count, search, export, mail, live update) begins here.

The rule is in the SQL, before any LIMIT: nothing is fetched first and dropped later. The rules themselves are
declared in `grants`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from adjoin.access import grants
from adjoin.access.grants import DELETED, NOTHING, Grant
from adjoin.brands.models import Brand
from adjoin.people.models import Group, Organization, User
from adjoin.people.terms import TicketRestriction
from adjoin.tickets.models import Attachment, Audit, Comment, Ticket, TicketQuerySet

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

PARTICIPATIONS_MAX = 10_000  # Zendesk lists up to 10,000 tickets an agent follows or is copied on


def tickets(actor: Actor) -> TicketQuerySet:
    """Every ticket `actor` may read, as one query that callers narrow further."""
    return _opened_by(actor, grants.grants_for(actor))


def tickets_as_agent(actor: Actor) -> TicketQuerySet:
    """The tickets whose private side `actor` reads too: not those an agent only requested themselves."""
    return _opened_by(actor, [grant for grant in grants.grants_for(actor) if grant.reads_private])


def comments(actor: Actor) -> QuerySet[Comment]:
    """Every comment `actor` may read: private ones only on tickets they read as an agent."""
    on_readable = Comment.objects.filter(ticket__in=tickets(actor))
    if actor.is_admin or actor.is_system or (actor.reads_private and not actor.is_agent):
        return on_readable
    if actor.is_agent:
        return on_readable.filter(Q(is_public=True) | Q(ticket__in=tickets_as_agent(actor)))
    return on_readable.filter(is_public=True)


def attachments(actor: Actor) -> QuerySet[Attachment]:
    """Every file `actor` may open: those on readable comments, and their own uploads not sent yet."""
    own = Q(comment=None, upload__user_id=actor.user_id) if actor.user_id is not None else NOTHING
    return Attachment.objects.filter(Q(comment__in=comments(actor)) | own)


def audits(actor: Actor) -> QuerySet[Audit]:
    """The history of tickets, for those who read their private side. End users have none."""
    if not (actor.is_agent or actor.is_system):
        return Audit.objects.none()
    return Audit.objects.filter(ticket__in=tickets_as_agent(actor))


def users(actor: Actor) -> QuerySet[User]:
    """The people `actor` may look up: all for agents, oneself for end users."""
    if actor.is_agent or actor.is_system:
        return User.objects.all()
    return User.objects.filter(pk=actor.user_id) if actor.is_end_user else User.objects.none()


def organizations(actor: Actor) -> QuerySet[Organization]:
    """All for agents (their own, if their role is limited to those), the ones they belong to for end users."""
    if actor.is_system or (actor.is_agent and actor.scope != TicketRestriction.ORGANIZATION):
        return Organization.objects.all()
    return Organization.objects.filter(pk__in=actor.organization_ids)


def groups(actor: Actor) -> QuerySet[Group]:
    """The groups agents work with: private ones only for their members and admins."""
    living = Group.objects.filter(is_deleted=False)
    if actor.is_admin or actor.is_system:
        return living
    return living.filter(Q(is_public=True) | Q(pk__in=actor.group_ids)) if actor.is_agent else living.none()


def brands(actor: Actor) -> QuerySet[Brand]:
    """All for admins, their own for agents, none for end users (whose brand is the host they are at)."""
    if actor.is_admin or actor.is_system:
        return Brand.objects.all()
    return Brand.objects.filter(pk__in=actor.brand_ids) if actor.is_agent else Brand.objects.none()


def participations(user_id: int) -> tuple[int, ...]:
    """Ids of the tickets a person follows or is copied on, newest first, at most 10,000."""
    followed = Ticket.followers.through.objects.filter(user_id=user_id).values_list("ticket_id", flat=True)
    copied = Ticket.ccs.through.objects.filter(user_id=user_id).values_list("ticket_id", flat=True)
    return tuple(followed.union(copied).order_by("-ticket_id")[:PARTICIPATIONS_MAX])


def _opened_by(actor: Actor, opening: Iterable[Grant]) -> TicketQuerySet:
    """The live tickets that one of the grants opens and, where it does not reach over them, no wall closes."""
    walls = reduce(and_, (wall.passes(actor) for wall in grants.walls_for(actor)), Q())
    ways = [grant.opens(actor) if grant.over_walls else grant.opens(actor) & walls for grant in opening]
    living = Ticket.objects.filter(DELETED.passes(actor))
    if not ways:
        return living.none()
    if _is_wide(actor):
        return living.filter(reduce(or_, ways)) if Q() not in ways else living
    # Narrow sets: in a union each index answers for itself; as one OR the planner reads the whole table.
    ids = [Ticket.objects.filter(way).order_by().values("pk") for way in ways]
    return living.filter(pk__in=ids[0] if len(ids) == 1 else ids[0].union(*ids[1:], all=True))


def _is_wide(actor: Actor) -> bool:
    """Whether the actor reads a large part of all tickets: then plain columns let an index serve a page in order."""
    return actor.is_system or actor.is_admin or (actor.is_agent and actor.scope != TicketRestriction.ASSIGNED)
