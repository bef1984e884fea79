"""Whether a rule that is asked again and again ends by itself on each ticket: Zendesk's nullifying actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adjoin.rules import custom_statuses, registry
from adjoin.rules.registry import Rows
from adjoin.tickets.changes import clean_tags
from adjoin.tickets.terms import Priority, TicketStatus, TicketType

ORDERS = {
    "status": TicketStatus.values,
    "priority": Priority.values,
    "type": TicketType.values,
}
OF_STATUS = {status.name: status.value for status in TicketStatus if status is not TicketStatus.NEW}
TAG_ACTIONS = ("set_tags", "current_tags", "remove_tags")
PLAIN = ("is", "is_not", "includes", "not_includes")
FILLED = ("present", "not_present")
Row = Mapping[str, Any]


def is_once(every: Rows) -> bool:
    """Whether one of these conditions holds for a single hour only."""
    return any(row["operator"] in ("is", "is_business_hours") and _is_time(row) for row in every)


def ends(every: Rows, actions: Rows) -> bool:
    """Whether one of these conditions, all of which hold, surely does not after the actions."""
    done = [*actions, *custom_statuses.implied(actions)]
    return any(_is_ended(row, done) for row in every)


def _is_ended(row: Row, actions: Rows) -> bool:
    key, operator, value = row["field"], row["operator"], row.get("value")
    ended_by = registry.conditions.answering(key).ended_by
    if ended_by is not None and ended_by(operator, value, actions):
        return True
    if key == "current_tags":
        return any(_ends_tags(operator, str(value), one) for one in actions if one["field"] in TAG_ACTIONS)
    if key in OF_STATUS:
        return any(one["value"] not in (OF_STATUS[key], "new") for one in actions if one["field"] == "status")
    return any(_is_false_of(key, operator, value, one["value"]) for one in actions if one["field"] == key)


def _is_false_of(key: str, operator: str, wanted: Any, given: Any) -> bool:
    """Whether a field that has been given `given` is surely not as asked."""
    if operator in FILLED:
        return (given in ("", None, False)) is (operator == "present")
    if isinstance(given, list) or not _is_known(wanted) or not _is_known(given):
        return False
    if operator in PLAIN:
        return (str(given) == str(wanted)) is operator.startswith(("is_not", "not_"))
    order = ORDERS.get(key, ())
    if given not in order or wanted not in order or (key == "status" and given == TicketStatus.NEW):
        return False
    behind, ahead = order.index(given), order.index(wanted)
    return behind >= ahead if operator == "less_than" else behind <= ahead


def _ends_tags(operator: str, wanted: str, action: Row) -> bool:
    asked, given = set(clean_tags(wanted.split())), set(clean_tags(str(action["value"]).split()))
    if operator == "not_includes":
        return action["field"] != "remove_tags" and bool(asked & given)
    return asked <= given if action["field"] == "remove_tags" else action["field"] == "set_tags" and not asked & given


def _is_known(value: Any) -> bool:
    """Not a word that stands for somebody of the update."""
    return str(value) not in ("current_user", "requester_id", "assignee_id", "current_groups", "default_ticket_form")


def _is_time(row: Row) -> bool:
    return bool(registry.conditions.answering(row["field"]).counts_from)
