"""Triggers over the API, in Zendesk's shapes."""

from __future__ import annotations

from typing import Any

from adjoin.audit_log.models import Entry
from adjoin.rules.api.schemas import TriggerJson
from adjoin.rules.models import Trigger
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast

RULE: dict[str, Any] = {
    "title": "Urgent kettles",
    "conditions": {"all": [{"field": "subject_includes_word", "operator": "includes", "value": "kettle"}], "any": []},
    "actions": [{"field": "priority", "value": "urgent"}],
}


def test_a_trigger_is_made_acts_is_changed_and_goes(api: Caller, cast: Cast) -> None:
    ada = api.as_("ada")
    made = ada.post("/triggers", {"trigger": RULE})
    assert (made.status_code, made.json()["warnings"]) == (201, [])
    shown = made.json()["trigger"]
    assert made["Location"] == shown["url"]
    assert list(shown) == list(TriggerJson.model_fields)
    assert cast.ticket().priority == "urgent"
    changed = ada.put(f"/triggers/{shown['id']}", {"trigger": {"active": False, "title": "Kettles"}}).json()["trigger"]
    assert (changed["active"], changed["title"], changed["actions"]) == (False, "Kettles", RULE["actions"])
    assert cast.ticket().priority is None
    active = {one["id"] for one in ada.get("/triggers/active").json()["triggers"]}
    assert active == {one["id"] for one in ada.get("/triggers").json()["triggers"] if one["active"]}
    assert shown["id"] not in active
    assert [one["id"] for one in ada.get("/triggers/search", query="kettl").json()["triggers"]] == [shown["id"]]
    assert ada.delete(f"/triggers/{shown['id']}").status_code == 204
    assert ada.get(f"/triggers/{shown['id']}").status_code == 404
    rows = Entry.objects.filter(kind="trigger", subject_id=shown["id"]).order_by("pk")
    assert [row.action for row in rows] == ["create", "update", "destroy"]


def test_a_warning_comes_with_the_answer(api: Caller, cast: Cast) -> None:
    rule = {**RULE, "actions": [{"field": "assignee_id", "value": cast.users["ben"].pk}]}
    (warning,) = api.as_("ada").post("/triggers", {"trigger": rule}).json()["warnings"]
    assert warning["action"] == 1
    assert warning["message"].startswith("Ben Example does not work for")


def test_a_broken_line_is_named_and_nothing_is_saved(api: Caller, cast: Cast) -> None:
    broken = {**RULE, "actions": [*RULE["actions"], {"field": "group_id", "value": "987654"}]}
    broken["conditions"] = {"all": [{"field": "no_such", "operator": "is", "value": "1"}]}
    refused = api.as_("ada").post("/triggers", {"trigger": broken})
    assert refused.status_code == 422
    assert "Action 2: Group 987654 is not there" in refused.content.decode()
    assert "no such field as no_such" in refused.content.decode()  # both are told at once
    assert not Trigger.objects.filter(title=RULE["title"]).exists()


def test_triggers_are_put_in_order_only_all_at_once(api: Caller, cast: Cast) -> None:
    ada = api.as_("ada")
    ids = [one["id"] for one in ada.get("/triggers", sort_by="position").json()["triggers"]]
    assert ada.put("/triggers/reorder", {"trigger_ids": ids[::-1]}).status_code == 200
    assert [one["id"] for one in ada.get("/triggers", sort_by="position").json()["triggers"]] == ids[::-1]
    assert ada.put("/triggers/reorder", {"trigger_ids": ids[1:]}).status_code == 422


def test_agents_who_manage_no_rules_do_not_read_them(api: Caller, cast: Cast) -> None:
    for path in ("/triggers", "/triggers/definitions", f"/triggers/{Trigger.objects.earliest('pk').pk}"):
        assert api.as_("ana").get(path).status_code == 403
    assert api.as_("ana").post("/triggers", {"trigger": RULE}).status_code == 403


def test_definitions_say_what_can_be_asked_and_done(api: Caller, cast: Cast) -> None:
    told = api.as_("ada").get("/triggers/definitions").json()["definitions"]
    status = next(one for one in told["conditions_all"] if one["subject"] == "status")
    assert {"value": "hold", "title": "On hold", "enabled": True} in status["values"]
    assert {"value": "changed", "title": "Has changed", "terminal": True} in status["operators"]
    mail = next(one for one in told["actions"] if one["subject"] == "notification_user")
    assert (mail["type"], mail["repeatable"]) == ("email", True)
