"""Automations over the API and on pages; the real defaults load; a dry run tells and changes nothing."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client

from adjoin.audit_log.models import Entry
from adjoin.rules import automating
from adjoin.rules.api.schemas import AutomationJson
from adjoin.rules.models import Automation, Trigger
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs

MAIL = ["requester_and_ccs", "[{{ticket.account}}] Pending request", "{{ticket.comments_formatted}}"]


def condition(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def pending(hours: str) -> dict[str, Any]:
    rows = [("status", "is", "pending"), ("PENDING", "is", hours), ("ticket_is_public", "is", "public")]
    return {
        "title": f"Pending notification {hours} hours",
        "conditions": {"all": [condition(*row) for row in rows], "any": []},
        "actions": [{"field": "notification_user", "value": MAIL}],
    }


CLOSE = {
    "title": "Close ticket 4 days after status is set to solved",
    "all": [condition("status", "is", "solved"), condition("SOLVED", "greater_than", "96")],
    "actions": [{"field": "status", "value": "closed"}],
}


@pytest.fixture
def empty(cast: Cast) -> None:
    Automation.objects.all().delete()
    Trigger.objects.all().delete()


def test_the_defaults_that_desks_bring_load_and_behave_as_they_say(api: Caller, cast: Cast, empty: None) -> None:
    ada = api.as_("ada")
    made = [ada.post("/automations", {"automation": rule}) for rule in (CLOSE, pending("24"), pending("120"))]
    assert [one.status_code for one in made] == [201, 201, 201]
    shown = made[0].json()["automation"]
    assert (list(shown), made[0]["Location"]) == (list(AutomationJson.model_fields), shown["url"])
    assert shown["conditions"] == {"all": CLOSE["all"], "any": []}
    waiting = cast.ticket(status="pending")
    solved = cast.ticket(status="solved", assignee_id=cast.users["ana"].pk)
    seen = []
    for hours in (23, 24, 25, 95, 97, 120, 121):
        acted = automating.run_all(partial(NOW.__add__, timedelta(hours=hours, minutes=30)))
        seen.append((acted, sum(name == "notifications.notify" for name in run_jobs())))
    assert seen == [(0, 0), (1, 1), (0, 0), (0, 0), (1, 0), (1, 1), (0, 0)]
    waiting.refresh_from_db()
    solved.refresh_from_db()
    assert (waiting.status, solved.status) == ("pending", "closed")


def test_many_are_changed_at_once_or_none(api: Caller, cast: Cast, empty: None) -> None:
    ada = api.as_("ada")
    ids = [ada.post("/automations", {"automation": one}).json()["automation"]["id"] for one in (CLOSE, pending("24"))]
    asked = [{"id": ids[0], "active": False}, {"id": ids[1], "position": 7}]
    many = ada.put("/automations/update_many", {"automations": asked}).json()["automations"]
    assert [(one["active"], one["position"]) for one in many] == [(False, 1), (True, 7)]
    refused = ada.put("/automations/update_many", {"automations": [{"id": ids[1], "active": False}, {"id": 987654}]})
    assert (refused.status_code, Automation.objects.get(pk=ids[1]).is_active) == (404, True)
    assert [one["id"] for one in ada.get("/automations/active").json()["automations"]] == [ids[1]]
    changed = ada.put(f"/automations/{ids[1]}", {"automation": {"title": "Ask again"}}).json()["automation"]
    assert (changed["title"], changed["actions"]) == ("Ask again", pending("24")["actions"])
    assert ada.delete(f"/automations/destroy_many?ids={ids[0]},{ids[1]}").status_code == 204
    assert ada.get("/automations").json()["count"] == 0
    kinds = Entry.objects.filter(kind="automation", subject_id=ids[1]).order_by("pk").values_list("action", flat=True)
    assert list(kinds) == ["create", "update", "update", "destroy"]
    triggers = [Trigger.objects.create(title=f"T{n}", created_at=NOW, updated_at=NOW, actions=[]).pk for n in range(2)]
    assert ada.delete(f"/triggers/destroy_many?ids={triggers[0]},{triggers[1]}").status_code == 204


def test_a_dry_run_lists_what_it_would_touch_of_what_one_reads_and_changes_nothing(api: Caller, cast: Cast) -> None:
    old = cast.ticket(status="pending", at=NOW - timedelta(days=400))
    cast.ticket(status="pending", brand_id=cast.outdoor.pk, at=NOW - timedelta(days=400))
    rule = {
        "title": "Give up",
        "all": [condition("PENDING", "greater_than", "24"), condition("status", "is", "pending")],
        "actions": [{"field": "status", "value": "solved"}],
    }
    ada = api.as_("ada")
    tried = ada.post("/automations?dry_run=true", {"automation": rule}).json()
    assert (tried["count"], tried["tickets"][0]["id"]) == (2, old.pk)
    assert not Automation.objects.filter(title="Give up").exists()
    made = ada.post("/automations", {"automation": {**rule, "active": False}}).json()["automation"]
    assert ada.get(f"/automations/{made['id']}/dry_run").json()["count"] == 2
    old.refresh_from_db()
    assert old.status == "pending"
    for path in ("/automations", "/automations/definitions", f"/automations/{made['id']}/dry_run"):
        assert api.as_("ana").get(path).status_code == 403
    assert api.as_("ana").post("/automations?dry_run=true", {"automation": rule}).status_code == 403


LINES = {
    "title": "Give up",
    "is_active": "on",
    "all-count": "2",
    **{f"all-0-{name}": "status" for name in ("shown", "field")},
    "all-0-operator": "is",
    "all-0-value-0": "pending",
    **{f"all-1-{name}": "PENDING" for name in ("shown", "field")},
    "all-1-operator": "greater_than",
    "all-1-value-0": "24",
    "any-count": "0",
    "actions-count": "1",
    **{f"actions-0-{name}": "status" for name in ("shown", "field")},
    "actions-0-value-0": "solved",
}


def test_an_automation_is_built_tried_switched_and_deleted_on_its_pages(cast: Cast) -> None:
    old = cast.ticket(status="pending", at=NOW - timedelta(days=400))
    ada = Client(headers={"host": "acme.localhost"})
    ada.force_login(cast.user("ada"), backend="adjoin.people.backends.PasswordBackend")
    endless = ada.post("/admin/automations/new/", {**LINES, "actions-0-value-0": "pending", "do": "save"})
    assert (endless.status_code, b"none of them makes a condition false" in endless.content) == (422, True)
    tried = ada.post("/admin/automations/new/", {**LINES, "do": "try"}).content.decode()
    assert "It would act on 1 ticket now." in tried
    assert f"#{old.pk}" in tried
    made = ada.post("/admin/automations/new/", {**LINES, "do": "save"}, follow=True)
    assert "Give up is there" in made.content.decode()
    row = Automation.objects.get(title="Give up")
    assert f"#{old.pk}" in ada.get(f"/admin/automations/{row.pk}/dry-run/").content.decode()
    automating.run_all(lambda: NOW)
    assert "It acted." in ada.get(f"/admin/automations/{row.pk}/").content.decode()
    assert "The automation Give up" in ada.get(f"/agent/tickets/{old.pk}/rules/").content.decode()
    ada.post(f"/admin/automations/{row.pk}/switch/")
    assert "Hours since pending is greater than 24" in ada.get("/admin/automations/").content.decode()
    assert not Automation.objects.get(pk=row.pk).is_active
    ada.post(f"/admin/automations/{row.pk}/delete/")
    assert not Automation.objects.filter(pk=row.pk).exists()
