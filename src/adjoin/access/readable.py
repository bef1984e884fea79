"""What an actor may read. Every door (page, list, API, count, search, export, mail, live update) begins here.

The rule is in the SQL, before any LIMIT: nothing is fetched first and dropped later. The rules themselves are
declared in `grants`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from adjoin.access import grants
from adjoin.access.grants import NOTHING, Grant
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
    if not actor.reads_private_side:
        return on_readable.filter(is_public=True)
    if all(grant.reads_private for grant in grants.grants_for(actor)):
        return on_readable
    as_agent = tickets_as_agent(actor).filter(pk=OuterRef("ticket_id"))
    return on_readable.filter(Q(is_public=True) | Exists(as_agent))


def attachments(actor: Actor) -> QuerySet[Attachment]:
    """Every file `actor` may open: those on readable comments, and their own uploads not sent yet."""
    # Exists, not IN: beside an OR, PostgreSQL would gather every readable comment to look at one file.
    on_readable = Exists(comments(actor).filter(pk=OuterRef("comment_id")))
    own = Q(comment=None, upload__user_id=actor.user_id) if actor.user_id is not None else NOTHING
    return Attachment.objects.filter(Q(on_readable) | own)


def audits(actor: Actor) -> QuerySet[Audit]:
    """The history of tickets, for those who read their private side. End users and partners have none."""
    if not (actor.is_agent or actor.is_system):
        return Audit.objects.none()
    return Audit.objects.filter(ticket__in=tickets_as_agent(actor))


def users(actor: Actor) -> QuerySet[User]:
    """The people `actor` may look up: all for agents, oneself for end users."""
    people: QuerySet[User] = User.objects.all()
    if actor.is_agent or actor.is_system:
        return people
    return people.filter(pk=actor.user_id) if actor.is_end_user and actor.user_id else people.none()


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
    return living.filter(pk__in=actor.open_group_ids) if actor.is_agent else living.none()


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


def answers(ticket_id: int, questions: Mapping[str, Q]) -> dict[str, bool]:
    """Which of the questions hold for that ticket, readable or not; all False where there is none. One query.

    For `explain` and `permissions`: what they say of a ticket they must not show to whom it is not for."""
    itself = Ticket.objects.filter(pk=OuterRef("pk"))
    asked = [Exists(itself.filter(query)) for query in questions.values()]
    held = Ticket.objects.filter(pk=ticket_id).values_list(*asked).first() or [False] * len(asked)
    return dict(zip(questions, held, strict=True))


def _opened_by(actor: Actor, opening: Iterable[Grant]) -> TicketQuerySet:
    """The tickets that one of the grants opens, no wall before it standing in the way."""
    ways = [_past_its_walls(grant, actor) for grant in opening]
    living = Ticket.objects.filter(*(wall.passes(actor) for wall in grants.WALLS if not wall.before))
    if not ways:
        return living.none()
    if _is_wide(actor):
        return living.filter(grants.any_of(ways))
    # Narrow sets: in a union each index answers for itself; as one OR the planner reads the whole table.
    ids = [Ticket.objects.filter(way).order_by().values("pk") for way in ways]
    return living.filter(pk__in=ids[0] if len(ids) == 1 else ids[0].union(*ids[1:], all=True))


def _past_its_walls(grant: Grant, actor: Actor) -> Q:
    walls = (wall.passes(actor) for wall in grants.walls_before(grant) if wall.before)
    return reduce(and_, walls, grant.opens(actor))


def _is_wide(actor: Actor) -> bool:
    """Whether the actor reads a large part of all tickets: then plain columns let an index serve a page in order."""
    return actor.is_system or actor.is_admin or (actor.is_agent and actor.scope != TicketRestriction.ASSIGNED)
