"""Ticket fields and forms over the API: who sees them, what they take, and what goes with them."""

from __future__ import annotations

from typing import Any

import pytest

from adjoin.audit_log.models import Entry
from adjoin.fields import actions, conditions
from adjoin.fields.models import TicketField, TicketForm
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast

LEVELS = [{"name": "Gold", "value": "Level Gold"}, {"name": "Tin", "value": "level_tin", "default": True}]


def made(api: Caller, **field: Any) -> dict[str, Any]:
    answer = api.as_("ada").post("/ticket_fields", {"ticket_field": {"title": "Level", "type": "text", **field}})
    assert answer.status_code == 201, answer.content
    return dict(answer.json()["ticket_field"])


def test_an_account_begins_with_the_fields_of_every_ticket_and_one_form_with_them(api: Caller, cast: Cast) -> None:
    fields = api.as_("ana").get("/ticket_fields").json()
    assert [one["type"] for one in fields["ticket_fields"]] == [
        *("subject", "description", "status", "tickettype", "priority", "group", "assignee")
    ]
    priority = next(one for one in fields["ticket_fields"] if one["type"] == "priority")
    assert [one["value"] for one in priority["system_field_options"]] == ["low", "normal", "high", "urgent"]
    forms = api.as_("ana").get("/ticket_forms").json()
    assert (forms["count"], forms["ticket_forms"][0]["default"]) == (1, True)
    assert forms["ticket_forms"][0]["ticket_field_ids"] == [one["id"] for one in fields["ticket_fields"]]
    assert api.as_("ada").delete(f"/ticket_fields/{priority['id']}").status_code == 422


def test_end_users_and_strangers_are_told_only_of_fields_that_are_shown_to_them(api: Caller, cast: Cast) -> None:
    made(api, title="Ours", agent_description="Internal words")
    theirs = made(api, title="Ours too", title_in_portal="Yours", visible_in_portal=True, agent_description="Words")
    for who in ("cyd", ""):
        body = api.as_(who).get("/ticket_fields").content
        assert b"Yours" in body
        assert b"Ours" not in body
        assert b"ords" not in body
        assert api.as_(who).get(f"/ticket_fields/{theirs['id'] - 1}").status_code == 404
    assert api.as_("cyd").get("/ticket_fields/count").status_code == 403
    refused = api.as_("ana").post("/ticket_fields", {"ticket_field": {"title": "X", "type": "text"}})
    assert refused.status_code == 403


def test_choices_are_tags_that_no_other_field_has(api: Caller, cast: Cast) -> None:
    field = made(api, type="tagger", custom_field_options=LEVELS)
    assert [(one["value"], one["default"]) for one in field["custom_field_options"]] == [
        ("level_gold", False),
        ("level_tin", True),
    ]
    path = f"/ticket_fields/{field['id']}"
    ada = api.as_("ada")
    twin = {"title": "Other", "type": "multiselect", "custom_field_options": [{"name": "A", "value": "level_tin"}]}
    for other in (twin, {"title": "Box", "type": "checkbox", "tag": "level_gold"}, {"title": "None", "type": "tagger"}):
        assert ada.post("/ticket_fields", {"ticket_field": other}).status_code == 422
    added = ada.post(f"{path}/options", {"custom_field_option": {"name": "Iron", "value": "iron"}})
    assert (added.status_code, added.json()["custom_field_option"]["position"]) == (201, 2)
    gold = field["custom_field_options"][0]["id"]
    changed = ada.post(f"{path}/options", {"custom_field_option": {"id": gold, "name": "Gold!", "value": "level_gold"}})
    assert (changed.status_code, changed.json()["custom_field_option"]["id"]) == (200, gold)
    assert ada.delete(f"{path}/options/{field['custom_field_options'][1]['id']}").status_code == 204
    assert [one["name"] for one in ada.get(path).json()["ticket_field"]["custom_field_options"]] == ["Gold!", "Iron"]
    left = ada.put(
        path, {"ticket_field": {"custom_field_options": [{"name": "Iron", "value": "iron"}], "type": "text"}}
    )
    assert [one["value"] for one in left.json()["ticket_field"]["custom_field_options"]] == ["iron"]
    assert left.json()["ticket_field"]["type"] == "tagger"


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"type": "subject"}, "type"),
        ({"title": " "}, "title"),
        ({"type": "regexp"}, "regexp_for_validation"),
        ({"type": "regexp", "regexp_for_validation": "(a+)+"}, "regexp_for_validation"),
        ({"type": "lookup", "relationship_target_type": "zen:moon"}, "relationship_target_type"),
        ({"type": "lookup", "relationship_target_type": "zen:user", "visible_in_portal": True}, "visible_in_portal"),
        ({"required": "perhaps"}, "required"),
        ({"type": "tagger", "custom_field_options": [{"name": "A"}, {"name": "a"}]}, "custom_field_options"),
    ],
)
def test_a_field_that_cannot_be_is_refused_by_name(api: Caller, cast: Cast, wrong: dict[str, Any], key: str) -> None:
    refused = api.as_("ada").post("/ticket_fields", {"ticket_field": {"title": "Level", "type": "text", **wrong}})
    assert (refused.status_code, list(refused.json()["details"])) == (422, [key])


def test_who_must_fill_a_field_in_may_and_who_may_sees_it(cast: Cast) -> None:
    field = actions.create_field(type="text", title="Serial", now=NOW, required_in_portal=True)
    assert (field.visible_in_portal, field.editable_in_portal) == (True, True)
    field = actions.update_field(field=field, now=NOW, visible_in_portal=False)
    assert (field.editable_in_portal, field.required_in_portal) == (False, False)


