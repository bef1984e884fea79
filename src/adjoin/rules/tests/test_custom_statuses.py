"""Rules that ask of and set the account's own statuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from adjoin.access.actors import Actor
from adjoin.fields import actions as fields
from adjoin.fields.models import CustomStatus
from adjoin.rules import registry
from adjoin.rules.models import Trigger
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import WEB, Cast
from adjoin.tickets.changes import Change
from adjoin.tickets.models import Ticket


def made(label: str, category: str) -> CustomStatus:
    return fields.create_status(status_category=category, agent_label=label, now=NOW)


def test_in_memory_and_in_sql_every_operator_says_the_same(cast: Cast) -> None:
    parts, paid = made("Parts", "pending"), made("Paid", "solved")
    pending = CustomStatus.objects.get(status_category="pending", is_standard=True)
    solved = CustomStatus.objects.get(status_category="solved", is_standard=True)
    now = datetime.now(UTC)
    known: list[int] = []
    for status, kept in (("pending", parts), ("pending", None), ("solved", paid), ("closed", paid), ("closed", None)):
        ticket = cast.ticket()
        hour = timedelta(hours=len(known))
        moments = {"status_updated_at": now - hour - timedelta(minutes=30), "solved_at": None}
        moments["custom_status_updated_at"] = now - timedelta(minutes=30) if status == "solved" else None
        Ticket.objects.filter(pk=ticket.pk).update(status=status, custom_status=kept, **moments)
        known.append(ticket.pk)
    asked: list[tuple[str, list[Any]]] = [("custom_status_id", [parts.pk, pending.pk, solved.pk, paid.pk])]
    asked += [(f"custom_status_{one.pk}", ["0", "1", "2"]) for one in (parts, pending, paid)]
    agreed = 0
    for key, values in asked:
        condition = registry.conditions[key]
        assert condition.sql is not None
        several = [values[:2]] if key == "custom_status_id" else []
        for operator in condition.filter_operators:
            for value in [condition.check(one) for one in [*values, *(several if "includes" in operator else [])]]:
                rows = Ticket.objects.filter(pk__in=known)
                by_sql = set(rows.filter(condition.sql(Actor.system(), operator, value)).values_list("pk", flat=True))
                changes = (Change(ticket=row, actor=Actor.system(), now=now, via=WEB, is_create=False) for row in rows)
                in_memory = {one.ticket.pk for one in changes if condition.matches(one, operator, value)}
                assert (key, operator, value, by_sql) == (key, operator, value, in_memory)
                agreed += bool(by_sql)
    assert agreed > 20


def test_a_trigger_hears_of_a_status_and_sets_another_until_that_goes_out_of_use(api: Caller, cast: Cast) -> None:
    parts, here = made("Parts ordered", "hold"), made("Parts are here", "open")
    body = {
        "title": "Parts",
        "conditions": {"all": [{"field": "custom_status_id", "operator": "value", "value": str(parts.pk)}]},
        "actions": [{"field": "custom_status_id", "value": str(here.pk)}],
    }
    answer = api.as_("ada").post("/triggers", {"trigger": body})
    assert answer.status_code == 201, answer.content
    ticket = cast.update("ana", cast.ticket(status="open"), custom_status_id=parts.pk)
    assert (ticket.status, ticket.custom_status_id) == ("open", here.pk)
    assert cast.ticket().custom_status_id is None
    fields.update_status(status=parts, now=NOW, is_active=False)
    assert Trigger.objects.get(title="Parts").is_active  # old tickets have it, so it can be asked for
    fields.update_status(status=here, now=NOW, is_active=False)
    assert not Trigger.objects.get(title="Parts").is_active


def test_an_automation_ends_by_setting_a_status_of_another_category(api: Caller, cast: Cast) -> None:
    parts, here = made("Parts", "pending"), made("Lab", "pending")
    waits = {"field": "PENDING", "operator": "greater_than", "value": "24"}
    is_parts = {"field": "custom_status_id", "operator": "is", "value": str(parts.pk)}
    since = {"field": f"custom_status_{parts.pk}", "operator": "greater_than", "value": "24"}
    solved = str(CustomStatus.objects.get(status_category="solved").pk)

    def status_of(conditions: list[Any], value: str) -> int:
        lines = {"conditions": {"all": conditions}, "actions": [{"field": "custom_status_id", "value": value}]}
        return int(api.as_("ada").post("/automations", {"automation": {"title": value, **lines}}).status_code)

    pending = {"field": "status", "operator": "is", "value": "pending"}
    assert status_of([waits, pending], str(here.pk)) == 422  # still pending: it would act again and again
    assert status_of([waits, pending], solved) == 201
    assert status_of([since, is_parts], str(parts.pk)) == 422
    assert status_of([since, is_parts], str(here.pk)) == 201


def test_a_macro_sets_a_status_and_a_view_asks_for_it_and_shows_it(api: Caller, cast: Cast) -> None:
    parts = made("Parts", "pending")
    lines = {"actions": [{"field": "custom_status_id", "value": str(parts.pk)}]}
    macro = api.as_("ada").post("/macros", {"macro": {"title": "Parts", **lines}}).json()["macro"]
    result = api.as_("ana").get(f"/macros/{macro['id']}/apply").json()["result"]
    assert result["ticket"]["custom_status_id"] == parts.pk
    ticket = cast.ticket(custom_status_id=parts.pk)
    wanted = {"all": [{"field": "custom_status_id", "operator": "includes", "value": [str(parts.pk)]}]}
    shown = {"columns": ["subject", "custom_status_id"]}
    view = api.as_("ada").post("/views", {"view": {"title": "Parts", **wanted, "output": shown}})
    assert view.status_code == 201, view.content
    rows = api.as_("ana").get(f"/views/{view.json()['view']['id']}/execute").json()["rows"]
    assert [one["ticket"]["id"] for one in rows] == [ticket.pk]
