"""The same actor with nothing but what matters for one ticket, so that many people become a few cases.

The rules compare an actor's ids with a ticket's own. Whoever has the same ids of those a ticket has is, to the rules,
the same person; ten thousand people rarely make more than twenty cases."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from adjoin.people.terms import TicketRestriction

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Ticket

SOMEBODY_ELSE = 0  # an id nobody has
_OF_COLUMN = {  # of a ticket, and the ids of an actor that the rules compare with it
    "brand_id": ("brand_ids",),
    "group_id": ("group_ids", "open_group_ids", "confidential_group_ids"),
    "organization_id": ("organization_ids", "seen_organization_ids", "commented_organization_ids"),
}


def to_ticket(actor: Actor, ticket: Ticket) -> Actor:
    """The actor as the rules see them when they look at `ticket` alone. Their rights and name are left out."""
    organization, brand, group = _only(ticket.organization_id), _only(ticket.brand_id), _only(ticket.group_id)
    itself = _only(ticket.pk)
    is_named = actor.user_id in (ticket.requester_id, ticket.assignee_id)
    return replace(
        actor,
        user_id=actor.user_id if is_named else SOMEBODY_ELSE,
        name="",
        rights=frozenset(),
        brand_ids=actor.brand_ids & brand,
        group_ids=actor.group_ids & group,
        open_group_ids=actor.open_group_ids & group,
        confidential_group_ids=actor.confidential_group_ids & group,
        organization_ids=actor.organization_ids & organization,
        seen_organization_ids=actor.seen_organization_ids & organization,
        commented_organization_ids=actor.commented_organization_ids & organization,
        copied_ticket_ids=actor.copied_ticket_ids & itself,
        followed_ticket_ids=actor.followed_ticket_ids & itself,
    )


def to_class(actor: Actor) -> Actor:
    """The actor without what is theirs alone: whom they are, what they asked for, follow or are copied on.

    Agents who read what is assigned to them are a class of their own."""
    is_alone = actor.is_agent and actor.scope == TicketRestriction.ASSIGNED
    return replace(
        actor,
        user_id=actor.user_id if is_alone else SOMEBODY_ELSE,
        name="",
        rights=frozenset(),
        copied_ticket_ids=frozenset(),
        followed_ticket_ids=frozenset(),
    )


def class_key(actor: Actor) -> tuple[Any, ...]:
    """Two actors with the same key are of the same class."""
    is_alone = actor.is_agent and actor.scope == TicketRestriction.ASSIGNED
    return (
        *(actor.kind, actor.scope, actor.user_id if is_alone else SOMEBODY_ELSE, actor.only_private_comments),
        *(actor.brand_ids, actor.group_ids, actor.open_group_ids, actor.confidential_group_ids),
        *(actor.organization_ids, actor.seen_organization_ids, actor.commented_organization_ids),
        *(actor.host_brand_id, actor.agreement_id, actor.reads_private, actor.sees_own_customers),
    )


def keeps_their_own(before: Actor, after: Actor) -> bool:
    """Whether somebody reads what is theirs alone either way, by the same rules."""
    return (before.kind, before.user_id, before.copied_ticket_ids, before.followed_ticket_ids) == (
        *(after.kind, after.user_id, after.copied_ticket_ids, after.followed_ticket_ids),
    )


def where_different(before: Actor, after: Actor) -> Q:
    """The tickets on which the rules could tell the two apart: those with an id that only one of them has."""
    names = [name for several in _OF_COLUMN.values() for name in several]
    if replace(before, **{name: getattr(after, name) for name in names}) != after:
        return Q()
    changed = {
        f"{column}__any_of": frozenset[int]().union(*(getattr(before, one) ^ getattr(after, one) for one in several))
        for column, several in _OF_COLUMN.items()
    }
    return reduce(or_, (Q(**{name: ids}) for name, ids in changed.items()))


def _only(value: int | None) -> frozenset[int]:
    return frozenset() if value is None else frozenset({value})
