"""Walks over all that rules know: conditions mean in SQL what they mean in memory, and see what actions did."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from adjoin.access.actors import Actor
from adjoin.fields import actions as fields
from adjoin.fields import statuses
from adjoin.fields.terms import CUSTOM
from adjoin.kernel.errors import Invalid
from adjoin.people.actions import fields as people_fields
from adjoin.people.models import OrganizationField, UserField
from adjoin.rules import actions as rules
from adjoin.rules import checking, compiled, engine, macro_writes, registry
from adjoin.rules.models import Trigger
from adjoin.rules.tests.test_registry import OURS
from adjoin.satisfaction import queries as ratings
from adjoin.satisfaction.models import SatisfactionRating
from adjoin.schedules import actions as schedules
from adjoin.service_levels import actions as service_levels
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import WEB, Cast
from adjoin.tickets.changes import Change
from adjoin.tickets.models import Ticket

APPS = Path(__file__).parents[2]
# Where conditions that are made elsewhere are held against SQL, by the module that answers them in memory.
ELSEWHERE = {
    "adjoin.rules.custom_fields": "rules/tests/test_custom_fields.py",
    "adjoin.rules.custom_statuses": "rules/tests/test_custom_statuses.py",
    "adjoin.rules.ticket_forms": "rules/tests/test_ticket_forms.py",
    "adjoin.sharing.registering": "sharing/tests/test_doors.py",
}

SEEN_BY = {"set_tags": "current_tags", "set_schedule": "schedule_id"}  # `share_ticket` is tried where sharing is
SETTABLE = {
    *("status", "custom_status_id", "priority", "type", "group_id", "assignee_id", "brand_id", "ticket_form_id"),
    *("current_tags", "custom", "satisfaction_score", "locale_id"),
    *("requester.custom_fields.level", "organization.custom_fields.level"),
}
TYPED = {"date": ["2026-03-04"], "text": ["red"], "textarea": ["red"], "regexp": ["red"], "decimal": ["7.5"]}
SEEN = {"field": "current_tags", "value": "seen"}


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


def test_what_a_trigger_sets_the_triggers_after_it_see_and_lists_find(cast: Cast) -> None:
    schedules.create(actor=cast.actor("ada"), name="Nights", time_zone="UTC", now=NOW)
    for kind in set(CUSTOM) - {"lookup", "partialcreditcard"}:
        options = [{"name": word, "value": f"{word}_{kind}"} for word in ("Lid", "Base")]
        more: dict[str, Any] = {"options": options} if kind in ("tagger", "multiselect") else {}
        fields.create_field(type=kind, title=kind, now=NOW, **more | ({"pattern": ".*"} if kind == "regexp" else {}))
    for model in (UserField, OrganizationField):
        people_fields.create_field(model, key="level", type="text", title="Level", now=NOW)
    ticket = cast.ticket(group_id=cast.support.pk, organization_id=cast.organizations["Kettle Club"].pk)
    tried = set()
    for action in registry.actions.all():
        condition = registry.conditions.get(SEEN_BY.get(action.key, action.key))
        if condition is None or len(action.value.parts) != 1 or action.key == "cc":  # who is one thing, that another
            continue
        for value in _values(action, cast):
            _see(ticket, action, condition, value)
            tried.add(action.key.split("_fields_")[0])
    assert tried == {*SETTABLE, *SEEN_BY}


def _see(ticket: Ticket, action: registry.Action, condition: registry.Condition, value: Any) -> None:
    """Have one trigger set the value of `action`, and another ask for it."""
    operator = next(one for one in ("is", "includes", "present") if one in condition.operators)
    asked = {"all": [{"field": condition.key, "operator": operator, "value": value}], "any": []}
    sets = Trigger(pk=1, title="Sets", actions=[{"field": action.key, "value": action.check(value)}])
    sees = Trigger(pk=2, title="Sees", conditions=checking.conditions(asked), actions=[SEEN])
    change = Change(ticket=ticket, actor=Actor.system(), now=NOW, via=WEB, is_create=False)
    change.set("tags", [])
    if action.key == "satisfaction_score":  # nobody is asked before there is something to rate
        ticket.status, ticket.solved_at = "solved", NOW
    engine.run(change, [compiled.ready(sets), compiled.ready(sees)])
    assert "seen" in ticket.tags, (action.key, value, [one.data for one in change.events])
    ticket.save()
    change.run_then()
    if condition.sql is not None:
        system = Actor.system()
        assert Ticket.objects.filter(engine.as_filter(system, sees.conditions), pk=ticket.pk).exists(), (
            action.key,
            value,
        )


def _values(action: registry.Action, cast: Cast) -> list[Any]:
    """Two that can be set, one after the other; no action assigns behind a wall, or makes a ticket new or closed."""
    out = {"", "new", "closed", "current_user", "requester_id", "default_ticket_form"}
    if action.key == "assignee_id":
        out.add(str(cast.users["ben"].pk))
    if action.key == "custom_status_id":
        out |= {str(one.pk) for one in statuses.book().rows if one.status_category == "new"}
    choices = action.value.parts[0].choices
    if choices:
        return [one for one, _ in choices() if one not in out][:2]
    return TYPED.get(action.label, ["7"])


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


def test_a_rating_is_compared_with_the_one_before_it_and_its_reason_asked_for(cast: Cast) -> None:
    ticket = cast.ticket()
    change = Change(ticket=ticket, actor=Actor.system(), now=NOW, via=WEB, is_create=False)
    ratings.keep_before(change, None)
    about: dict[str, Any] = {"ticket": ticket, "requester_id": ticket.requester_id, "created_at": NOW}
    SatisfactionRating.objects.create(score="bad", reason=5, comment="Slow", updated_at=NOW, **about)
    score, reason = "satisfaction_score", "satisfaction_reason_code"
    asked: list[tuple[str, str, Any, bool]] = [
        (score, "changed", "", True),
        (score, "value", "bad", True),
        (score, "value", "good", False),
        (score, "value_previous", "unoffered", True),
        (score, "not_value", "bad_with_comment", False),
        (reason, "is", "5", True),
        (reason, "is_not", "0", True),
        (reason, "is", "6", False),
        (reason, "not_changed", "", False),
        ("via_id", "includes", ["0", "4"], True),
        ("via_id", "not_includes", ["0", "4"], False),
        ("requester_time_zone", "is", "europe/paris", False),
    ]
    for field, operator, value, holds in asked:
        kept = checking.conditions({"all": [{"field": field, "operator": operator, "value": value}]})
        assert engine.holds(change, kept) is holds, (field, operator, value)
        if operator not in registry.HISTORY and registry.conditions[field].sql:
            found = Ticket.objects.filter(engine.as_filter(Actor.system(), kept), pk=ticket.pk)
            assert found.exists() is holds, (field, operator, value)
