"""What the fields of a ticket offer to choose from, and whom a field suggests while somebody types."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q
from django.utils.translation import gettext as _

from adjoin.access import assignable, listed, permissions, readable
from adjoin.access.permissions import Permission
from adjoin.people.models import User
from adjoin.tickets.models import Ticket

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

SUGGESTIONS_MAX = 8


def to_merge_with(actor: Actor, ticket: Ticket, words: str) -> list[Ticket]:
    """Up to 8 tickets that `actor` may merge `ticket` into: by number or subject, without words the requester's."""
    open_to = permissions.tickets(actor, Permission.MERGE_TICKET).with_people().exclude(pk=ticket.pk)
    number = words.strip().removeprefix("#")
    if not words.strip():
        open_to = open_to.filter(requester_id=ticket.requester_id)
    elif number.isascii() and number.isdecimal() and len(number) < 19:
        open_to = open_to.filter(pk=int(number))
    else:
        open_to = open_to.filter(search_vector=SearchQuery(words, config="simple", search_type="websearch"))
    return list(open_to.newest_first()[:SUGGESTIONS_MAX])


def agents(actor: Actor, *, ticket: Ticket | None = None) -> list[tuple[int, str]]:
    """Everybody to whom `ticket` can be assigned, and who has it now; where there is none yet, whom `actor` knows."""
    if ticket is None:
        known = assignable.agents().filter(pk__in=readable.users(actor))
        return list(known.order_by("name", "pk").values_list("pk", "name"))
    name = ticket.assignee.name if ticket.assignee else ""
    able = assignable.agents_for(ticket)
    if actor.sees_own_customers:
        met = set(readable.users(actor).filter(pk__in=[pk for pk, _ in able]).values_list("pk", flat=True))
        able = [(pk, name) for pk, name in able if pk in met]
    return _with_kept(able, ticket.assignee_id, name)


def groups(actor: Actor, *, keep: int | None = None) -> list[tuple[int, str]]:
    """The groups `actor` can give a ticket to, and `keep`, which has it now."""
    own = assignable.groups(actor).order_by("name", "pk").values_list("pk", "name")
    kept = readable.groups(actor).filter(pk=keep or 0).values_list("name", flat=True).first()
    return _with_kept(list(own), keep, kept or _("A group you are not in"))


def brands(actor: Actor, *, keep: int | None = None) -> list[tuple[int, str]]:
    """The brands `actor` can give a ticket to, and `keep`, which it is in now."""
    own = assignable.brands(actor).filter(Q(is_active=True) | Q(pk=keep)).order_by("-is_default", "name", "pk")
    return _with_kept(list(own.values_list("pk", "name")), keep, _("A brand you are not in"))


def own_brands(actor: Actor) -> list[tuple[int, str]]:
    """The brands whose tickets `actor` reads, for a list's filter."""
    brands = readable.brands(actor).filter(is_active=True).order_by("-is_default", "name", "pk")
    if not actor.is_admin:
        brands = brands.filter(pk__in=actor.brand_ids)
    return list(brands.values_list("pk", "name"))


def people_matching(actor: Actor, words: str, *, agents_only: bool = False) -> list[User]:
    """Up to 8 people whose name or address begins like `words`, for a field that suggests. Partners' people are not."""
    words = words.strip()
    if not words:
        return []
    people = listed.users(actor).filter(is_active=True, partner_name="", email__isnull=False)
    if agents_only:
        people = people.filter(role__in=("agent", "admin"))
    by_words = Q(name__istartswith=words) | Q(name__icontains=f" {words}") | Q(email__istartswith=words)
    return list(people.filter(by_words).order_by("name", "pk")[:SUGGESTIONS_MAX])


def people_with_addresses(actor: Actor, addresses: Iterable[str]) -> dict[str, User]:
    """Known people by their address."""
    return {str(user.email): user for user in readable.users(actor).filter(email__in=list(addresses), is_active=True)}


def _with_kept(choices: list[tuple[int, str]], keep: int | None, words: str) -> list[tuple[int, str]]:
    if keep is None or any(pk == keep for pk, _ in choices):
        return choices
    return [*choices, (keep, words)]
