"""The ways to sort a list of tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Case, DateTimeField, IntegerField, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from adjoin.tickets.terms import Priority, TicketStatus, TicketType


@dataclass(frozen=True)
class Order:
    """One way to sort: a column that is never null, and the id behind it. `expression` makes such a column."""

    key: str
    label: str
    column: str
    starts_descending: bool = False
    expression: Any = None
    holds: type = str  # str, int or datetime

    @property
    def is_made(self) -> bool:
        """Whether it is by something that stands in no column of the ticket."""
        return self.expression is not None or "__" in self.column


def _rank(key: str, label: str, values: Sequence[str]) -> Order:
    """By the place of a column's value in a list, nothing first."""
    places = [When(**{key: value}, then=Value(place)) for place, value in enumerate(values, 1)]
    expression = Case(*places, default=Value(0), output_field=IntegerField())
    return Order(key, label, f"{key}_rank", expression=expression, holds=int)


def _named(key: str, label: str) -> Order:
    """By the name of what a column leads to, nothing first."""
    return Order(key, label, f"{key}_name", expression=Coalesce(f"{key}__name", Value("")))


def _moment(key: str, label: str, column: str) -> Order:
    """By a moment that may not have come, which sorts as long ago."""
    begin = Value(LONG_AGO, output_field=DateTimeField())
    return Order(key, label, f"{column}_or_never", True, Coalesce(column, begin), datetime)


def _deadline(key: str, label: str, column: str) -> Order:
    """By a moment that may never come, which sorts as far away: the next one is first."""
    end = Value(FAR_AWAY, output_field=DateTimeField())
    return Order(key, label, f"{column}_or_never", False, Coalesce(column, end), datetime)


LONG_AGO, FAR_AWAY = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


ORDERS = {
    order.key: order
    for order in (
        Order("id", "#", "pk", starts_descending=True, holds=int),
        Order("subject", gettext_noop("Subject"), "subject"),
        Order("requester", gettext_noop("Requester"), "requester__name"),
        Order("created", gettext_noop("Created"), "created_at", starts_descending=True, holds=datetime),
        Order("updated", gettext_noop("Updated"), "updated_at", starts_descending=True, holds=datetime),
        _rank("status", gettext_noop("Status"), TicketStatus.values),
        _rank("priority", gettext_noop("Priority"), Priority.values),
        _rank("type", gettext_noop("Type"), TicketType.values),
        _named("assignee", gettext_noop("Assignee")),
        _named("group", gettext_noop("Group")),
        _named("organization", gettext_noop("Organization")),
        _named("brand", gettext_noop("Brand")),
        _moment("assigned", gettext_noop("Assigned"), "assigned_at"),
        _moment("solved", gettext_noop("Solved"), "solved_at"),
        _moment("due", gettext_noop("Due"), "due_at"),
        _deadline("breach", gettext_noop("Next SLA breach"), "sla_next_breach_at"),
    )
}


BY_COLUMN = {order.column: order.key for order in ORDERS.values()}
