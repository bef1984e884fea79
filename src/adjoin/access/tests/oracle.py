"""The rules of reading once more, in plain Python over plain values, as the facts about Zendesk state them.

Written without looking at `grants`: it imports nothing of `access`, so that a mistake there is not made twice."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Membership:
    """What a member may of themselves, whatever the organization shares."""

    sees: bool = False
    comments: bool = False


@dataclass
class Person:
    """`role` is "admin", "agent" or "end-user"; `restriction` as `within_restriction` below has it.

    `has_custom_role` is whether it is a role of their own that says so."""

    pk: int
    role: str
    restriction: str = ""
    is_light: bool = False
    has_custom_role: bool = False
    guards: bool = False  # with a custom role: whether it looks after what is suspended
    edits: bool = True  # with a custom role: whether it changes tickets
    is_suspended: bool = False
    is_active: bool = True
    is_placeholder: bool = False
    brands: set[int] = field(default_factory=set)
    groups: set[int] = field(default_factory=set)
    memberships: dict[int, Membership] = field(default_factory=dict)  # by organization


@dataclass
class Organization:
    pk: int
    shares_tickets: bool
    shares_comments: bool


@dataclass
class Group:
    pk: int
    is_public: bool
    is_deleted: bool
    is_confidential: bool = False


@dataclass
class Ticket:
    pk: int
    requester: int
    brand: int | None
    group: int | None
    organization: int | None
    assignee: int | None
    has_public_comment: bool
    is_confidential: bool
    is_deleted: bool
    is_closed: bool
    ccs: set[int] = field(default_factory=set)
    followers: set[int] = field(default_factory=set)


@dataclass
class World:
    """Everything there is, by its number."""

    people: dict[int, Person]
    organizations: dict[int, Organization]
    groups: dict[int, Group]
    tickets: dict[int, Ticket]
    light_access: str = ""  # how far light agents reach whose own restriction says nothing


def works(person: Person) -> bool:
    """Whether somebody can sign in at all."""
    return person.is_active and not person.is_suspended and not person.is_placeholder


def reads_as_agent(world: World, person: Person, ticket: Ticket) -> bool:
    """With its private side."""
    if not works(person) or ticket.is_deleted or person.role == "end-user":
        return False
    if person.role == "admin":
        return True
    if person.pk in ticket.ccs or person.pk in ticket.followers:
        return True
    if ticket.brand is None or ticket.brand not in person.brands:
        return False
    own_groups = {pk for pk in person.groups if not world.groups[pk].is_deleted}
    if ticket.group is not None and not world.groups[ticket.group].is_public and ticket.group not in own_groups:
        return False
    return within_restriction(world, person, ticket, own_groups)


def within_restriction(world: World, person: Person, ticket: Ticket, own_groups: set[int]) -> bool:
    """Whether an agent's role reaches it."""
    restriction = person.restriction
    if person.is_light and restriction == "" and not person.has_custom_role:
        restriction = world.light_access
    if restriction == "groups":
        return ticket.group in own_groups
    if restriction == "organization":
        return ticket.organization in person.memberships
    if restriction == "assigned":
        return ticket.assignee == person.pk
    return restriction == ""


def sees_suspended(person: Person, brand: int | None) -> bool:
    """Whether what waits in that brand, or in none, is for them; without a custom role, if nothing restricts them."""
    if not works(person) or person.role == "end-user":
        return False
    is_full = not person.is_light and person.restriction == ""
    looks_after = person.guards if person.has_custom_role else is_full
    return person.role == "admin" or (looks_after and (brand is None or brand in person.brands))


def reads_as_end_user(world: World, person: Person, ticket: Ticket, host: int | None = None) -> bool:
    """Its public side, in the help center of the brand `host` (None: wherever)."""
    if not works(person) or ticket.is_deleted or not ticket.has_public_comment:
        return False
    if host is not None and ticket.brand != host:
        return False
    if ticket.requester == person.pk or person.pk in ticket.ccs:
        return True
    return is_shareable(world, ticket) and ticket.organization in seen_organizations(world, person)


def is_shareable(world: World, ticket: Ticket) -> bool:
    """Whether what an organization shares can reach it."""
    return not ticket.is_confidential and (ticket.group is None or not world.groups[ticket.group].is_confidential)


def seen_organizations(world: World, person: Person) -> set[int]:
    """Those whose tickets somebody sees as an end user; the most permissive of the settings wins."""
    sees_all = person.role == "end-user" and person.restriction == "organization"
    shared = {pk for pk in person.memberships if world.organizations[pk].shares_tickets}
    return shared | {pk for pk, membership in person.memberships.items() if sees_all or membership.sees}


def reads(world: World, person: Person, ticket: Ticket) -> bool:
    """As whoever they are."""
    if person.role == "end-user":
        return reads_as_end_user(world, person, ticket)
    if reads_as_agent(world, person, ticket):
        return True
    return only_asked_for(world, person, ticket)


def only_asked_for(world: World, person: Person, ticket: Ticket) -> bool:
    """An agent who reads it as its requester and in no other way."""
    mine = ticket.requester == person.pk and ticket.has_public_comment and not ticket.is_deleted and works(person)
    return mine and not reads_as_agent(world, person, ticket)


def may(world: World, person: Person, ticket: Ticket, act: str) -> bool:
    """Whether they may do it, as whoever they are."""
    if person.role != "end-user" and not reads_as_agent(world, person, ticket):
        is_theirs = only_asked_for(world, person, ticket)
        return is_theirs and not ticket.is_closed and act in ("comment_publicly", "mark_solved")
    if person.role == "end-user":
        return may_as_end_user(world, person, ticket, act)
    is_full = person.role == "admin" or not person.is_light
    edits = person.role == "admin" or (is_full if not person.has_custom_role else person.edits)
    return {
        "comment_publicly": is_full and not ticket.is_closed,
        "comment_privately": not ticket.is_closed,
        "edit_ticket": edits and not ticket.is_closed,
        "delete_ticket": person.role == "admin",
        "share_ticket": is_full,
    }.get(act, False)


def may_as_end_user(world: World, person: Person, ticket: Ticket, act: str, host: int | None = None) -> bool:
    """Whether they may do it in the help center of the brand `host` (None: wherever)."""
    if not reads_as_end_user(world, person, ticket, host) or ticket.is_closed:
        return False
    if act == "mark_solved":
        return ticket.requester == person.pk
    if act != "comment_publicly":
        return False
    if ticket.requester == person.pk or person.pk in ticket.ccs:
        return True
    organization = world.organizations.get(ticket.organization or 0)
    mine = person.memberships.get(ticket.organization or 0)
    if organization is None or mine is None or not is_shareable(world, ticket):
        return False
    return mine.comments or (organization.shares_tickets and organization.shares_comments)
