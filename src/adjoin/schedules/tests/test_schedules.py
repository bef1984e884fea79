"""Schedules over the API and on their page, and which one a ticket follows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from adjoin.schedules import actions, queries
from adjoin.schedules.models import Schedule
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.tickets.models import Ticket

HERE = "/business_hours/schedules"


def test_a_schedule_goes_through_its_life_over_the_api(api: Caller, cast: Cast) -> None:
    ada = api.as_("ada")
    made = ada.post(HERE, {"schedule": {"name": "Berlin", "time_zone": "Berlin"}})
    assert made.status_code == 201
    found = made.json()["schedule"]
    assert (found["time_zone"], found["default"]) == ("Europe/Berlin", True)
    assert found["intervals"][0] == {"start_time": 1980, "end_time": 2460}
    path = f"{HERE}/{found['id']}"
    hours = [{"start_time": 600, "end_time": 660}, {"start_time": 660, "end_time": 700}]
    week = ada.put(f"{path}/workweek", {"workweek": {"intervals": hours}}).json()
    assert week == {"workweek": {"intervals": [{"start_time": 600, "end_time": 700}]}}
    day = {"holiday": {"name": "New Year", "start_date": "2027-01-01", "end_date": "2027-01-01"}}
    holiday = ada.post(f"{path}/holidays", day).json()["holiday"]
    assert ada.put(f"{path}/holidays/{holiday['id']}", {"holiday": {"end_date": "2027-01-02"}}).status_code == 200
    listed = api.as_("ana").get(f"{path}/holidays").json()
    assert [one["end_date"] for one in listed["holidays"]] == ["2027-01-02"]
    assert ada.put(path, {"schedule": {"group_ids": [cast.returns.pk]}}).json()["schedule"]["group_ids"]
    other = ada.post(HERE, {"schedule": {"name": "Tokyo", "time_zone": "Asia/Tokyo"}}).json()["schedule"]
    assert ada.delete(path).status_code == 422  # the default one, while there are others
    assert ada.put(f"{HERE}/{other['id']}", {"schedule": {"default": True}}).json()["schedule"]["default"]
    assert ada.delete(path).status_code == 204
    assert [one["name"] for one in api.as_("ana").get(HERE).json()["schedules"]] == ["Tokyo"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"intervals": [{"start_time": 1400, "end_time": 1500}]}, "beyond midnight"),
        ({"intervals": [{"start_time": 0, "end_time": 60}, {"start_time": 30, "end_time": 90}]}, "overlap"),
        ({"intervals": [{"start_time": "x", "end_time": 60}]}, "begins before it ends"),
        ({"time_zone": "Atlantis"}, "none called Atlantis"),
        ({"name": " "}, "cannot be blank"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(api: Caller, given: dict[str, Any], says: str) -> None:
    answer = api.as_("ada").post(HERE, {"schedule": {"name": "Odd", "time_zone": "UTC", **given}})
    assert answer.status_code == 422
    assert says in str(answer.json())


def test_only_admins_change_schedules_and_end_users_see_none(api: Caller) -> None:
    body = {"schedule": {"name": "Mine", "time_zone": "UTC"}}
    assert api.as_("ana").post(HERE, body).status_code == 403
    assert api.as_("cyd").get(HERE).status_code == 403


def test_a_ticket_follows_its_own_schedule_then_its_groups_then_its_brands_then_the_default(cast: Cast) -> None:
    ada = cast.actor("ada")
    own, group, brand, default = (
        actions.create(actor=ada, name=name, time_zone="UTC", now=NOW).pk for name in ("own", "group", "brand", "all")
    )
    actions.update(actor=ada, schedule_id=default, now=NOW, is_default=True)
    actions.update(actor=ada, schedule_id=group, now=NOW, group_ids=[cast.returns.pk])
    actions.update(actor=ada, schedule_id=brand, now=NOW, brand_ids=[cast.outdoor.pk])
    tickets = [
        cast.ticket(group_id=cast.returns.pk, brand_id=cast.outdoor.pk),
        cast.ticket(group_id=cast.returns.pk, brand_id=cast.outdoor.pk),
        cast.ticket(brand_id=cast.outdoor.pk),
        cast.ticket(),
    ]
    Ticket.objects.filter(pk=tickets[0].pk).update(schedule_id=own)
    book, rows = queries.book(), [Ticket.objects.get(pk=one.pk) for one in tickets]
    assert [book.schedule_id(row) for row in rows] == [own, group, brand, default]
    for schedule_id, row in zip((own, group, brand, default), rows, strict=True):
        assert list(Ticket.objects.filter(book.followers(schedule_id))) == [row]
    actions.delete(actor=ada, schedule_id=group, now=NOW)
    assert queries.book().schedule_id(rows[1]) == brand


def test_the_week_is_typed_on_the_page_and_what_is_wrong_is_said_at_its_day(cast: Cast) -> None:
    client = Client(headers={"host": "acme.localhost"})
    client.force_login(cast.user("ada"), backend="adjoin.people.backends.PasswordBackend")
    typed = {"name": "Late", "time_zone": "Asia/Tokyo", "do": "save", "groups": [str(cast.returns.pk)]}
    broken = client.post("/admin/schedules/new/", {**typed, "day-1-0-start": "18:00", "day-1-0-end": "09:00"})
    assert broken.status_code == 422
    assert b"Each begins before it ends" in broken.content
    copied = client.post("/admin/schedules/new/", {**typed, "do": "copy", "day-1-0-start": "10:00", "day-1-0-end": ""})
    assert copied.content.count(b'value="10:00"') == 5
    client.post("/admin/schedules/new/", {**typed, "day-1-0-start": "18:00", "day-1-0-end": "00:00"})
    late = Schedule.objects.get()
    assert (late.intervals, late.time_zone, late.is_default) == ([[2520, 2880]], "Asia/Tokyo", True)
    page = f"/admin/schedules/{late.pk}/"
    day = datetime.now(UTC).date().isoformat()
    client.post(f"{page}holidays/", {"name": "Festival", "start_on": day, "end_on": ""})
    assert late.holidays.get().end_on.isoformat() == day
    assert b"Festival" in client.get(page).content
    assert client.post(f"{page}holidays/", {"name": "Odd", "start_on": "x"}).status_code == 422
    assert b"18:00-24:00" in client.get("/admin/schedules/").content
