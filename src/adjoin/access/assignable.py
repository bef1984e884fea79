"""Whom and what a ticket can be given to: brands, groups, and agents who can read it once they have it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from adjoin.access import actors, readable
from adjoin.brands.models import Brand, BrandMembership
from adjoin.kernel.wording import say
from adjoin.people.models import Group, User
from adjoin.people.terms import Role

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Ticket

ANY_BRAND, ANY_GROUP = "assign_tickets_to_any_brand", "assign_tickets_to_any_group"


def brands(actor: Actor) -> QuerySet[Brand]:
    """The brands `actor` can give a ticket to: their own, or all where the role says so."""
    return Brand.objects.all() if _gives_to_any(actor, ANY_BRAND) else readable.brands(actor)


def groups(actor: Actor) -> QuerySet[Group]:
    """The groups `actor` can give a ticket to: those they know of, or only their own where the role says so."""
    if not actor.is_agent:
        return Group.objects.filter(is_deleted=False)
    known = readable.groups(actor)
    return known if _gives_to_any(actor, ANY_GROUP) else known.filter(pk__in=actor.group_ids)


def agents() -> QuerySet[User]:
    """Everybody to whom a ticket can be assigned at all: agents who answer, not light ones."""
    people: QuerySet[User] = User.objects.active().agents()
    return people.filter(is_suspended=False, only_private_comments=False)


def agents_for(ticket: Ticket) -> list[tuple[int, str]]:
    """The agents to whom `ticket` can be assigned, by name: those who could read it then."""
    in_brand = Exists(BrandMembership.objects.filter(user=OuterRef("pk"), brand_id=ticket.brand_id or 0))
    takes_part = Q(pk__in=ticket.followers.values("pk")) | Q(pk__in=ticket.ccs.values("pk"))
    asked = agents().filter(Q(role=Role.ADMIN) | in_brand | takes_part).order_by("name", "pk")
    # Most agents' roles read every ticket: no rule but a wall could keep those of its brand out.
    is_plain = Q(role=Role.ADMIN) | Q(in_brand, ticket_restriction="", custom_role=None) & _in_open_group(ticket)
    people = list(
        asked.annotate(is_plain=Case(When(is_plain, then=True), default=False)).values_list("pk", "name", "is_plain")
    )
    doubtful = actors.load_many(pk for pk, _, is_plain in people if not is_plain)
    able = {pk for pk, actor in doubtful.items() if could_work_on(actor, ticket)}
    return [(pk, name) for pk, name, is_plain in people if is_plain or pk in able]


def could_work_on(actor: Actor, ticket: Ticket) -> bool:
    """Whether `actor` could read `ticket`, as it stands in memory, once it is assigned to them.

    An assignee from outside its group takes a ticket with them into a group of theirs, but not out of a private one."""
    given = copy(ticket)
    given.assignee_id = actor.user_id
    if could_read(actor, given):
        return True
    if not actor.group_ids or not (ticket.group_id is None or ticket.group_id in actor.open_group_ids):
        return False
    given.group_id = min(actor.group_ids)
    return could_read(actor, given)


def told_of_wall(name: str, ticket: Ticket) -> str:
    """What the history says where an agent could not be given `ticket`."""
    group = Group.objects.filter(pk=ticket.group_id or 0).values_list("name", flat=True).first()
    if group is None:
        return say("%(name)s has no access to this ticket, so nobody is assigned.") % {"name": name}
    return say("%(name)s has no access to this ticket, so it stays with %(group)s.") % {"name": name, "group": group}


def could_read(actor: Actor, ticket: Ticket) -> bool:
    """What `readable.tickets_as_agent(actor)` would say of `ticket` as it stands in memory, written or not."""
    return _holds(readable.opened_as_agent(actor), ticket)


def _in_open_group(ticket: Ticket) -> Q:
    is_open = ticket.group_id is None or Group.objects.filter(pk=ticket.group_id, is_public=True).exists()
    return Q() if is_open else Q(pk__in=[])


def _gives_to_any(actor: Actor, right: str) -> bool:
    return not actor.is_agent or actor.is_admin or right in actor.rights


def _holds(condition: Q, ticket: Ticket) -> bool:
    """A condition of `grants` over one ticket. Raises `LookupError` for a kind of condition it does not know."""
    answers = (_holds(one, ticket) if isinstance(one, Q) else _matches(ticket, one) for one in condition.children)
    found = any(answers) if condition.connector == Q.OR and condition.children else all(answers)
    return found is not condition.negated


def _matches(ticket: Ticket, condition: Any) -> bool:
    name, value = condition
    column, _, lookup = name.partition("__")
    return _LOOKUPS[lookup](getattr(ticket, column), value)


def _in(value: Any, ids: Iterable[Any]) -> bool:
    return value is not None and value in ids


_LOOKUPS: dict[str, Callable[[Any, Any], bool]] = {
    "": lambda value, wanted: bool(value == wanted),
    "isnull": lambda value, wanted: (value is None) is wanted,
    "any_of": _in,
    "none_of": lambda value, ids: not _in(value, ids),
}
