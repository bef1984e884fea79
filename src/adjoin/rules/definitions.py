"""The registry as Zendesk's `definitions` tell it, for programs that build rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from adjoin.kernel.languages import said
from adjoin.rules import registry
from adjoin.rules.registry import WITHOUT_VALUE, Action, Condition, MacroAction
from adjoin.rules.sentences import OPERATORS

Json = dict[str, Any]


def of_triggers() -> Json:
    """`{"conditions_all", "conditions_any", "actions"}`."""
    conditions = [_condition(one, one.operators) for one in registry.conditions.all() if one.in_triggers]
    return {
        "conditions_all": conditions,
        "conditions_any": conditions,
        "actions": _actions(registry.actions.all()),
    }


def of_automations() -> Json:
    """`{"conditions_all", "conditions_any", "actions"}`. Hours have to be among those that all hold."""
    known = [one for one in registry.conditions.all() if one.automation_operators]
    return {
        "conditions_all": [_condition(one, one.automation_operators) for one in known],
        "conditions_any": [_condition(one, one.automation_operators) for one in known if not one.counts_from],
        "actions": _actions(registry.actions.all()),
    }


def of_views() -> Json:
    """`{"conditions_all", "conditions_any"}`."""
    known = [_condition(one, one.filter_operators) for one in registry.conditions.all() if one.filter_operators]
    return {"conditions_all": known, "conditions_any": known}


def of_policies() -> Json:
    """`{"all", "any"}`, as Zendesk names them for service levels."""
    known = [_condition(one, one.policy_operators) for one in registry.conditions.all() if one.in_policies]
    found = [
        {"value": one["subject"], "values": {"type": one["type"], "list": one.pop("values", [])}, **one}
        for one in known
    ]
    return {"all": found, "any": found}


def of_group_policies() -> Json:
    """`{"all"}`, for service levels among groups: these also take a list of groups, any of which will do."""
    found = of_policies()["all"]
    for one in found:
        if one["subject"] == "group_id":
            one["operators"] = [_operator("includes"), *one["operators"]]
    return {"all": found}


def of_macros() -> Json:
    """`{"actions"}`."""
    return {"actions": _actions(registry.macro_actions.all())}


def _condition(one: Condition, known: Iterable[str]) -> Json:
    return {**_shown(one), "operators": [_operator(name) for name in known]}


def _operator(name: str) -> Json:
    return {"value": name, "title": said(OPERATORS.get(name, name)).capitalize(), "terminal": name in WITHOUT_VALUE}


def _actions(known: Iterable[Action | MacroAction]) -> list[Json]:
    return [{**_shown(one), "repeatable": one.repeatable} for one in known]


def _shown(one: Condition | Action | MacroAction) -> Json:
    listed = one.value.choices
    shown: Json = {
        "title": said(one.label),
        "subject": one.key,
        "type": one.value.type,
        "group": one.group,
        "nullable": any(value == "" for value, _ in listed),
    }
    if listed:
        shown["values"] = [
            {"value": value or "__NULL__", "title": said(title), "enabled": True} for value, title in listed
        ]
    return shown
