"""Rules about the account's own statuses: a condition, an action, one of macros, and the hours since each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from adjoin.fields import statuses
from adjoin.fields.models import CustomStatus
from adjoin.fields.terms import StatusCategory
from adjoin.kernel.errors import Invalid
from adjoin.kernel.languages import said
from adjoin.rules import clock, hours, time_conditions
from adjoin.rules.comparing import IS
from adjoin.rules.registry import (
    DATABASE_COST,
    HISTORY,
    WITHOUT_VALUE,
    Action,
    Condition,
    MacroAction,
    Rows,
    Rule,
    add_action,
    add_condition,
    add_families,
    add_macro_action,
)
from adjoin.rules.values import HOURS, Choices, Part, Value
from adjoin.tickets import filters
from adjoin.tickets.terms import TicketStatus

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.fields.statuses import Book
    from adjoin.rules.drafts import Draft
    from adjoin.tickets.changes import Change

KEY, LABEL = "custom_status_id", _("Ticket status")
SINCE = re.compile(r"custom_status_([1-9][0-9]{0,17})")
INCLUDES = ("includes", "not_includes")


def register() -> None:
    """Make them known."""
    chosen, in_use = _choices(only_active=False), _choices(only_active=True)
    add_condition(
        Condition(
            KEY,
            LABEL,
            (*INCLUDES, *IS, *HISTORY),
            _matches,
            _sql,
            _check_any,
            chosen,
            ended_by=_is_ended,
            in_policies=True,
            cost=DATABASE_COST,
        )
    )
    add_action(Action(KEY, LABEL, _set, _check_one, in_use))
    add_macro_action(MacroAction(KEY, LABEL, _fill, _check_one, in_use))
    add_families(_since_quick, lambda key: None, _since_all, list)


def implied(actions: Rows) -> list[dict[str, Any]]:
    """The categories that these actions set by setting one of the statuses, as lines of their own."""
    named = [one["value"] for one in actions if one["field"] == KEY]
    by_id = statuses.book().by_id if named else {}
    rows = [by_id.get(int(value)) for value in named if str(value).isdecimal()]
    return [{"field": "status", "value": row.status_category} for row in rows if row is not None]


def _choices(*, only_active: bool) -> Value:
    def found() -> Choices:
        rows = [row for row in statuses.book().rows if row.is_active or not only_active]
        labels = [row.agent_label for row in rows]
        return [(str(row.pk), _unlike(row, labels)) for row in rows]

    return Value("list", (Part(choices=found),))


def _unlike(row: CustomStatus, labels: list[str]) -> str:
    """Its label, with the category where another one has the same."""
    category = StatusCategory(row.status_category).label
    return f"{row.agent_label} ({category})" if labels.count(row.agent_label) > 1 else row.agent_label


def _check_any(value: Any) -> Any:
    """An id, or of `includes` a list of some; also of statuses that only old tickets have."""
    if isinstance(value, str) and "," in value:
        value = value.split(",")
    several = value if isinstance(value, list) else [value]
    ids = [str(one) for one in several]
    if not ids or not all(one.isascii() and one.isdecimal() and len(one) < 19 for one in ids):
        raise Invalid.field("value", gettext("%(label)s takes the id of a status") % {"label": said(LABEL)})
    if CustomStatus.objects.filter(pk__in=ids).count() != len(set(ids)):
        raise Invalid.field(
            "value",
            gettext("%(label)s: one of %(ids)s is not there, or not any more")
            % {"label": said(LABEL), "ids": ", ".join(ids)},
        )
    return ids if isinstance(value, list) else ids[0]


def _check_one(value: Any) -> str:
    """The id of one in use."""
    text = str(value)
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Invalid.field("value", gettext("%(label)s takes the id of a status") % {"label": said(LABEL)})
    if not CustomStatus.objects.active().filter(pk=text).exists():
        raise Invalid.field(
            "value",
            gettext("%(label)s %(text)s is not there, or not in use any more") % {"label": said(LABEL), "text": text},
        )
    return text


def _ids(value: Any) -> set[int]:
    return {int(one) for one in (value if isinstance(value, list) else [value])}


def _matches(change: Change, operator: str, value: Any) -> bool:
    now, before = change.custom_status_id, change.previous_custom_status_id
    has_changed = now != before
    if operator in WITHOUT_VALUE:
        return has_changed is (operator == "changed")
    wanted = _ids(value)
    match operator.removeprefix("not_"):
        case "value":
            holds = has_changed and now in wanted
        case "value_previous":
            holds = has_changed and before in wanted
        case _:
            return (now in wanted) is (operator in ("is", "includes"))
    return holds is not operator.startswith("not_")


def _sql(actor: Actor, operator: str, value: Any) -> Q:
    book, found = statuses.book(), Q(pk__in=[])
    for pk in _ids(value):
        found |= filters.with_custom_status(book, pk)
    return found if operator in ("is", "includes") else ~found


def _is_ended(operator: str, value: Any, actions: Rows) -> bool:
    """Whether a ticket that has, or has not, one of these surely does no more: for setting another, or a category."""
    book, wanted = statuses.book(), _ids(value)
    given = [int(one["value"]) for one in actions if one["field"] == KEY and not _is_new(book, int(one["value"]))]
    if operator in ("is_not", "not_includes"):
        return any(pk in wanted for pk in given)
    categories = {book.by_id[pk].status_category for pk in wanted if pk in book.by_id}
    set_to = [one["value"] for one in actions if one["field"] == "status" and one["value"] != TicketStatus.NEW]
    return any(pk not in wanted for pk in given) or any(one not in categories for one in set_to)


def _is_new(book: Book, pk: int) -> bool:
    """Of the category that no ticket goes back to."""
    return pk in book.by_id and book.by_id[pk].status_category == StatusCategory.NEW


def _set(change: Change, value: Any, rule: Rule) -> None:
    row = change.statuses.by_id.get(int(value))
    if row is None or not row.is_active:
        raise Invalid.field("value", gettext("The status %(value)s is no longer in use.") % {"value": value})
    is_new = change.is_create or change.ticket.status == TicketStatus.NEW
    if row.status_category != TicketStatus.NEW or is_new:  # never back to new
        change.set(KEY, row.pk, rule=rule)


def _fill(draft: Draft, value: Any) -> None:
    draft.fields[KEY] = int(value)


def _since_all() -> list[Condition]:
    return [
        _since(row.pk, gettext("Hours since %(agent_label)s") % {"agent_label": row.agent_label})
        for row in statuses.book().rows
    ]


def _since_quick(key: str) -> Condition | None:
    found = SINCE.fullmatch(key)
    return _since(int(found[1]), key) if found else None


def _since(pk: int, label: str) -> Condition:
    def matches(change: Change, operator: str, value: Any) -> bool:
        ticket = change.ticket
        if change.custom_status_id != pk or ticket.is_closed:
            return False
        began = ticket.custom_status_updated_at or ticket.status_updated_at
        return time_conditions.is_so_long(change, began, operator, int(value))

    def sql(actor: Actor, operator: str, value: Any) -> Q:
        has_it = filters.with_custom_status(statuses.book(), pk) & ~Q(status=TicketStatus.CLOSED)
        return has_it & _began(operator, int(value))

    def ended_by(operator: str, value: Any, actions: Rows) -> bool:
        return _is_ended("is", pk, actions)

    return Condition(
        f"custom_status_{pk}",
        label,
        hours.OPERATORS,
        matches,
        sql,
        time_conditions.check_hours(label),
        HOURS,
        in_triggers=False,
        counts_from="custom_status_updated_at",
        ended_by=ended_by,
        cost=DATABASE_COST,
    )


def _began(operator: str, value: int) -> Q:
    """Of tickets whose status has not moved since the desk keeps its own moment, that of the category tells."""
    own, of_category = (
        hours.rows(column, operator, clock.now(), value, is_ahead=False)
        for column in ("custom_status_updated_at", "status_updated_at")
    )
    return own | (Q(custom_status_updated_at__isnull=True) & of_category)
