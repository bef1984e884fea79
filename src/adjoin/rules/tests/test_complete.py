"""Walks over all that rules know: conditions mean in SQL what they mean in memory, and nonsense is refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from adjoin.fields import actions as fields
from adjoin.fields.terms import CUSTOM
from adjoin.kernel.errors import Invalid
from adjoin.rules import actions as rules
from adjoin.rules import checking, macro_writes, registry
from adjoin.rules.tests.test_registry import OURS
from adjoin.service_levels import actions as service_levels
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast

APPS = Path(__file__).parents[2]
# Where conditions that are made elsewhere are held against SQL, by the module that answers them in memory.
ELSEWHERE = {
    "adjoin.rules.custom_fields": "rules/tests/test_custom_fields.py",
    "adjoin.rules.custom_statuses": "rules/tests/test_custom_statuses.py",
    "adjoin.rules.ticket_forms": "rules/tests/test_ticket_forms.py",
    "adjoin.sharing.registering": "sharing/tests/test_doors.py",
}


def test_every_condition_that_is_asked_both_ways_is_tried_both_ways(cast: Cast) -> None:
    for kind in CUSTOM:
        more: dict[str, Any] = (
            {"options": [{"name": "Lid", "value": f"lid_{kind}"}]} if kind in ("tagger", "multiselect") else {}
        )
        more |= {"target": "zen:user"} if kind == "lookup" else {}
        more |= {"pattern": "[a-z]"} if kind == "regexp" else {}
        fields.create_field(type=kind, title=kind, now=NOW, **more)
    tried = {key for key, _ in OURS}
    for one in registry.conditions.all():
        if one.sql is None or one.key in tried or not (one.in_triggers or one.in_automations):
            continue
        assert one.matches.__module__ in ELSEWHERE, f"{one.key} has no test that memory and SQL agree"
    for path in ELSEWHERE.values():
        words = (APPS / path).read_text()
        assert "condition.sql" in words or "as_filter" in words, path


def test_no_kind_of_rule_takes_ten_thousand_tags_or_a_group_that_is_not_there(cast: Cast) -> None:
    ada = cast.actor("ada")
    many = {"field": "current_tags", "operator": "includes", "value": " ".join(f"t{n}" for n in range(10_000))}
    gone = {"field": "group_id", "operator": "is", "value": "987654"}
    unsolved = {"field": "status", "operator": "less_than", "value": "solved"}
    hours = {"field": "OPEN", "operator": "greater_than", "value": "5"}
    solve = [{"field": "status", "value": "solved"}]
    metrics = [{"priority": "urgent", "metric": "first_reply_time", "target": 60}]
    for broken in (many, gone):
        every = {"all": [unsolved, hours, broken]}
        shared: dict[str, Any] = {"actor": ada, "title": "Broken", "now": NOW}
        tries: list[Callable[[], Any]] = [
            partial(rules.create_trigger, conditions={"all": [unsolved, broken]}, actions=solve, **shared),
            partial(rules.create_automation, conditions=every, actions=solve, **shared),
            partial(macro_writes.create_macro, actions=[{**broken, "operator": ""}], **shared),
            partial(service_levels.create, filter={"all": [broken]}, policy_metrics=metrics, **shared),
            partial(checking.conditions, {"all": [unsolved, broken]}, is_filter=True),
        ]
        for one in tries:
            with pytest.raises(Invalid, match=r"987654 is not there|at most 1,000 words"):
                one()
