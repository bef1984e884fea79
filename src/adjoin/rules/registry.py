"""Every condition and every action the desk knows, by key. Keys and meanings are Zendesk's.

A condition answers in memory, for triggers, and where it can be a filter, in SQL, for views. Higher apps add theirs
at start-up (sharing adds `share_ticket`, notifications adds `notification_user`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from adjoin.kernel.errors import Invalid

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.changes import Change

Rule = dict[str, Any]  # the `via` that names a rule: {"channel": "rule", "source": {...}}


def keep(value: Any) -> Any:
    """The check of a value that can be anything."""
    return value


@dataclass(frozen=True)
class Condition:
    """One thing a rule can ask.

    `matches(change, operator, value)` answers for an update in memory; `sql(actor, operator, value)` is the same
    over rows, or None where only an update can answer. `check(value)` gives the value as kept, or raises `Invalid`."""

    key: str
    label: str
    operators: tuple[str, ...]
    matches: Callable[[Change, str, Any], bool]
    sql: Callable[[Actor, str, Any], Q] | None = None
    check: Callable[[Any], Any] = keep


@dataclass(frozen=True)
class Action:
    """One thing a rule can do. `apply(change, value, rule)` does it; `check(value)` as for conditions."""

    key: str
    label: str
    apply: Callable[[Change, Any, Rule], None]
    check: Callable[[Any], Any] = keep


conditions: dict[str, Condition] = {}
actions: dict[str, Action] = {}


def add_condition(condition: Condition) -> None:
    """Make a condition known. The same key again replaces it."""
    conditions[condition.key] = condition


def add_action(action: Action) -> None:
    """Make an action known. The same key again replaces it."""
    actions[action.key] = action


def checked_conditions(rows: Any) -> dict[str, list[dict[str, Any]]]:
    """`{"all": […], "any": […]}` as kept. Raises `Invalid` that says which line is wrong and why."""
    if not isinstance(rows, dict) or not set(rows) <= {"all", "any"}:
        raise Invalid.field("conditions", 'Conditions: must be {"all": [...], "any": [...]}')
    return {
        part: [_checked_condition(part, n, row) for n, row in enumerate(rows.get(part) or [], 1)]
        for part in ("all", "any")
    }


def checked_actions(rows: Any) -> list[dict[str, Any]]:
    """`[{"field", "value"}]` as kept. Raises `Invalid` that says which line is wrong and why."""
    if not isinstance(rows, list) or not rows:
        raise Invalid.field("actions", "Actions: at least one is needed", "BlankValue")
    return [_checked_action(n, row) for n, row in enumerate(rows, 1)]


def _checked_condition(part: str, line: int, row: Any) -> dict[str, Any]:
    where = f"Condition {line} of '{part}'"
    condition = conditions.get(str(row.get("field"))) if isinstance(row, dict) else None
    if condition is None:
        raise Invalid.field("conditions", f"{where}: no such field")
    operator = row.get("operator") or condition.operators[0]
    if operator not in condition.operators:
        raise Invalid.field("conditions", f"{where}: {condition.label} takes {', '.join(condition.operators)}")
    return {"field": condition.key, "operator": operator, "value": _checked(condition.check, row.get("value"), where)}


def _checked_action(line: int, row: Any) -> dict[str, Any]:
    action = actions.get(str(row.get("field"))) if isinstance(row, dict) else None
    if action is None:
        raise Invalid.field("actions", f"Action {line}: no such action")
    return {"field": action.key, "value": _checked(action.check, row.get("value"), f"Action {line}")}


def _checked(check: Callable[[Any], Any], value: Any, where: str) -> Any:
    try:
        return check(value)
    except Invalid as error:
        raise Invalid.field("base", f"{where}: {error}") from error
