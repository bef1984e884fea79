"""What everybody on the desk of `testing.desk` may do, worked out from its table, and where `permissions` differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from adjoin.access import permissions
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.testing.desk import (
    ADMINS,
    AGENTS,
    CLOSED,
    DEPUTIES,
    LIGHT_AGENTS,
    NOBODY,
    PEOPLE,
    READERS,
    REQUESTERS,
    STEWARDS,
    SYSTEM,
    WORKING_AGENTS,
    Desk,
)

SIGNED_IN = frozenset(PEOPLE) - {NOBODY, "sol", "gon", "sue", "pat"}
FULL_AGENTS = WORKING_AGENTS - LIGHT_AGENTS - STEWARDS
UNRESTRICTED = FULL_AGENTS - DEPUTIES - {name for name, how in AGENTS.items() if "ticket_restriction" in how}
CHANGES = {Permission.COMMENT_PUBLICLY, Permission.EDIT_TICKET, Permission.EDIT_TAGS, Permission.MERGE_TICKET}
IN_GENERAL = {
    Permission.CREATE_TICKET: WORKING_AGENTS,
    Permission.CREATE_REQUEST: SIGNED_IN,
    Permission.LIST_END_USERS: WORKING_AGENTS - DEPUTIES,
    Permission.MANAGE_END_USERS: FULL_AGENTS - DEPUTIES | STEWARDS,
    Permission.MANAGE_SUSPENDED_TICKETS: UNRESTRICTED | STEWARDS,
    Permission.EDIT_ORGANIZATION_NOTES: FULL_AGENTS - DEPUTIES | STEWARDS,
    **dict.fromkeys(
        (
            Permission.VIEW_DELETED_TICKETS,
            Permission.SEE_TEAM,
            Permission.MANAGE_TEAM,
            Permission.MANAGE_ROLES,
            Permission.MANAGE_GROUPS,
            Permission.MANAGE_GROUP_MEMBERSHIPS,
            Permission.MANAGE_ORGANIZATIONS,
            Permission.EDIT_ORGANIZATIONS,
            Permission.MANAGE_ORGANIZATION_FIELDS,
            Permission.MANAGE_USER_FIELDS,
            Permission.MANAGE_TICKET_FIELDS,
            Permission.MANAGE_TICKET_FORMS,
            Permission.MANAGE_RULES,
            Permission.MANAGE_AUTOMATIONS,
            Permission.MANAGE_SERVICE_LEVELS,
            Permission.MANAGE_AGREEMENTS,
            Permission.MANAGE_WEBHOOKS,
            Permission.MANAGE_ARTICLES,
        ),
        ADMINS | STEWARDS,
    ),
    **dict.fromkeys(
        (
            Permission.MANAGE_BRANDS,
            Permission.MANAGE_SEGMENTS,
            Permission.MANAGE_SETTINGS,
            Permission.EXPLAIN_ACCESS,
            Permission.VIEW_AS,
            Permission.IMPORT_PEOPLE,
            Permission.READ_AUDIT_LOG,
        ),
        ADMINS,
    ),
}


def promised(ticket: str, who: str) -> set[Permission]:
    """What somebody may do to a ticket, as who they are."""
    readers = READERS[ticket]
    if who == SYSTEM:
        return set(Permission) if "ada" in readers.agents else set()
    if who not in WORKING_AGENTS & readers.agents:
        return (
            promised_to_customer(ticket, who)
            if who in readers.customers - WORKING_AGENTS | readers.asking_agents
            else set()
        )
    may = {Permission.COMMENT_PRIVATELY} if ticket not in CLOSED else set()
    if who in FULL_AGENTS:
        may |= {Permission.SHARE_TICKET}
        may |= CHANGES if ticket not in CLOSED else set()
    if who in DEPUTIES:
        may -= {Permission.EDIT_TAGS, Permission.MERGE_TICKET}
    return may | ({Permission.DELETE_TICKET, Permission.REDACT_TICKET} if who in ADMINS | DEPUTIES else set())


def promised_to_customer(ticket: str, who: str) -> set[Permission]:
    """What somebody may do to a ticket as an end user."""
    readers, is_requester = READERS[ticket], REQUESTERS.get(ticket, "eli") == who
    asked = is_requester and who in readers.customers | readers.asking_agents
    may = {Permission.ADD_COLLEAGUES} if asked else set()
    if who not in readers.repliers:
        return may
    return {*may, Permission.COMMENT_PUBLICLY} | ({Permission.MARK_SOLVED} if is_requester else set())


def broken_promises(desk: Desk, asked: Iterable[Permission] = Permission) -> Iterator[str]:
    """Each right somebody has on a ticket and should not have, or the other way round, as a sentence."""
    for who in (*PEOPLE, SYSTEM):
        actor = desk.actor(who)
        for one in asked:
            kept = {ticket for ticket in READERS if one in promised(ticket, who)}
            yield from (f"{who}, {ticket}: {one}" for ticket in sorted(_allowed(desk, actor, one) ^ kept))


def broken_promises_to_customers(desk: Desk, asked: Iterable[Permission] = Permission) -> Iterator[str]:
    """The same in the help center of each brand."""
    for who in PEOPLE:
        for brand, actor in desk.as_customer(who).items():
            own = [ticket for ticket in READERS if desk.brand_name(ticket) == brand]
            for one in asked:
                kept = {ticket for ticket in own if one in promised_to_customer(ticket, who)}
                yield from (f"{who}, {ticket}: {one}" for ticket in sorted(_allowed(desk, actor, one) ^ kept))


def broken_general_promises(desk: Desk, asked: Iterable[Permission] = Permission) -> Iterator[str]:
    """The same for rights that concern no ticket."""
    for who in PEOPLE:
        actor = desk.actor(who)
        for one in asked:
            if permissions.allows(actor, one) is not (who in IN_GENERAL.get(one, ())):
                yield f"{who}: {one}"


def _allowed(desk: Desk, actor: Actor, permission: Permission) -> set[str]:
    rows = set(permissions.tickets(actor, permission).values_list("pk", flat=True))
    return {name for name, ticket in desk.tickets.items() if ticket.pk in rows}