def test_forms_are_made_cloned_put_into_order_and_kept_to_brands(api: Caller, cast: Cast) -> None:
    ada, outdoor = api.as_("ada"), cast.outdoor.pk
    field = made(api, visible_in_portal=True)
    body = {
        "name": "Tents",
        "ticket_field_ids": [field["id"]],
        "restricted_brand_ids": [outdoor],
        "requires_brand": True,
    }
    form = ada.post("/ticket_forms", {"ticket_form": body}).json()["ticket_form"]
    assert (form["in_all_brands"], form["restricted_brand_ids"], form["requires_brand"]) == (False, [outdoor], True)
    assert ada.put(f"/ticket_forms/{form['id']}", {"ticket_form": {"default": True}}).status_code == 422
    clone = ada.post(f"/ticket_forms/{form['id']}/clone").json()["ticket_form"]
    assert (clone["name"], clone["ticket_field_ids"]) == ("Clone of Tents", [field["id"]])
    default = TicketForm.objects.get(is_default=True)
    ada.put("/ticket_forms/reorder", {"ticket_form_ids": [clone["id"], form["id"], default.pk]})
    at_home = [one["id"] for one in api.as_("cyd").get("/ticket_forms").json()["ticket_forms"]]
    at_outdoor = api.as_("cyd", host="acme-outdoor.localhost").get("/ticket_forms").json()["ticket_forms"]
    assert (at_home, [one["id"] for one in at_outdoor]) == ([default.pk], [clone["id"], form["id"], default.pk])
    assert at_outdoor[0]["restricted_brand_ids"] == []
    assert ada.delete(f"/ticket_forms/{default.pk}").status_code == 422
    assert ada.delete(f"/ticket_forms/{clone['id']}").status_code == 204
    assert api.as_("ana").put("/ticket_forms/reorder", {"ticket_form_ids": []}).status_code == 403


def test_a_field_that_ends_leaves_its_forms_and_their_conditions(api: Caller, cast: Cast) -> None:
    ada = api.as_("ada")
    level = made(api, type="tagger", custom_field_options=LEVELS)["id"]
    why, when = made(api, title="Why")["id"], made(api, title="When", type="date")["id"]
    rows = [
        {
            "parent_field_id": level,
            "value": "level_gold",
            "child_fields": [{"id": why, "is_required": True}, {"id": when}],
        }
    ]
    body = {"name": "Tents", "ticket_field_ids": [level, why, when], "agent_conditions": rows}
    form = ada.post("/ticket_forms", {"ticket_form": body}).json()["ticket_form"]
    assert form["agent_conditions"][0]["child_fields"][0]["required_on_statuses"] == {"type": "ALL_STATUSES"}
    assert ada.delete(f"/ticket_fields/{why}").status_code == 204
    form = ada.get(f"/ticket_forms/{form['id']}").json()["ticket_form"]
    assert [one["id"] for one in form["agent_conditions"][0]["child_fields"]] == [when]
    assert ada.delete(f"/ticket_fields/{level}").status_code == 204
    assert ada.get(f"/ticket_forms/{form['id']}").json()["ticket_form"]["agent_conditions"] == []
    told = Entry.objects.filter(kind="ticket_field", action="destroy").values_list("title", flat=True)
    assert sorted(told) == ["Level", "Why"]


def test_conditions_that_cannot_be_say_which_and_why(api: Caller, cast: Cast) -> None:
    level = made(api, type="tagger", custom_field_options=LEVELS)["id"]
    box = made(api, title="Broken", type="checkbox", tag="broken")["id"]
    free = made(api, title="Why")["id"]

    def shows(parent: int, value: Any, child: int) -> dict[str, Any]:
        return {"parent_field_id": parent, "value": value, "child_fields": [{"id": child}]}

    for rows, words in (
        ([shows(free, "x", box)], "Condition 1: the parent"),
        ([shows(level, "lead", free)], "must be one of level_gold"),
        ([shows(level, "level_gold", box), shows(box, True, level)], "would depend on itself"),
    ):
        body = {"name": "Odd", "ticket_field_ids": [level, box, free], "end_user_conditions": rows}
        refused = api.as_("ada").post("/ticket_forms", {"ticket_form": body})
        assert refused.status_code == 422
        assert words in refused.content.decode()


def test_a_child_is_there_while_its_parent_says_so_and_required_as_the_condition_says(cast: Cast) -> None:
    level = actions.create_field(type="tagger", title="Level", now=NOW, options=LEVELS)
    box = actions.create_field(type="checkbox", title="Broken", now=NOW)
    why = actions.create_field(type="text", title="Why", now=NOW, is_required=True)
    some = {"type": "SOME_STATUSES", "statuses": ["solved"]}
    rows = [
        {"parent_field_id": level.pk, "value": "level_gold", "child_fields": [{"id": box.pk}]},
        {
            "parent_field_id": box.pk,
            "value": True,
            "child_fields": [{"id": why.pk, "is_required": True, "required_on_statuses": some}],
        },
    ]
    form = actions.create_form(
        name="Kettles", now=NOW, ticket_field_ids=[level.pk, box.pk, why.pk], agent_conditions=rows
    )
    fields = list(TicketField.objects.filter(pk__in=form.ticket_field_ids).in_order())

    def there(status: str, **values: Any) -> list[tuple[str, bool]]:
        by_id = {field.pk: values.get(field.title.lower()) for field in fields}
        shown = conditions.for_agents(fields, form.agent_conditions, by_id, status)
        return [(one.field.title, one.is_required) for one in shown]

    assert there("open") == [("Level", False)]
    assert there("open", level="level_gold") == [("Level", False), ("Broken", False)]
    assert there("open", level="level_gold", broken=True)[-1] == ("Why", False)
    assert there("solved", level="level_gold", broken=True)[-1] == ("Why", True)
    assert there("solved", level="level_tin", broken=True) == [("Level", False)]
