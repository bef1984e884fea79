"""Whole hours since something happened to a ticket, or until it will: an update has no clock, so triggers lack them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from adjoin.kernel.errors import Invalid
from adjoin.kernel.languages import said
from adjoin.rules import clock, hours, schedule_conditions
from adjoin.rules.hours import BUSINESS, OPERATORS
from adjoin.rules.registry import Condition
from adjoin.rules.values import HOURS, Part, Value
from adjoin.tickets.terms import TicketStatus

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.changes import Change
    from adjoin.tickets.models import Ticket

HOURS_MAX = 100_000  # eleven years
MOMENTS: dict[str, Callable[[datetime, datetime], bool]] = {
    "less_than": datetime.__lt__,
    "less_than_equal": datetime.__le__,
    "greater_than": datetime.__gt__,
    "greater_than_equal": datetime.__ge__,
}


def all_of_them() -> tuple[Condition, ...]:
    """Every condition of this module."""
    return (
        _hours("NEW", _("Hours since created"), "created_at"),
        *(_since_status(status) for status in TicketStatus if status != TicketStatus.NEW),
        _hours("updated_at", _("Hours since update"), "updated_at"),
        _hours("requester_updated_at", _("Hours since requester update"), "requester_updated_at"),
        _hours("assignee_updated_at", _("Hours since assignee update"), "assignee_updated_at"),
        _hours(
            "assigned_at", _("Hours since assigned"), "assigned_at", only=Q(assignee__isnull=False), is_it=_is_assigned
        ),
        _hours("due_date", _("Hours since due"), "due_at"),
        _hours("until_due_date", _("Hours until due"), "due_at", is_ahead=True),
        _hours("sla_next_breach_at", _("Hours since SLA breach"), "sla_next_breach_at"),
        _hours("until_sla_next_breach_at", _("Hours until SLA breach"), "sla_next_breach_at", is_ahead=True),
        _exact_created_at(),
    )


_SINCE = {
    TicketStatus.OPEN: _("Hours since open"),
    TicketStatus.PENDING: _("Hours since pending"),
    TicketStatus.HOLD: _("Hours since on hold"),
    TicketStatus.SOLVED: _("Hours since solved"),
    TicketStatus.CLOSED: _("Hours since closed"),
}


def _is_assigned(ticket: Ticket) -> bool:
    return ticket.assignee_id is not None


def _since_status(status: TicketStatus) -> Condition:
    def is_it(ticket: Ticket) -> bool:
        return bool(ticket.status == status)

    return _hours(status.name, _SINCE[status], "status_updated_at", only=Q(status=status), is_it=is_it)


def _hours(
    key: str,
    label: str,
    column: str,
    *,
    only: Q | None = None,
    is_it: Callable[[Ticket], bool] = lambda ticket: True,
    is_ahead: bool = False,
) -> Condition:
    """Hours between `column` and now, of tickets of which `only` and `is_it` hold."""

    def matches(change: Change, operator: str, value: Any) -> bool:
        moment: datetime | None = getattr(change.ticket, column)
        if moment is None or not is_it(change.ticket):
            return False
        return is_so_long(change, moment, operator, int(value), is_ahead=is_ahead)

    def sql(actor: Actor, operator: str, value: Any) -> Q:
        return (only or Q()) & hours.rows(column, operator, clock.now(), int(value), is_ahead=is_ahead)

    return Condition(
        key, label, OPERATORS, matches, sql, check_hours(label), HOURS, in_triggers=False, counts_from=column
    )


def is_so_long(change: Change, moment: datetime, operator: str, value: int, *, is_ahead: bool = False) -> bool:
    """Whether so many hours lie between that moment and the update."""
    calendar = schedule_conditions.book_for(change).calendar(change.ticket) if operator.endswith(BUSINESS) else None
    return hours.lies(moment, hours.edges(calendar, operator, change.now, value, is_ahead=is_ahead))


def _exact_created_at() -> Condition:
    """The moment a ticket was made, for service levels alone: an ISO date, or seconds since 1970."""

    def check(value: Any) -> str:
        moment = _moment(str(value).strip())
        if moment is None:
            raise Invalid.field("value", gettext("Created takes a moment such as 2026-03-04T09:00:00Z"))
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    def matches(change: Change, operator: str, value: Any) -> bool:
        created_at = change.ticket.created_at.replace(microsecond=0)
        return MOMENTS[operator](created_at, datetime.fromisoformat(value))

    shown = Value("text", (Part(_("Moment"), hint=_("As 2026-03-04T09:00:00Z")),))
    label = _("Created")
    return Condition("exact_created_at", label, tuple(MOMENTS), matches, None, check, shown, in_triggers=False)


def _moment(given: str) -> datetime | None:
    try:
        if given.isascii() and given.isdecimal():
            return datetime.fromtimestamp(int(given), UTC)
        found = datetime.fromisoformat(given)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def check_hours(label: str) -> Callable[[Any], str]:
    """A check for a number of hours."""

    def check(value: Any) -> str:
        text = str(value)
        if not (text.isascii() and text.isdecimal()) or int(text[:18]) > HOURS_MAX:
            raise Invalid.field(
                "value",
                gettext("%(label)s takes a whole number, at most %(most)s")
                % {"label": said(label), "most": f"{HOURS_MAX:,}"},
            )
        return str(int(text))

    return check
