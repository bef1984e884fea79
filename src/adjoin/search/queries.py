"""Searching. Every result set begins with `readable.…`, so a search finds nothing that a list would not show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from adjoin.access import listed, readable
from adjoin.access.actors import Actor
from adjoin.people.models import Group, Organization, User
from adjoin.search import grammar, people
from adjoin.search import tickets as ticket_terms
from adjoin.search.grammar import Search, Term
from adjoin.tickets.terms import Priority, TicketStatus

if TYPE_CHECKING:
    from adjoin.tickets.models import TicketQuerySet

_COLUMNS = {
    "created": "created_at",
    "created_at": "created_at",
    "updated": "updated_at",
    "updated_at": "updated_at",
    "commented": "updated_at",
    "status": "status_rank",
    "priority": "priority_rank",
    "ticket_type": "type",
}


def tickets(actor: Actor, text: str, now: datetime) -> TicketQuerySet:
    """The tickets `actor` may read that a search means, in no order yet. A search of nothing finds nothing."""
    search = understood(actor, text)
    return tickets_of(actor, search, now) if search.terms else readable.tickets(actor).none()


def tickets_of(actor: Actor, search: Search, now: datetime) -> TicketQuerySet:
    """The same for a search that has been taken apart. `type:ticket` alone means all of them."""
    rows = readable.tickets(actor)
    is_possible = all(ticket_terms.knows(actor, term.field) for term in search.terms if term.field)
    if "ticket" not in search.types or not is_possible:
        return rows.none()
    found: TicketQuerySet = _narrowed(rows, search.terms, lambda term: ticket_terms.condition(actor, term, now))
    return found


def users(actor: Actor, search: Search, now: datetime) -> QuerySet[User]:
    """The people whom lists show to `actor` that a search of `understood` means, without the deleted."""
    return _people("user", listed.users(actor).filter(is_active=True), actor, search, now)


def organizations(actor: Actor, search: Search, now: datetime) -> QuerySet[Organization]:
    """The organizations `actor` may look up that a search means."""
    return _people("organization", readable.organizations(actor), actor, search, now)


def groups(actor: Actor, search: Search, now: datetime) -> QuerySet[Group]:
    """The groups `actor` works with that a search means."""
    return _people("group", readable.groups(actor), actor, search, now)


def in_order(rows: TicketQuerySet, sort_by: str, sort_order: str) -> TicketQuerySet:
    """Tickets as asked for: by `updated_at`, `created_at`, `priority`, `status` or `ticket_type`, last first unless
    `sort_order` is `asc`; else the ones changed last come first."""
    column = _COLUMNS.get(sort_by)
    if column is None:
        return rows.newest_first()
    if column.endswith("_rank"):
        values = list(TicketStatus.values if column == "status_rank" else Priority.values)
        rows = rows.annotate(**{column: _rank(column.removesuffix("_rank"), values)})
    sign = "" if sort_order == "asc" else "-"
    return rows.order_by(f"{sign}{column}", f"{sign}pk")


def understood(actor: Actor, text: str) -> Search:
    """A search taken apart; a condition on a field that nothing has is looked for as text."""
    search = grammar.parse(text)
    terms = tuple(term if _is_known(actor, term.field) else grammar.as_text(term) for term in search.terms)
    return replace(search, terms=terms)


def _is_known(actor: Actor, field: str) -> bool:
    if not field or ticket_terms.knows(actor, field):
        return True
    return actor.is_agent and any(people.knows(kind, field) for kind in ("user", "organization", "group"))


def _people(kind: str, rows: QuerySet[Any], actor: Actor, search: Search, now: datetime) -> QuerySet[Any]:
    if not all(people.knows(kind, term.field) for term in search.terms if term.field):
        return rows.none()
    narrowed: QuerySet[Any] = _narrowed(rows, search.terms, lambda term: people.condition(kind, actor, term, now))
    return narrowed


def _narrowed(rows: Any, terms: tuple[Term, ...], condition: Callable[[Term], Q | None]) -> Any:
    """`rows` that meet every term; the same field named twice means either. Terms that ask nothing find nothing."""
    asked = [(term, meant) for term in terms if (meant := condition(term)) is not None]
    if terms and not asked:
        return rows.none()
    either: dict[str, list[Q]] = {}
    for term, meant in asked:
        if term.is_negated:
            rows = rows.exclude(meant)
        elif term.field and term.operator == ":":
            either.setdefault(term.field, []).append(meant)
        else:
            rows = rows.filter(meant)
    for alternatives in either.values():
        rows = rows.filter(reduce(or_, alternatives))
    return rows


def _rank(column: str, values: list[str]) -> Case:
    ranks = [When(**{column: value}, then=Value(rank)) for rank, value in enumerate(values)]
    return Case(*ranks, default=Value(-1), output_field=IntegerField())
