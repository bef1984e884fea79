"""Categories give triggers their order, revisions bring back what was, and counts say how often rules acted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from adjoin.kernel.errors import Invalid
from adjoin.people import actions as people
from adjoin.people.models import Group
from adjoin.rules import actions, categories, usage, writes
from adjoin.rules.kinds import TRIGGER
from adjoin.rules.models import Revision, Trigger, TriggerCategory, TriggerUse
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast

HOUR = timedelta(hours=1)
RULE: dict[str, Any] = {
    "title": "Urgent kettles",
    "conditions": {"all": [{"field": "subject_includes_word", "operator": "includes", "value": "kettle"}], "any": []},
    "actions": [{"field": "priority", "value": "urgent"}],
}


def test_triggers_are_looked_at_category_by_category(api: Caller, cast: Cast) -> None:
    Trigger.objects.all().delete()
    ada = api.as_("ada")
    made = ada.post("/trigger_categories", {"trigger_category": {"name": "First things", "position": 5}})
    first = made.json()["trigger_category"]
    assert (made.status_code, isinstance(first["id"], str)) == (201, True)
    ids = []
    for number, category in enumerate((None, first["id"])):
        word = {"field": "current_tags", "value": f"t{number}"}
        sent = {**RULE, "title": f"T{number}", "category_id": category, "actions": [word]}
        ids.append(ada.post("/triggers", {"trigger": sent}).json()["trigger"]["id"])
    assert list(Trigger.objects.in_order().values_list("pk", flat=True)) == ids[::-1]
    assert [one["id"] for one in ada.get("/triggers", category_id=first["id"]).json()["triggers"]] == [ids[1]]
    refused = ada.put("/triggers/reorder", {"trigger_ids": ids})
    assert (refused.status_code, b"LimitOneCategory" in refused.content) == (422, True)
    with pytest.raises(Invalid, match="has triggers"):
        categories.delete(actor=cast.actor("ada"), category_id=int(first["id"]), now=NOW)
    moved = [{"id": ids[0], "category_id": first["id"], "position": 1}, {"id": ids[1], "category_id": None}]
    items: dict[str, Any] = {"trigger_categories": [{"id": first["id"], "position": 2}], "triggers": moved}
    job = {"action": "patch", "items": items}
    done = ada.post("/trigger_categories/jobs", {"job": job}).json()
    assert (done["status"], done["results"]["triggers"][0]["category_id"]) == ("complete", first["id"])
    items["triggers"][1]["id"] = 987654
    items["triggers"][0]["category_id"] = None
    assert ada.post("/trigger_categories/jobs", {"job": job}).status_code == 404  # and nothing of it is done
    assert Trigger.objects.get(pk=ids[0]).category_id == int(first["id"])
    ada.put("/triggers/update_many", {"triggers": [{"id": ids[0], "category_id": None}]})
    assert ada.delete(f"/trigger_categories/{first['id']}").status_code == 204
    wrong = ada.put(f"/triggers/{ids[0]}", {"trigger": {"category_id": "987654"}})
    assert (wrong.status_code, api.as_("ana").get("/trigger_categories").status_code) == (422, 403)


def test_a_rule_is_as_it_was_again_with_who_left_it_so(api: Caller, cast: Cast) -> None:
    ada = api.as_("ada")
    pk = ada.post("/triggers", {"trigger": RULE}).json()["trigger"]["id"]
    ada.put(
        f"/triggers/{pk}", {"trigger": {"title": "Low kettles", "actions": [{"field": "priority", "value": "low"}]}}
    )
    ada.put(f"/triggers/{pk}", {"trigger": {"title": "Low kettles"}})  # as it is
    newest, oldest = ada.get(f"/triggers/{pk}/revisions").json()["trigger_revisions"]
    assert newest["diff"]["title"] == [
        {"change": "-", "content": "Urgent kettles"},
        {"change": "+", "content": "Low kettles"},
    ]
    assert (oldest["author_id"], oldest["snapshot"]["active"]) == (cast.users["ada"].pk, True)
    again = ada.put(f"/triggers/{pk}/revisions/{oldest['id']}/restore").json()["trigger"]
    assert (again["title"], again["actions"]) == (RULE["title"], RULE["actions"])
    assert Revision.objects.filter(trigger=pk).count() == 3
    assert api.as_("ana").get(f"/triggers/{pk}/revisions").status_code == 403
    browser = Client(headers={"host": "acme.localhost"})
    browser.force_login(cast.user("ada"), backend="adjoin.people.backends.PasswordBackend")
    page = browser.get(f"/admin/triggers/{pk}/revisions/").content.decode()
    assert "In force" in page
    browser.post(f"/admin/triggers/{pk}/revisions/{newest['id']}/restore/")
    assert Trigger.objects.get(pk=pk).title == "Low kettles"


def test_what_cannot_work_any_more_is_not_brought_back(cast: Cast) -> None:
    ada = cast.actor("ada")
    group = people.create_group(name="Night", now=NOW)
    rule = actions.create_trigger(
        actor=ada, now=NOW, **{**RULE, "actions": [{"field": "group_id", "value": str(group.pk)}]}
    )
    writes.update(TRIGGER, actor=ada, rule_id=rule.pk, now=NOW, actions=RULE["actions"])
    Group.objects.filter(pk=group.pk).update(is_deleted=True)
    first = Revision.objects.filter(trigger=rule).earliest("pk")
    with pytest.raises(Invalid, match="is not there"):
        writes.restore(TRIGGER, actor=ada, rule_id=rule.pk, revision_id=first.pk, now=NOW)


def test_how_often_a_rule_acted_is_counted_by_hour_day_and_week(api: Caller, cast: Cast) -> None:
    Trigger.objects.all().delete()
    rule = actions.create_trigger(actor=cast.actor("ada"), now=NOW, **RULE)
    for hours in (0, 0, 5, 100, 900):
        cast.ticket(at=NOW - hours * HOUR)
    assert usage.of_triggers(NOW + HOUR / 2)[rule.pk] == usage.Usage(2, 3, 4)
    usage.tidy(NOW + 48 * HOUR)
    assert TriggerUse.objects.count() == 3  # by the hour, and without what is older than a month
    assert usage.of_triggers(NOW + HOUR / 2)[rule.pk].week == 4
    (shown,) = api.as_("ada").get("/triggers", include="usage_7d").json()["triggers"]
    assert {"usage_7d", "usage_1h"} & shown.keys() == {"usage_7d"}


def test_categories_are_named_moved_and_deleted_on_their_page(cast: Cast) -> None:
    browser = Client(headers={"host": "acme.localhost"})
    browser.force_login(cast.user("ada"), backend="adjoin.people.backends.PasswordBackend")
    page = "/admin/triggers/categories/"
    assert "Routing is there" in browser.post(page, {"name": "Routing"}, follow=True).content.decode()
    assert browser.post(page, {"name": " "}).status_code == 422
    routing = TriggerCategory.objects.get(name="Routing")
    browser.post(f"{page}{routing.pk}/", {"do": "up"})
    assert b"Without a category" not in browser.get("/admin/triggers/").content
    names = list(TriggerCategory.objects.order_by("position").values_list("name", flat=True))
    assert names == ["Routing", "Notifications"]
    browser.post(f"{page}{routing.pk}/", {"do": "rename", "name": "Paths"})
    browser.post(f"{page}{routing.pk}/", {"do": "delete"})
    assert not TriggerCategory.objects.filter(pk=routing.pk).exists()
