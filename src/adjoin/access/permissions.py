"""What an actor may do to what they may read."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from adjoin.access import readable
from adjoin.kernel.errors import NotAllowed

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Ticket


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


def allows(actor: Actor, permission: Permission, ticket: Ticket | None = None) -> bool:
    """Whether `actor` may do that, to `ticket` where it concerns one. What cannot be read allows nothing."""
    if actor.is_system:
        return True
    if ticket is None:
        return _allows_in_general(actor, permission)
    if actor.is_agent:
        return _allows_agent(actor, permission, ticket)
    if actor.is_end_user:
        return _allows_end_user(actor, permission, ticket)
    return _allows_partner(actor, permission, ticket)


def require(actor: Actor, permission: Permission, ticket: Ticket | None = None) -> None:
    """Raises `NotAllowed`, with a sentence, unless `actor` may do that."""
    if not allows(actor, permission, ticket):
        raise NotAllowed(REFUSALS[permission])


def _allows_in_general(actor: Actor, permission: Permission) -> bool:
    match permission:
        case Permission.MANAGE_AGREEMENTS | Permission.MANAGE_PEOPLE | Permission.MANAGE_RULES:
            return actor.is_admin
        case Permission.CREATE_TICKET:
            return actor.is_agent
        case Permission.MANAGE_END_USERS:
            return actor.is_agent and not actor.only_private_comments
        case Permission.CREATE_REQUEST:
            return actor.is_end_user or actor.is_agent
        case _:
            return False


def _allows_agent(actor: Actor, permission: Permission, ticket: Ticket) -> bool:
    if not readable.tickets_as_agent(actor).filter(pk=ticket.pk).exists():
        # An agent who only asked for this acts on it as its requester does.
        return _allows_end_user(actor.as_end_user(), permission, ticket)
    match permission:
        case Permission.COMMENT_PRIVATELY:
            return True
        case Permission.COMMENT_PUBLICLY | Permission.EDIT_TICKET | Permission.SHARE_TICKET:
            return not actor.only_private_comments
        case Permission.DELETE_TICKET:
            return actor.is_admin
        case _:
            return False


def _allows_end_user(actor: Actor, permission: Permission, ticket: Ticket) -> bool:
    if permission not in (Permission.COMMENT_PUBLICLY, Permission.MARK_SOLVED):
        return False
    if not readable.tickets(actor).filter(pk=ticket.pk).exists():
        return False
    if ticket.requester_id == actor.user_id:
        return True
    if permission is Permission.MARK_SOLVED:
        return False
    shared = ticket.organization_id in actor.commented_organization_ids and not ticket.is_confidential
    return shared or ticket.ccs.filter(pk=actor.user_id).exists()


def _allows_partner(actor: Actor, permission: Permission, ticket: Ticket) -> bool:
    """A partner comments as its agreement lets it; sharing drops what the terms do not let through."""
    if permission not in (Permission.COMMENT_PUBLICLY, Permission.COMMENT_PRIVATELY, Permission.EDIT_TICKET):
        return False
    return readable.tickets(actor).filter(pk=ticket.pk).exists()
