"""What an actor may do to what they may read. Each right is declared once, for the kinds of actor it speaks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from adjoin.access import grants, readable
from adjoin.access.grants import ADMIN, AGENT, END_USER, GRANTS, PARTNER, WALLS
from adjoin.access.kept import kept
from adjoin.kernel.errors import NotAllowed

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Ticket, TicketQuerySet


class Permission(StrEnum):
    """One thing that can be done. The sentence for each is in `REFUSALS`."""

    COMMENT_PUBLICLY = "comment_publicly"
    COMMENT_PRIVATELY = "comment_privately"
    EDIT_TICKET = "edit_ticket"
    MARK_SOLVED = "mark_solved"
    DELETE_TICKET = "delete_ticket"
    SHARE_TICKET = "share_ticket"
    CREATE_TICKET = "create_ticket"
    CREATE_REQUEST = "create_request"
    MANAGE_AGREEMENTS = "manage_agreements"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_END_USERS = "manage_end_users"
    MANAGE_RULES = "manage_rules"


REFUSALS = {
    Permission.COMMENT_PUBLICLY: "You can read this ticket, but not reply on it.",
    Permission.COMMENT_PRIVATELY: "Only agents write private notes.",
    Permission.EDIT_TICKET: "You can read this ticket, but not change it.",
    Permission.MARK_SOLVED: "Only the person who asked can mark a request solved.",
    Permission.DELETE_TICKET: "Only admins delete tickets.",
    Permission.SHARE_TICKET: "Only agents share tickets.",
    Permission.CREATE_TICKET: "Only agents create tickets here. File a request instead.",
    Permission.CREATE_REQUEST: "Sign in to file a request.",
    Permission.MANAGE_AGREEMENTS: "Only admins manage sharing agreements.",
    Permission.MANAGE_PEOPLE: "Only admins manage agents, organizations, groups and brands.",
    Permission.MANAGE_END_USERS: "Only agents manage end users.",
    Permission.MANAGE_RULES: "Only admins manage rules.",
}


@dataclass(frozen=True)
class Right:
    """One permission, given to some kinds of actor: `has` asks the actor, `on` is the SQL over tickets they read.

    Without `on` it concerns no ticket."""

    permission: Permission
    speaks_for: frozenset[str]
    sentence: str
    on: Callable[[Actor], Q] | None = None
    has: Callable[[Actor], bool] = lambda actor: True

    def speaks_to(self, actor: Actor) -> bool:
        return actor.kind in self.speaks_for and self.has(actor)


def _is_full(actor: Actor) -> bool:
    return not actor.only_private_comments


def _any(actor: Actor) -> Q:
    return Q()


def _unclosed(actor: Actor) -> Q:
    return ~Q(status="closed")  # `TicketStatus.CLOSED`, which an app above this one defines


def _own(actor: Actor) -> Q:
    return _unclosed(actor) & Q(requester_id=actor.user_id)


def _copied(actor: Actor) -> Q:
    return _unclosed(actor) & Q(pk__any_of=actor.copied_ticket_ids)


def _shared(actor: Actor) -> Q:
    return _unclosed(actor) & Q(organization_id__any_of=actor.commented_organization_ids, is_confidential=False)


_AGENTS, _ADMINS = frozenset({AGENT, ADMIN}), frozenset({ADMIN})
_END_USERS, _PARTNERS = frozenset({END_USER}), frozenset({PARTNER})

RIGHTS: list[Right] = [
    Right(Permission.COMMENT_PUBLICLY, _AGENTS, "Agents, except light agents", _unclosed, _is_full),
    Right(Permission.COMMENT_PUBLICLY, _END_USERS, "The requester", _own),
    Right(Permission.COMMENT_PUBLICLY, _END_USERS, "People copied on the ticket", _copied),
    Right(Permission.COMMENT_PUBLICLY, _END_USERS, "Members of an organization that shares comments", _shared),
    Right(Permission.COMMENT_PUBLICLY, _PARTNERS, "Partners the ticket is shared with", _unclosed),
    Right(Permission.COMMENT_PRIVATELY, _AGENTS, "Agents, light agents too", _unclosed),
    Right(Permission.COMMENT_PRIVATELY, _PARTNERS, "Partners the ticket is shared with", _unclosed),
    Right(Permission.EDIT_TICKET, _AGENTS, "Agents, except light agents", _unclosed, _is_full),
    Right(Permission.EDIT_TICKET, _PARTNERS, "Partners the ticket is shared with", _unclosed),
    Right(Permission.MARK_SOLVED, _END_USERS, "The requester", _own),
    Right(Permission.DELETE_TICKET, _ADMINS, "Admins", _any),
    Right(Permission.SHARE_TICKET, _AGENTS, "Agents, except light agents", _any, _is_full),
    Right(Permission.CREATE_TICKET, _AGENTS, "Agents, light agents too"),
    Right(Permission.CREATE_REQUEST, _AGENTS | _END_USERS, "Everybody who is signed in"),
    Right(Permission.MANAGE_AGREEMENTS, _ADMINS, "Admins"),
    Right(Permission.MANAGE_PEOPLE, _ADMINS, "Admins"),
    Right(Permission.MANAGE_END_USERS, _AGENTS, "Agents, except light agents", has=_is_full),
    Right(Permission.MANAGE_RULES, _ADMINS, "Admins"),
]


@kept(GRANTS, WALLS, RIGHTS)
def tickets(actor: Actor, permission: Permission) -> TicketQuerySet:
    """Every ticket to which `actor` may do that, as one query. What cannot be read allows nothing.

    An agent who only asked for a ticket acts on it as its requester."""
    if actor.is_system:
        return readable.tickets(actor)
    if not actor.is_agent:
        return readable.tickets(actor).filter(_rights_of(actor, permission))
    as_agent = readable.tickets_as_agent(actor)
    asked_for = readable.tickets(actor).exclude(Exists(as_agent.filter(pk=OuterRef("pk"))))
    requester = _rights_of(actor.as_requester(), permission)
    return as_agent.filter(_rights_of(actor, permission)) | asked_for.filter(requester)


def allows(actor: Actor, permission: Permission, ticket: Ticket | None = None) -> bool:
    """Whether `actor` may do that, to `ticket` where it concerns one. One query, of the ticket as it is written."""
    if ticket is not None:
        return tickets(actor, permission).filter(pk=ticket.pk).exists()
    return actor.is_system or any(right.on is None and right.speaks_to(actor) for right in _rights_to(permission))


def require(actor: Actor, permission: Permission, ticket: Ticket | None = None) -> None:
    """Raises `NotAllowed`, with a sentence, unless `actor` may do that."""
    if not allows(actor, permission, ticket):
        raise NotAllowed(REFUSALS[permission])


def _rights_to(permission: Permission) -> list[Right]:
    return [right for right in RIGHTS if right.permission is permission]


def _rights_of(actor: Actor, permission: Permission) -> Q:
    """The tickets, of those they read, which a right of the actor covers."""
    return grants.any_of(right.on(actor) for right in _rights_to(permission) if right.on and right.speaks_to(actor))
