"""What narrows a list of tickets, as its address says it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from adjoin.fields import statuses
from adjoin.tickets.terms import Priority, TicketStatus

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.fields.statuses import Book

Filter = Callable[["Actor", str], Q]


def _by_status(actor: Actor, value: str) -> Q:
    if value == "unsolved":
        return Q(status__in=TicketStatus.unsolved())
    if value.isascii() and value.isdecimal() and len(value) < 19:
        return with_custom_status(statuses.book(), int(value))
    return Q(status=value) if value in TicketStatus.values else Q()


def with_custom_status(book: Book, pk: int) -> Q:
    """The tickets that have this custom status, also where it is a standard one, of which tickets keep nothing."""
    row = book.by_id.get(pk)
    if row is None or not row.is_standard:
        return Q(custom_status_id=pk)
    with_closed = [TicketStatus.CLOSED] if row.status_category == TicketStatus.SOLVED else []
    return Q(custom_status=None, status__in=[row.status_category, *with_closed])


def _by_priority(actor: Actor, value: str) -> Q:
    return Q(priority=value) if value in Priority.values else Q()


def _by_assignee(actor: Actor, value: str) -> Q:
    if value == "none":
        return Q(assignee=None)
    return Q(assignee_id=actor.user_id) if value == "me" else _by_id("assignee_id", value)


def _by_id(column: str, value: str) -> Q:
    try:
        return Q(**{column: row_id(value)})
    except ValueError:
        return Q()


def _with(column: str) -> Filter:
    return lambda actor, value: _by_id(column, value)


def _by_tag(actor: Actor, value: str) -> Q:
    return Q(tags__contains=[value.lower()])


FILTERS: dict[str, Filter] = {
    "status": _by_status,
    "priority": _by_priority,
    "assignee": _by_assignee,
    "brand": _with("brand_id"),
    "group": _with("group_id"),
    "organization": _with("organization_id"),
    "requester": _with("requester_id"),
    "tag": _by_tag,
}


def row_id(value: Any) -> int:
    """`value` as an id. Raises `ValueError`."""
    number = int(value)
    if not 0 < number < 2**63:
        raise ValueError(number)
    return number
