"""The pages of service levels, without script and in a browser."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import expect

from adjoin.service_levels.models import Policy
from adjoin.testing import axe
from adjoin.testing.cast import Cast
from adjoin.testing.pages import Open, look_like, too_wide

TYPED = {
    "title": "Care",
    "all-count": "0",
    "any-count": "0",
    "first_reply_time-urgent": "1h 30m",
    "first_reply_time-business": "on",
    "agent_work_time-low": "2d",
    "next_reply_time-high": "3",
    "do": "save",
}


def test_a_table_of_times_becomes_a_policy_and_what_cannot_be_is_said_in_its_cell(cast: Cast) -> None:
    ada, ana = (Client(headers={"host": "acme.localhost"}) for _ in range(2))
    for client, name in ((ada, "ada"), (ana, "ana")):
        client.force_login(cast.user(name), backend="adjoin.people.backends.PasswordBackend")
    assert ana.get("/admin/service-levels/").status_code == 404
    assert b"No policies yet" in ada.get("/admin/service-levels/").content
    broken = ada.post("/admin/service-levels/new/", {**TYPED, "agent_work_time-low": "soon"})
    assert (broken.status_code, broken.content.count(b'aria-invalid="true"')) == (422, 1)
    assert ada.post("/admin/service-levels/new/", {"title": "None", "do": "save"}).status_code == 422
    ada.post("/admin/service-levels/new/", TYPED)
    care = Policy.objects.get()
    told = {(one["metric"], one["priority"], one["target"], one["business_hours"]) for one in care.policy_metrics}
    assert told == {
        ("first_reply_time", "urgent", 90, True),
        ("agent_work_time", "low", 2880, False),
        ("next_reply_time", "high", 180, False),
    }
    listed = ada.get("/admin/service-levels/").content.decode()
    assert "First reply: urgent 1h 30m (opening hours)" in listed
    ada.post("/admin/service-levels/new/", {**TYPED, "title": "Later"})
    ada.post(f"/admin/service-levels/{care.pk}/move/", {"to": "later"})
    assert [one.title for one in Policy.objects.in_order()] == ["Later", "Care"]
    among = {"title": "Handing over", "group_ownership_time-urgent": "2h", "do": "save"}
    ada.post("/admin/service-levels/new-among-groups/", {**among, "first_reply_time-urgent": "1h"})
    handing = Policy.objects.for_groups().get()
    assert [(one["metric"], one["target"]) for one in handing.policy_metrics] == [("group_ownership_time", 120)]
    assert "Ownership: urgent 2h" in ada.get("/admin/service-levels/").content.decode()
    ada.post(f"/admin/service-levels/{handing.pk}/", {**among, "group_ownership_time-urgent": "3h"})
    ada.post(f"/admin/service-levels/{handing.pk}/move/", {"to": "earlier"})
    assert Policy.objects.for_groups().get().policy_metrics[0]["target"] == 180
    ada.post(f"/admin/service-levels/{handing.pk}/delete/")
    ada.post(f"/admin/service-levels/{care.pk}/delete/")
    assert [one.title for one in Policy.objects.in_order()] == ["Later"]


@pytest.mark.browser
def test_a_policy_is_made_with_the_keyboard_alone_and_fits_a_phone(cast: Cast, open_page: Open) -> None:
    page = open_page("/admin/service-levels/new/")
    page.get_by_label("Title").focus()
    page.keyboard.type("Urgent care")
    page.get_by_label("First reply, urgent").focus()
    page.keyboard.type("1h")
    page.keyboard.press("Tab")
    page.keyboard.type("4h")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Urgent care", exact=True)).to_be_visible()
    assert [one["target"] for one in Policy.objects.get().policy_metrics] == [60, 240]
    look_like(page, "phone", "dark")
    assert (too_wide(page), axe.grave(page)) == ([], [])
    page.goto("/admin/schedules/new/")
    assert (too_wide(page), axe.grave(page)) == ([], [])
