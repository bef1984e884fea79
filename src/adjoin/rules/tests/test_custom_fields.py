"""Rules that ask of and set the fields that an account has added."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from adjoin.access.actors import Actor
from adjoin.administration import rule_lines
from adjoin.fields import actions as fields
from adjoin.people import actions as people
from adjoin.people.models import OrganizationField, User, UserField
from adjoin.rules import actions, checking, custom_values, people_fields, registry, trying
from adjoin.rules.checking import Place
from adjoin.rules.models import Trigger
from adjoin.rules.sentences import Writer
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import WEB, Cast
from adjoin.tickets.changes import Change
from adjoin.tickets.models import Event, Ticket

LEVELS = [{"name": "Gold", "value": "gold"}, {"name": "Tin", "value": "tin"}]
PARTS = [{"name": "Lid", "value": "lid"}, {"name": "Base", "value": "base"}]
KINDS: dict[str, tuple[Any, Any, Any]] = {  # what one ticket has, another has, and what is asked for
    "tagger": ("gold", None, "gold"),
    "multiselect": (["lid", "base"], ["base"], "lid"),
    "checkbox": (True, None, "true"),
    "date": ("2026-03-04", "2026-05-01", "2026-03-04"),
    "integer": (7, 0, "7"),
    "decimal": (2.5, None, "2"),
    "text": ("A", None, None),
}


def test_in_memory_and_in_sql_every_operator_says_the_same(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr("adjoin.rules.clock.now", lambda: NOW)
    for kind, (one, other, asked) in KINDS.items():
        options = {"options": LEVELS if kind == "tagger" else PARTS} if kind in ("tagger", "multiselect") else {}
        field = fields.create_field(type=kind, title=kind, now=NOW, **options)
        tickets = [cast.ticket(custom_fields={field.pk: value}).pk for value in (one, other, None)]
        condition = registry.conditions[f"custom_fields_{field.pk}"]
        assert condition.sql is not None
        for operator in condition.operators:
            value = condition.check(asked) if operator not in custom_values.FILLED else ""
            value = condition.check("60") if operator in custom_values.DAYS else value
            rows = Ticket.objects.filter(pk__in=tickets)
            by_sql = set(rows.filter(condition.sql(Actor.system(), operator, value)).values_list("pk", flat=True))
            in_memory = {
                row.pk
                for row in rows
                if condition.matches(
                    Change(ticket=row, actor=Actor.system(), now=NOW, via=WEB, is_create=False), operator, value
                )
            }
            assert (kind, operator, by_sql) == (kind, operator, in_memory)
        assert len(condition.operators) >= 2


PEOPLES: dict[str, tuple[Any, Any, Any]] = {
    **{kind: KINDS[kind] for kind in ("multiselect", "checkbox", "date", "integer", "decimal")},
    "dropdown": KINDS["tagger"],
    "text": ("Red tents, two", "redder tents", "two red"),
}


@pytest.mark.parametrize("whose", ["requester", "organization"])
def test_in_memory_and_in_sql_fields_of_people_say_the_same(cast: Cast, whose: str) -> None:
    club, lodge = (people.create_organization(name=name, now=NOW) for name in ("A club", "A lodge"))
    holders: list[Any] = [cast.users["cyd"], cast.users["eli"]] if whose == "requester" else [club, lodge]
    tickets = [cast.ticket().pk for _ in range(3)]
    for pk, holder in zip(tickets, [*holders, None], strict=True):
        fallback = cast.users["dee"].pk if whose == "requester" else None
        Ticket.objects.filter(pk=pk).update(**{f"{whose}_id": holder.pk if holder else fallback})
    rows = Ticket.objects.filter(pk__in=tickets)
    for kind, (one, other, asked) in PEOPLES.items():
        options = {"options": LEVELS if kind == "dropdown" else PARTS} if kind in ("dropdown", "multiselect") else {}
        people.create_field(people_fields.WHOSE[whose][0], key=kind, type=kind, title=kind, now=NOW, **options)
        for holder, value in zip(holders, (one, other), strict=True):
            type(holder).objects.filter(pk=holder.pk).update(custom_fields={kind: value} if value is not None else {})
        condition = registry.conditions[f"{whose}.custom_fields.{kind}"]
        assert condition.sql is not None
        for operator in condition.operators:
            value = condition.check("300" if operator in custom_values.DAYS else asked)
            found = rows.filter(condition.sql(Actor.system(), operator, value)).values_list("pk", flat=True)
            now = datetime.now(UTC)
            changes = [
                Change(ticket=row, actor=Actor.system(), now=now, via=WEB, is_create=False) for row in rows.all()
            ]
            held = {change.ticket.pk for change in changes if condition.matches(change, operator, value)}
            assert (kind, operator, set(found)) == (kind, operator, held)


def test_a_trigger_that_asks_for_a_field_of_people_stops_when_the_field_goes(cast: Cast, api: Caller) -> None:
    level = people.create_field(UserField, key="level", type="dropdown", title="Level", now=NOW, options=LEVELS)
    gold = {"field": "requester.custom_fields.level", "operator": "is", "value": str(level.options[0]["id"])}
    actions = [{"field": "priority", "value": "urgent"}]
    body = {"title": "Gold first", "conditions": {"all": [gold]}, "actions": actions}
    made = api.as_("ada").post("/triggers", {"trigger": body})
    assert made.status_code == 201, made.content
    assert cast.ticket().priority != "urgent"
    people.update_user(user=cast.users["cyd"], now=NOW, custom_fields={"level": "gold"})
    ticket = cast.ticket()
    assert ticket.priority == "urgent"
    by_gold = {**gold, "field": "user.custom_fields.level"}
    actions = [{"field": "current_tags", "value": "by_gold"}]
    body = {"title": "By gold", "conditions": {"all": [by_gold]}, "actions": actions}
    assert api.as_("ada").post("/triggers", {"trigger": body}).status_code == 201
    assert cast.update("ana", ticket, say="How old is it?").tags == []
    assert cast.update("cyd", ticket, say="A year.").tags == ["by_gold"]
    people.delete_field(field=level, now=NOW)
    assert not Trigger.objects.filter(title__in=("Gold first", "By gold"), is_active=True).exists()


def test_what_a_rule_gives_to_people_and_days_is_told_by_trying_it_and_in_the_history(cast: Cast) -> None:
    due = fields.create_field(type="date", title="Until", now=NOW)
    people.create_field(UserField, key="seen", type="date", title="Seen", now=NOW)
    people.create_field(OrganizationField, key="plan", type="text", title="Plan", now=NOW)
    given = {
        "locale_id": "16",
        "requester.custom_fields.seen": "3 days later",
        "organization.custom_fields.plan": "Large",
        f"custom_fields_{due.pk}": "2",
    }
    known = rule_lines.known(Place.TRIGGER)["actions"]
    typed = [rule_lines.Line("actions", 0, known, key, values=[value]) for key, value in given.items()]
    lines = checking.actions(rule_lines.rows(typed))
    assert [one["value"] for one in lines] == ["16", ["days_from_now", "3"], "Large", ["days_from_now", "2"]]
    assert checking.actions(rule_lines.rows(rule_lines.kept("actions", lines, known))) == lines
    said = ["Requester: Seen: 3 days later", "Organization: Plan: Large", "Until: 2 days later"]
    assert [Writer().action(line) for line in lines][1:] == said
    club = cast.organizations["Kettle Club"].pk
    ticket = cast.ticket(organization_id=club)
    tried = trying.try_out(
        actor=cast.actor("ana"),
        ticket_id=ticket.pk,
        as_created=False,
        conditions={"all": []},
        actions=lines,
        now=NOW,
    )
    day = f"{NOW.date().replace(day=NOW.day + 3)}"
    assert f"Requester: Seen: {day}" in tried.effects
    assert "Organization: Plan: Large" in tried.effects
    assert len(tried.effects) == 4
    assert User.objects.get(pk=ticket.requester_id).custom_fields == {}  # nothing of it was kept
    actions.create_trigger(actor=cast.actor("ada"), title="All of it", conditions={"all": []}, actions=lines, now=NOW)
    cast.update("ana", ticket, say="Sold.")
    told = Event.objects.filter(audit__ticket=ticket, type__in=("UserChange", "OrganizationChange")).order_by("pk")
    assert [(one.data["field_name"], one.data["value"]) for one in told] == [
        ("locale_id", "16"),
        ("custom_fields.seen", day),
        ("custom_fields.plan", "Large"),
    ]
    assert told[0].data["via"]["source"]["from"]["title"] == "All of it"


def test_a_trigger_asks_of_one_field_and_sets_another(api: Caller, cast: Cast) -> None:
    level = fields.create_field(type="tagger", title="Level", now=NOW, options=LEVELS)
    until = fields.create_field(type="date", title="Until", now=NOW)
    body = {
        "title": "Gold in three days",
        "conditions": {"all": [{"field": f"custom_fields_{level.pk}", "operator": "includes", "value": "gold"}]},
        "actions": [{"field": f"custom_fields_{until.pk}", "value": ["days_from_now", "3"]}],
    }
    made = api.as_("ada").post("/triggers", {"trigger": body})
    assert made.status_code == 201, made.content
    ticket = cast.ticket(tags=["gold"])
    assert ticket.custom_fields[until.key] == f"{NOW.date().replace(day=NOW.day + 3)}"
    told = Event.objects.get(audit__ticket=ticket, data__field_name=until.key)
    assert told.data["via"]["source"]["from"]["title"] == "Gold in three days"
    assert cast.ticket().custom_fields == {}
    for line in ({"field": f"custom_fields_{level.pk}", "value": "lead"}, {"field": "custom_fields_999", "value": "x"}):
        assert api.as_("ada").post("/triggers", {"trigger": {**body, "actions": [line]}}).status_code == 422
    fields.delete_field(field=until, now=NOW)
    assert not Trigger.objects.get(title="Gold in three days").is_active  # with a notice, and tickets go on flowing
    assert cast.ticket(tags=["gold"]).custom_fields == {level.key: "gold"}
