"""Conditions mean the same in memory and in SQL, say themselves in words, and refuse what cannot work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adjoin.access.actors import Actor
from adjoin.kernel.errors import Invalid
from adjoin.people.models import User
from adjoin.rules import checking, definitions, engine, registry
from adjoin.rules.sentences import OPERATORS, Writer
from adjoin.schedules import actions as opening_hours
from adjoin.testing.cast import WEB, Cast
from adjoin.tickets.changes import Change
from adjoin.tickets.models import Ticket
from adjoin.tickets.terms import Channel, Priority, TicketStatus, TicketType


def optional(values: Iterable[Any]) -> Any:
    return st.sampled_from([None, *values])


FILTERS = [
    (condition.key, operator) for condition in registry.conditions.values() for operator in condition.filter_operators
]
OURS = [pair for pair in FILTERS if registry.conditions[pair[0]].matches.__module__.startswith("adjoin.rules")]
MIDST = timedelta(minutes=30)  # tickets are some hours and a half old: nothing happens on the hour


def test_memory_and_database_agree_on_every_operator_that_both_know(cast: Cast) -> None:
    people = [cast.users[name].pk for name in ("ana", "ben", "cyd")]
    for pk, locale in zip(people, ("fr", "en-US", "fr-CA"), strict=True):
        User.objects.filter(pk=pk).update(locale=locale)
    groups, brands = [cast.support.pk, cast.returns.pk], [cast.home.pk, cast.outdoor.pk]
    organizations = [cast.organizations["Kettle Club"].pk]
    ticket, now = cast.ticket(), datetime.now(UTC)
    made = [
        opening_hours.create(actor=cast.actor("ada"), name=zone, time_zone=zone, now=now)
        for zone in ("Europe/Berlin", "America/New_York", "Asia/Tokyo")
    ]
    schedules = [one.pk for one in made]
    follow = {"group_ids": [cast.returns.pk], "brand_ids": [cast.outdoor.pk]}
    opening_hours.update(actor=cast.actor("ada"), schedule_id=schedules[1], now=now, **follow)
    asking = [cast.actor("ana"), cast.actor("ben"), Actor.system()]
    tags = [[], ["kettle"], ["tent"], ["kettle", "tent"], ["été"]]
    moments = [now - timedelta(hours=hour) - MIDST for hour in range(50)]
    columns = st.fixed_dictionaries(
        {
            "status": st.sampled_from(TicketStatus.values),
            "priority": optional(Priority.values),
            "type": optional(TicketType.values),
            "group_id": optional(groups),
            "assignee_id": optional(people),
            "requester_id": st.sampled_from(people),
            "organization_id": optional(organizations),
            "brand_id": optional(brands),
            "tags": st.sampled_from(tags),
            "channel": st.sampled_from(Channel.values),
            "recipient": optional(["help@acme.example"]),
            "is_public": st.booleans(),
            "schedule_id": optional(schedules[2:]),
            "sla_next_breach_at": optional(now + timedelta(hours=hour) + MIDST for hour in range(-50, 50)),
            "due_at": optional(now + timedelta(hours=hour) + MIDST for hour in range(-50, 50)),
            "created_at": st.sampled_from(moments),
            "updated_at": st.sampled_from(moments),
            "assigned_at": optional(moments),
            "requester_updated_at": optional(moments),
            "assignee_updated_at": optional(moments),
            "status_updated_at": st.sampled_from(moments),
        }
    )
    values: dict[str, Any] = {
        "group_id": st.sampled_from(["", "current_groups", *map(str, groups)]),
        "assignee_id": st.sampled_from(["", "current_user", "requester_id", *map(str, people[:2])]),
        "requester_id": st.sampled_from(["current_user", "assignee_id", *map(str, people)]),
        "organization_id": st.sampled_from(["", *map(str, organizations)]),
        "brand_id": st.sampled_from(["", *map(str, brands)]),
        "current_tags": st.sampled_from(["kettle", "tent été", "Kettle,tent", "nothing"]),
        "recipient": st.just("help@acme.example"),
    }

    def value_of(key: str) -> Any:
        shown = registry.conditions[key].value
        if key in values:
            return values[key]
        choices = shown.parts[0].choices
        return (
            st.sampled_from([one for one, _ in choices()])
            if choices
            else st.sampled_from([str(hour) for hour in range(60)])
        )

    rows = st.one_of([st.tuples(st.just(row), value_of(row[0])) for row in OURS])

    @settings(
        max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate], database=None
    )
    @given(columns, st.lists(rows, min_size=6, max_size=12), st.sampled_from(asking))
    def agree(columns: dict[str, Any], asked: list[Any], actor: Actor) -> None:
        if columns["status"] not in TicketStatus.finished():
            columns["solved_at"] = None
        Ticket.objects.filter(pk=ticket.pk).update(**columns)
        change = Change(
            ticket=Ticket.objects.get(pk=ticket.pk), actor=actor, now=datetime.now(UTC), via=WEB, is_create=False
        )
        for (key, operator), value in asked:
            row = checking.conditions({"all": [{"field": key, "operator": operator, "value": value}]}, is_filter=True)
            found = Ticket.objects.filter(engine.as_filter(actor, row), pk=ticket.pk).exists()
            assert engine.holds(change, row) is found, (key, operator, value, columns)

    agree()


def test_every_condition_and_action_says_itself_in_words_and_in_the_definitions(cast: Cast) -> None:
    writer, told = Writer(), definitions.of_triggers()
    for condition in registry.conditions.values():
        assert set(condition.operators) <= set(OPERATORS)
        assert writer.condition({"field": condition.key, "operator": "is", "value": "7"}).startswith(condition.label)
    assert {one["subject"] for one in told["conditions_all"]} == {
        one.key for one in registry.conditions.values() if one.in_triggers
    }
    assert {one["subject"] for one in told["actions"]} == set(registry.actions)
    rows = [
        ({"field": "status", "operator": "is", "value": "hold"}, "Status is On hold"),
        ({"field": "assignee_id", "operator": "changed", "value": ""}, "Assignee has changed"),
        ({"field": "group_id", "operator": "is_not", "value": ""}, "Group is not none"),
        ({"field": "brand_id", "operator": "is", "value": str(cast.home.pk)}, f"Brand is {cast.home.name}"),
        ({"field": "brand_id", "operator": "is", "value": "987"}, "Brand is 987 (not there any more)"),
        (
            {"field": "requester_id", "operator": "is", "value": str(cast.users["cyd"].pk)},
            "Requester is cyd@example.com",
        ),
        ({"field": "current_tags", "operator": "includes", "value": "a b"}, "Tags includes at least one of a b"),
    ]
    assert [writer.condition(row) for row, _ in rows] == [said for _, said in rows]


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("group_id", "987654", "Group 987654 is not there"),
        ("group_id", "1; DROP", "Group takes an id"),
        ("assignee_id", True, "Assignee takes an id"),
        ("current_tags", " ".join(f"tag{n}" for n in range(10_000)), "at most 1,000 words"),
        ("status", None, "Status is one of"),
        ("priority", ["high"], "Priority is one of"),
        ("follower", "987654", "Follower 987654 is not there"),
    ],
)
def test_a_value_that_cannot_work_is_refused_when_saved(cast: Cast, field: str, value: Any, complaint: str) -> None:
    with pytest.raises(Invalid, match=complaint) as refused:
        checking.actions([{"field": field, "value": value}])
    assert str(refused.value).startswith("Action 1: ")


def test_every_broken_line_is_named_at_once(cast: Cast) -> None:
    good = {"field": "status", "operator": "is", "value": "new"}
    with pytest.raises(checking.BrokenLines) as refused:
        checking.conditions({"all": [good, {**good, "value": "lost"}, {**good, "field": "x"}], "any": ["?"]})
    assert [(one.part, one.line) for one in refused.value.problems] == [("all", 2), ("all", 3), ("any", 1)]


def test_an_operator_of_updates_is_no_filter_and_hours_are_no_trigger(cast: Cast) -> None:
    with pytest.raises(Invalid, match="Status takes is, is_not, less_than, greater_than"):
        checking.conditions({"all": [{"field": "status", "operator": "changed"}]}, is_filter=True)
    with pytest.raises(Invalid, match="no condition of a trigger"):
        checking.conditions({"all": [{"field": "SOLVED", "operator": "is", "value": "4"}]})


def test_one_declaration_with_a_key_takes_the_place_of_another(cast: Cast) -> None:
    mine = replace(registry.conditions["status"], label="State")
    before = registry.conditions["status"]
    try:
        registry.add_condition(mine)
        assert Writer().condition({"field": "status", "operator": "is", "value": "new"}) == "State is New"
    finally:
        registry.add_condition(before)
