"""Conditions of a form: which fields it shows, and which must be filled in, for the values a ticket has.

In Zendesk's shape: `{"parent_field_id", "value", "child_fields": [{"id", "is_required", "required_on_statuses"}]}`. A
field that is nobody's child is always there. A child is there while one of its parents is there with that value; then
the condition says whether it is required, and its own switch says nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adjoin.fields.terms import Statuses

if TYPE_CHECKING:
    from adjoin.fields.models import TicketField

Conditions = Sequence[Mapping[str, Any]]
FINISHED = ("solved", "closed")


@dataclass(frozen=True)
class Shown:
    """A field that a ticket has now."""

    field: TicketField
    is_required: bool


def for_agents(
    fields: Iterable[TicketField], conditions: Conditions, values: Mapping[int, Any], status: str
) -> list[Shown]:
    """The fields that agents see, in order; required are those that a ticket needs to have this status."""
    rows = list(fields)
    asked = _asked(rows, conditions, values)
    return [
        Shown(row, _needed(asked[row.pk], status) if row.pk in asked else row.is_required and status in FINISHED)
        for row in _there(rows, conditions, asked)
    ]


def for_end_users(fields: Iterable[TicketField], conditions: Conditions, values: Mapping[int, Any]) -> list[Shown]:
    """The fields that end users see, in order; required are those they must fill in to send."""
    rows = list(fields)
    asked = _asked(rows, conditions, values)
    return [
        Shown(
            row,
            any(bool(one.get("is_required")) for one in asked[row.pk]) if row.pk in asked else row.required_in_portal,
        )
        for row in _there(rows, conditions, asked)
    ]


def children(conditions: Conditions) -> set[int]:
    """The fields that are there only sometimes."""
    return {child["id"] for condition in conditions for child in condition["child_fields"]}


def holds(condition: Mapping[str, Any], values: Mapping[int, Any]) -> bool:
    """Whether the parent has the value that the condition asks for; of several choices, one must be it."""
    has, wanted = values.get(condition["parent_field_id"]), condition["value"]
    if isinstance(has, list):
        return wanted in has
    return bool(has) is wanted if isinstance(wanted, bool) else has == wanted


def _there(fields: list[TicketField], conditions: Conditions, asked: Mapping[int, Any]) -> list[TicketField]:
    hidden = children(conditions) - set(asked)
    return [field for field in fields if field.pk not in hidden]


def _asked(
    fields: Sequence[TicketField], conditions: Conditions, values: Mapping[int, Any]
) -> dict[int, list[Mapping[str, Any]]]:
    """By the id of each child that is there now, what the conditions that show it say of it."""
    seen = {field.pk for field in fields} - children(conditions)
    found: dict[int, list[Mapping[str, Any]]] = {}
    for _ in conditions:  # a child may be the parent of others; each round goes one step down
        found = {}
        for condition in conditions:
            if condition["parent_field_id"] in seen and holds(condition, values):
                for child in condition["child_fields"]:
                    found.setdefault(child["id"], []).append(child)
        if found.keys() <= seen:
            break
        seen |= found.keys()
    return found


def _needed(said: Iterable[Mapping[str, Any]], status: str) -> bool:
    return any(_needs(one, status) for one in said)


def _needs(child: Mapping[str, Any], status: str) -> bool:
    on = child.get("required_on_statuses") or {}
    match on.get("type"):
        case Statuses.ALL:
            return True
        case Statuses.NONE:
            return False
        case Statuses.SOME:
            return status in on.get("statuses", ())
    return bool(child.get("is_required"))
