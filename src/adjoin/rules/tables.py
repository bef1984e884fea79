"""The tables of conditions and actions in `docs/rules.md`, out of the registry."""

from __future__ import annotations

from collections.abc import Iterable

from adjoin.rules import registry
from adjoin.rules.registry import Action, Condition, MacroAction


def conditions() -> str:
    """A row for each condition: key, what it is called, operators, and where it can be asked."""
    rows = [
        f"| `{one.key}` | {one.label} | {', '.join(one.operators)} | {_where(one)} |"
        for one in sorted(registry.conditions.values(), key=lambda one: one.key.lower())
    ]
    return "\n".join(["| key | in words | operators | in |", "| --- | --- | --- | --- |", *rows])


def actions() -> str:
    """A row for each action of triggers."""
    return _actions(registry.actions.values())


def macro_actions() -> str:
    """A row for each action of macros."""
    return _actions(registry.macro_actions.values())


def _actions(known: Iterable[Action | MacroAction]) -> str:
    rows = [
        f"| `{one.key}` | {one.label} | {'several times' if one.repeatable else 'once'} |"
        for one in sorted(known, key=lambda one: one.key)
    ]
    return "\n".join(["| key | in words | in one rule |", "| --- | --- | --- |", *rows])


def _where(one: Condition) -> str:
    places = {
        "triggers": one.in_triggers,
        "automations": one.automation_operators,
        "views": one.sql is not None,
        "policies": one.in_policies,
    }
    return ", ".join(name for name, is_there in places.items() if is_there)
