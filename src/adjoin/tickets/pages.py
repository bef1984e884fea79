"""Lists of tickets, one page at a time: filtered and sorted as the address says, paged by key, never by offset."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Q

from adjoin.access import readable
from adjoin.kernel import languages
from adjoin.tickets import filters
from adjoin.tickets.filters import FILTERS
from adjoin.tickets.orders import ORDERS, Order

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Ticket, TicketQuerySet

SIZE = 50


@dataclass(frozen=True)
class Question:
    """What the address asks of a list. Values that mean nothing are as if they were not there."""

    order: Order
    is_descending: bool
    filters: dict[str, str]
    kept: dict[str, str]  # of the address, on every page of the list: what is searched for
    after: list[Any] | None = None  # the last row seen: its sorted values and id
    before: list[Any] | None = None
    group: Order | None = None  # sorted by this first
    is_group_descending: bool = False

    @classmethod
    def read(
        cls, address: Mapping[str, str], *, sort: str = "-updated", group: str = "", keep: Iterable[str] = ()
    ) -> Question:
        """The question in `request.GET`. `sort` is the order when none is asked for: a key, with `-` for descending.

        `group`, written alike, is sorted by before all else. `keep` names what else belongs to the list's address."""
        asked = address.get("sort", "")
        wanted = asked if asked.removeprefix("-") in ORDERS else sort
        order = ORDERS.get(wanted.removeprefix("-"), ORDERS["updated"])
        grouped = ORDERS.get(group.removeprefix("-"))
        orders = [*([grouped] if grouped else []), order]
        filters = {name: value for name in FILTERS if (value := address.get(name, "").strip()[:200])}
        return cls(
            order,
            wanted.startswith("-"),
            filters,
            {name: address[name] for name in keep if name in address},
            after=_read_key(orders, address.get("after", "")),
            before=_read_key(orders, address.get("before", "")),
            group=grouped,
            is_group_descending=group.startswith("-"),
        )

    def address(self, **changes: str) -> str:
        """The address of the same list with something changed: `?status=open&sort=-updated`. Back on the first page."""
        values = {**self.kept, **self.filters, "sort": self.sort, **changes}
        return "?" + urlencode({name: value for name, value in values.items() if value})

    @property
    def sort(self) -> str:
        return ("-" if self.is_descending else "") + self.order.key

    @property
    def orders(self) -> list[tuple[Order, bool]]:
        """What is sorted by, and whether descending: the group first."""
        return [*([(self.group, self.is_group_descending)] if self.group else []), (self.order, self.is_descending)]

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
        asked, label = self.question, languages.said(order.label)
        if order.key != asked.order.key:
            return Column(label, asked.address(sort=("-" if order.starts_descending else "") + order.key))
        turned = order.key if asked.is_descending else f"-{order.key}"
        return Column(label, asked.address(sort=turned), "descending" if asked.is_descending else "ascending")


def of(actor: Actor, tickets: TicketQuerySet, question: Question, *, size: int = SIZE) -> Page:
    """One page of `tickets` (which `readable` has narrowed) as `question` asks."""
    narrowed = filtered(actor, tickets, question)
    backwards = question.before is not None and question.after is None
    rows = _rows(narrowed.with_people(), question, backwards, question.before if backwards else question.after, size)
    has_more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_next = backwards or has_more
    has_previous = has_more if backwards else question.after is not None
    return Page(
        question,
        rows,
        next_address=question.address(after=_write_key(question, rows[-1])) if rows and has_next else "",
        previous_address=question.address(before=_write_key(question, rows[0])) if rows and has_previous else "",
    )


def after(ticket: TicketQuerySet, question: Question) -> str:
    """What `?after=` says for this one ticket, so that the page begins behind it; "" when there is none."""
    found = sorted_by(ticket.with_people(), question).first()
    return _write_key(question, found) if found is not None else ""


def filtered(actor: Actor, tickets: TicketQuerySet, question: Question) -> TicketQuerySet:
    """Those of `tickets` that the filters of `question` leave.

    What is not shown of a ticket to an agent who only asked for it is nothing it can be found by either."""
    if not _NOT_FOR_REQUESTERS.isdisjoint(question.filters):
        tickets = tickets.filter(readable.opened_as_agent(actor))
    for name, value in question.filters.items():
        tickets = tickets.filter(FILTERS[name](actor, value))
    return tickets


_NOT_FOR_REQUESTERS = frozenset({"assignee", "group", "tag"})


def sorted_by(tickets: TicketQuerySet, question: Question, *, backwards: bool = False) -> TicketQuerySet:
    """The tickets in the order of `question`, or from its end."""
    made = {order.column: order.expression for order, _ in question.orders if order.expression is not None}
    columns = [(order.column, descending != backwards) for order, descending in question.orders]
    if columns[-1][0] != "pk":
        columns.append(("pk", columns[-1][1]))
    return tickets.annotate(**made).order_by(*(f"{'-' if descending else ''}{name}" for name, descending in columns))


def _rows(
    tickets: TicketQuerySet, question: Question, backwards: bool, key: list[Any] | None, size: int
) -> list[Ticket]:
    found = sorted_by(tickets, question, backwards=backwards)
    if key is not None:
        columns = [(order.column, descending != backwards) for order, descending in question.orders]
        found = found.filter(_beyond([*columns, ("pk", columns[-1][1])], key))
    if any(order.is_made for order, _ in question.orders):
        # No index has this order: only ids go through the sort, and what a row shows is read for one page alone.
        chosen = found.select_related(None).values("pk")[: size + 1]
        found = sorted_by(tickets.filter(pk__in=chosen), question, backwards=backwards)
    return list(found[: size + 1])


def _beyond(columns: Sequence[tuple[str, bool]], key: Sequence[Any]) -> Q:
    """The rows that come after the one with these values."""
    name, descending = columns[0]
    beyond = Q(**{f"{name}__{'lt' if descending else 'gt'}": key[0]})
    if name == "pk" or len(columns) == 1:
        return beyond
    # The first condition is what an index can begin at; the second is exact.
    from_there = Q(**{f"{name}__{'lte' if descending else 'gte'}": key[0]})
    return from_there & ~(Q(**{name: key[0]}) & ~_beyond(columns[1:], key[1:]))


def _write_key(question: Question, ticket: Ticket) -> str:
    found = []
    for order, _ in question.orders:
        value: Any = ticket
        for name in order.column.split("__"):
            value = getattr(value, name)
        found.append(value.isoformat() if isinstance(value, datetime) else value)
    return base64.urlsafe_b64encode(json.dumps([*found, ticket.pk]).encode()).decode().rstrip("=")


def _read_key(orders: Sequence[Order], text: str) -> list[Any] | None:
    if not text:
        return None
    try:
        *values, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return [*(_read_value(one, value) for one, value in zip(orders, values, strict=True)), filters.row_id(pk)]
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None


def _read_value(order: Order, value: Any) -> Any:
    if order.holds is datetime:
        return datetime.fromisoformat(value)
    return _number(value) if order.holds is int else str(value).replace("\x00", "")


def _number(value: Any) -> int:
    number = int(value)
    if abs(number) >= 2**63:
        raise ValueError(number)
    return number
