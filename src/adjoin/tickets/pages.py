"""Lists of tickets, one page at a time: filtered and sorted as the address says, paged by key, never by offset."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Q

from adjoin.access import readable
from adjoin.tickets.terms import Priority, TicketStatus

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Ticket, TicketQuerySet

SIZE = 50
Filter = Callable[["Actor", str], Q]


@dataclass(frozen=True)
class Order:
    """One way to sort: a column that is never null, and the id behind it."""

    key: str
    label: str
    column: str
    starts_descending: bool = False


ORDERS = {
    order.key: order
    for order in (
        Order("id", "#", "pk", starts_descending=True),
        Order("subject", "Subject", "subject"),
        Order("requester", "Requester", "requester__name"),
        Order("created", "Created", "created_at", starts_descending=True),
        Order("updated", "Updated", "updated_at", starts_descending=True),
    )
}
BY_COLUMN = {order.column: order.key for order in ORDERS.values()}


@dataclass(frozen=True)
class Question:
    """What the address asks of a list. Values that mean nothing are as if they were not there."""

    order: Order
    is_descending: bool
    filters: dict[str, str]
    kept: dict[str, str]  # of the address, on every page of the list: what is searched for
    after: tuple[Any, int] | None = None  # the last row seen: its sorted value and id
    before: tuple[Any, int] | None = None

    @classmethod
    def read(cls, address: Mapping[str, str], *, sort: str = "-updated", keep: Iterable[str] = ()) -> Question:
        """The question in `request.GET`. `sort` is the order when none is asked for: a key, with `-` for descending.

        `keep` names what else belongs to the list's address."""
        asked = address.get("sort", "")
        wanted = asked if asked.removeprefix("-") in ORDERS else sort
        order = ORDERS.get(wanted.removeprefix("-"), ORDERS["updated"])
        filters = {name: value for name in FILTERS if (value := address.get(name, "").strip()[:200])}
        return cls(
            order,
            wanted.startswith("-"),
            filters,
            {name: address[name] for name in keep if name in address},
            after=_read_key(order, address.get("after", "")),
            before=_read_key(order, address.get("before", "")),
        )

    def address(self, **changes: str) -> str:
        """The address of the same list with something changed: `?status=open&sort=-updated`. Back on the first page."""
        values = {**self.kept, **self.filters, "sort": self.sort, **changes}
        return "?" + urlencode({name: value for name, value in values.items() if value})

    @property
    def sort(self) -> str:
        return ("-" if self.is_descending else "") + self.order.key

    @property
    def is_filtered(self) -> bool:
        return bool(self.filters)


@dataclass(frozen=True)
class Column:
    """A head of the table: where a click on it leads, and how it is sorted now ("" when it is not)."""

    label: str
    address: str
    sorted: str = ""  # ascending or descending, as aria-sort has it


@dataclass(frozen=True)
class Page:
    """The rows of one page and the addresses around it; no address where there is nothing."""

    question: Question
    rows: list[Ticket]
    next_address: str = ""
    previous_address: str = ""

    @property
    def columns(self) -> dict[str, Column]:
        """Heads by order key, for the template."""
        return {key: self._column(order) for key, order in ORDERS.items()}

    def _column(self, order: Order) -> Column:
        asked = self.question
        if order.key != asked.order.key:
            return Column(order.label, asked.address(sort=("-" if order.starts_descending else "") + order.key))
        turned = order.key if asked.is_descending else f"-{order.key}"
        return Column(order.label, asked.address(sort=turned), "descending" if asked.is_descending else "ascending")


def of(actor: Actor, tickets: TicketQuerySet, question: Question, *, size: int = SIZE) -> Page:
    """One page of `tickets` (which `readable` has narrowed) as `question` asks."""
    narrowed = filtered(actor, tickets, question)
    backwards = question.before is not None and question.after is None
    descending = question.is_descending != backwards
    rows = _rows(narrowed.with_people(), question, descending, question.before if backwards else question.after, size)
    has_more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_next = backwards or has_more
    has_previous = has_more if backwards else question.after is not None
    return Page(
        question,
        rows,
        next_address=question.address(after=_write_key(question.order, rows[-1])) if rows and has_next else "",
        previous_address=question.address(before=_write_key(question.order, rows[0])) if rows and has_previous else "",
    )


def filtered(actor: Actor, tickets: TicketQuerySet, question: Question) -> TicketQuerySet:
    """Those of `tickets` that the filters of `question` leave.

    What is not shown of a ticket to an agent who only asked for it is nothing it can be found by either."""
    if not _NOT_FOR_REQUESTERS.isdisjoint(question.filters):
        tickets = tickets.filter(readable.opened_as_agent(actor))
    for name, value in question.filters.items():
        tickets = tickets.filter(FILTERS[name](actor, value))
    return tickets


_NOT_FOR_REQUESTERS = frozenset({"assignee", "group", "tag"})


def _rows(
    tickets: TicketQuerySet, question: Question, descending: bool, key: tuple[Any, int] | None, size: int
) -> list[Ticket]:
    column, sign, beyond = question.order.column, "-" if descending else "", "lt" if descending else "gt"
    if key is not None:
        value, pk = key
        if column == "pk":
            tickets = tickets.filter(**{f"pk__{beyond}": pk})
        else:
            # The first condition is what an index can begin at; the second is exact.
            tickets = tickets.filter(**{f"{column}__{beyond}e": value}).exclude(
                Q(**{column: value}) & ~Q(**{f"pk__{beyond}": pk})
            )
    order = [f"{sign}pk"] if column == "pk" else [f"{sign}{column}", f"{sign}pk"]
    return list(tickets.order_by(*order)[: size + 1])


def _write_key(order: Order, ticket: Ticket) -> str:
    value: Any = ticket
    for name in order.column.split("__"):
        value = getattr(value, name)
    if isinstance(value, datetime):
        value = value.isoformat()
    return base64.urlsafe_b64encode(json.dumps([value, ticket.pk]).encode()).decode().rstrip("=")


def _read_key(order: Order, text: str) -> tuple[Any, int] | None:
    if not text:
        return None
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if order.column.endswith("_at"):
            value = datetime.fromisoformat(value)
        elif order.column != "pk":
            value = str(value).replace("\x00", "")
        return value, _small(pk)
    except (ValueError, TypeError, binascii.Error):
        return None


def _small(value: Any) -> int:
    number = int(value)
    if not 0 < number < 2**63:
        raise ValueError(number)
    return number


def _by_status(actor: Actor, value: str) -> Q:
    if value == "unsolved":
        return Q(status__in=TicketStatus.unsolved())
    return Q(status=value) if value in TicketStatus.values else Q()


def _by_priority(actor: Actor, value: str) -> Q:
    return Q(priority=value) if value in Priority.values else Q()


def _by_assignee(actor: Actor, value: str) -> Q:
    if value == "none":
        return Q(assignee=None)
    return Q(assignee_id=actor.user_id) if value == "me" else _by_id("assignee_id", value)


def _by_id(column: str, value: str) -> Q:
    try:
        return Q(**{column: _small(value)})
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
