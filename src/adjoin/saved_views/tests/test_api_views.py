"""Views over the API and in their editor: columns, groups, order, counts, preview, CSV and play."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from adjoin.audit_log.models import Entry
from adjoin.people import actions as people
from adjoin.people.models import CustomRole
from adjoin.saved_views import queries
from adjoin.saved_views.defaults import OFF, VIEWS
from adjoin.saved_views.models import View, ViewCount
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs

UNSOLVED = {"field": "status", "operator": "less_than", "value": "solved"}
VIEW: dict[str, Any] = {
    "title": "Kettles",
    "all": [UNSOLVED],
    "any": [],
    "output": {"columns": ["subject", "priority", "requester"], "group_by": "priority", "sort_by": "nice_id"},
}


def browser(cast: Cast, name: str) -> Any:
    client = Client(headers={"host": "acme.localhost"})
    client.force_login(cast.user(name), backend="adjoin.people.backends.PasswordBackend")
    return client


def kettles(cast: Cast) -> list[int]:
    """Three tickets, of which the first two are of one group when sorted by priority."""
    priorities = ("high", "high", "low")
    return [cast.ticket(subject=f"Kettle {n}", priority=one).pk for n, one in enumerate(priorities)]


def test_a_view_is_made_shown_changed_and_goes(api: Caller, cast: Cast) -> None:
    ada, ids = api.as_("ada"), kettles(cast)
    made = ada.post("/views", {"view": {**VIEW, "output": {**VIEW["output"], "group_order": "desc"}}})
    view = made.json()["view"]
    assert (made.status_code, made["Location"]) == (201, view["url"])
    assert view["execution"]["group"] == {"id": "priority", "title": "Priority", "order": "desc"}
    assert [one["id"] for one in view["execution"]["columns"]] == ["subject", "priority", "requester"]
    assert (view["conditions"], view["restriction"]) == ({"all": [UNSOLVED], "any": []}, None)
    path = f"/views/{view['id']}"
    rows = ada.get(f"{path}/execute").json()["rows"]
    assert [row["ticket"]["id"] for row in rows] == [ids[1], ids[0], ids[2]]  # sort_order was not given: downwards
    assert (rows[0]["priority"], rows[0]["requester"]) == ("High", "Cyd Example")
    assert {one["id"] for one in ada.get(f"{path}/tickets").json()["tickets"]} == set(ids)
    assert ada.get(f"{path}/count").json()["view_count"]["value"] == 3
    assert ada.get("/views/count_many", ids=str(view["id"])).json()["view_counts"][0]["fresh"] is True
    ada.put(path, {"view": {"output": {"sort_order": "asc"}, "active": False}})
    assert ada.get(f"{path}/count").status_code == 404
    assert ada.delete(path).status_code == 204
    kinds = Entry.objects.filter(kind="view", subject_id=view["id"]).order_by("pk").values_list("action", flat=True)
    assert list(kinds) == ["create", "update", "destroy"]


def test_a_preview_shows_what_is_not_saved(api: Caller, cast: Cast) -> None:
    ids = kettles(cast)
    found = api.as_("ana").post("/views/preview", {"view": VIEW}).json()
    assert {row["ticket"]["id"] for row in found["rows"]} == set(ids)
    assert api.as_("ben").post("/views/preview/count", {"view": VIEW}).json()["view_count"]["value"] == 0
    assert not View.objects.filter(title__in=("Kettles", "Preview")).exists()
    mistakes: list[dict[str, Any]] = [
        {"all": []},
        {"all": [{**UNSOLVED, "operator": "changed"}]},
        {"output": {"columns": ["nonsense"]}},
    ]
    for wrong in mistakes:
        assert api.as_("ana").post("/views/preview", {"view": {**VIEW, **wrong}}).status_code == 422


def test_who_makes_views_for_whom_is_their_role_to_say(api: Caller, cast: Cast) -> None:
    """Agents make their own; a role may make those of its groups, or everybody's."""
    ana, mine = cast.users["ana"].pk, {"type": "User", "id": cast.users["ana"].pk}
    own = api.as_("ana").post("/views", {"view": {**VIEW, "restriction": mine}}).json()["view"]
    assert (own["restriction"], ana) == (mine, mine["id"])
    assert api.as_("ben").get(f"/views/{own['id']}").status_code == 404
    assert api.as_("ben").put(f"/views/{own['id']}", {"view": {"title": "X"}}).status_code == 404
    assert api.as_("ana").post("/views", {"view": VIEW}).status_code == 403
    everybodys = View.objects.get(title="All unsolved tickets")
    assert api.as_("ana").put(f"/views/{everybodys.pk}", {"view": {"title": "X"}}).status_code == 403
    role = people.create_role(name="Lists", configuration={"view_access": "manage-group"}, now=NOW)
    people.update_user(user=cast.users["ana"], now=NOW, custom_role=CustomRole.objects.get(pk=role.pk))
    people.add_to_group(user=cast.users["ana"], group=cast.returns, now=NOW)
    group = {"type": "Group", "id": cast.returns.pk}
    made = api.as_("ana").post("/views", {"view": {**VIEW, "restriction": group}}).json()["view"]
    night = people.create_group(name="Night", now=NOW)
    both = {"type": "Group", "ids": [cast.returns.pk, night.pk]}
    assert api.as_("ana").put(f"/views/{made['id']}", {"view": {"restriction": both}}).status_code == 403
    shared = api.as_("ada").put(f"/views/{made['id']}", {"view": {"restriction": both}}).json()["view"]
    assert shared["restriction"] == {**both, "id": cast.returns.pk}
    assert api.as_("ana").get(f"/views/{made['id']}").status_code == 200
    for one in (cast.returns, night):
        people.delete_group(group=one, now=NOW)
    gone = View.objects.get(pk=made["id"])
    assert (gone.is_active, gone.notice) == (False, "The groups it was for are no longer there.")
    assert api.as_("ana").post("/views", {"view": VIEW}).status_code == 403


def test_big_views_are_counted_by_a_job_and_say_when(api: Caller, cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr(queries, "COUNT_MAX", 2)
    kettles(cast)
    view = View.objects.get(title="All unsolved tickets")
    ana = api.as_("ana")
    assert ana.get(f"/views/{view.pk}/count").json()["view_count"]["value"] is None
    assert "saved_views.count" in run_jobs()
    told = ana.get(f"/views/{view.pk}/count").json()["view_count"]
    assert (told["value"], told["pretty"], told["fresh"]) == (3, "~3", True)
    assert b"~3" in browser(cast, "ana").get("/agent/tickets/").content
    ViewCount.objects.update(counted_at=NOW - timedelta(days=1))
    assert ana.get(f"/views/{view.pk}/count").json()["view_count"]["fresh"] is False


def test_a_page_shows_columns_and_groups_and_leads_from_ticket_to_ticket(cast: Cast) -> None:
    ids = kettles(cast)
    shape = {"columns": ["subject", "priority"], "group_by": "priority", "sort_by": "id", "is_descending": False}
    every = {"all": [UNSOLVED]}
    view = View.objects.create(title="Mine", conditions=every, created_at=NOW, updated_at=NOW, **shape)
    ana = browser(cast, "ana")
    page = ana.get(f"/agent/views/{view.pk}/").content.decode()
    assert page.index("Low") < page.index("Kettle 2") < page.index("Kettle 0") < page.index("Kettle 1")
    assert page.count('scope="rowgroup"') == 2
    seen = ana.get(f"/agent/views/{view.pk}/play/").url
    assert seen == f"/agent/tickets/{ids[2]}/?play={view.pk}"
    assert f"/agent/views/{view.pk}/play/?after={ids[2]}" in ana.get(seen).content.decode()
    assert ana.get(f"/agent/views/{view.pk}/play/?after={ids[0]}").url.startswith(f"/agent/tickets/{ids[1]}/")
    assert ana.get(f"/agent/views/{view.pk}/play/?after={ids[1]}").url == f"/agent/views/{view.pk}/"


def test_a_csv_has_what_its_reader_reads_and_no_formula(cast: Cast) -> None:
    cast.ticket(subject="=1+1")
    cast.ticket(subject="Outdoors", brand_id=cast.outdoor.pk)
    view = View.objects.get(title="Unassigned tickets")

    def csv(name: str) -> list[str]:
        answer = browser(cast, name).get(f"/agent/views/{view.pk}/export/")
        lines: list[str] = b"".join(answer).decode().splitlines()
        return lines

    assert csv("ana")[0] == "#,Status,Subject,Requester,Created,Priority,Group"
    assert any(",'=1+1," in line for line in csv("ana"))
    assert [line.split(",")[2] for line in csv("ben")] == ["Subject", "Outdoors"]
    assert Entry.objects.filter(kind="view", action="exported").count() == 3


def test_the_lists_of_a_new_account_look_as_they_do_elsewhere(api: Caller, cast: Cast) -> None:
    shown = api.as_("ada").get("/views", per_page=50).json()["views"]
    titles = [title for title, _, _ in (*VIEWS, *OFF)]
    assert [one["title"] for one in shown][: len(titles)] == titles
    assert [one["active"] for one in shown if one["title"].endswith("tasks")] == [False, False]
    recently = next(one for one in shown if one["title"] == "Recently updated tickets")["execution"]
    assert (recently["group_by"], recently["sort_by"], recently["sort_order"]) == ("status", "updated", "desc")
    for one in shown:
        if one["active"]:
            assert api.as_("ada").get(f"/views/{one['id']}/execute").status_code == 200


def test_the_views_that_desks_bring_load_over_the_api_and_list_what_they_say(api: Caller, cast: Cast) -> None:
    View.objects.all().delete()
    now = timezone.now() - timedelta(hours=1)
    mine: dict[str, Any] = {"assignee_id": cast.users["ana"].pk}
    made = {
        "new": cast.ticket(at=now, group_id=cast.support.pk),
        "pending": cast.ticket(at=now, status="pending", **mine),
        "solved": cast.ticket(at=now, status="solved", **mine),
        "late": cast.ticket(at=now, status="open", type="task", due_at=now, **mine),
    }
    names = {ticket.pk: name for name, ticket in made.items()}
    unsolved = {"new", "pending", "late"}
    listed = {
        "Your unsolved tickets": {"pending", "late"},
        "Unassigned tickets": {"new"},
        "All unsolved tickets": unsolved,
        "Recently updated tickets": {*unsolved, "solved"},
        "New tickets in your groups": {"new"},
        "Pending tickets": {"pending"},
        "Recently solved tickets": {"solved"},
        "Unsolved tickets in your groups": unsolved,
        "Current tasks": {"late"},
        "Overdue tasks": {"late"},
    }
    for title, every, (_, _, columns) in (*VIEWS, *OFF):
        rows = [{**one, "field": "due_at" if one["field"] == "due_date" else one["field"]} for one in every]
        body = {"title": title, "all": rows, "any": [], "output": {"columns": columns.split()}}
        answer = api.as_("ada").post("/views", {"view": body})
        assert answer.status_code == 201, (title, answer.content)
        found = api.as_("ana").get(f"/views/{answer.json()['view']['id']}/tickets").json()["tickets"]
        assert {names[one["id"]] for one in found} == listed[title], title


def test_a_view_is_built_previewed_and_saved_in_its_editor(cast: Cast) -> None:
    kettles(cast)
    ana = browser(cast, "ana")
    lines = {
        "title": "Mine",
        "is_active": "on",
        "whose": "me",
        "sort_by": "updated",
        "sort_way": "-",
        "group_by": "priority",
        "column_0": "priority",
        "all-count": "1",
        "all-0-shown": "status",
        "all-0-field": "status",
        "all-0-operator": "less_than",
        "all-0-value-0": "solved",
        "any-count": "0",
    }
    previewed = ana.post("/agent/view-editor/new/", {**lines, "title": "", "do": "preview"}).content.decode()
    assert "3 tickets" in previewed
    assert "Priority: High" in previewed
    assert not View.objects.filter(title="Mine").exists()
    made = ana.post("/agent/view-editor/new/", {**lines, "do": "save"}, follow=True)
    assert "Mine is there" in made.content.decode()
    view = View.objects.get(title="Mine")
    assert (view.owner, view.columns, view.group_by) == (cast.users["ana"], ["subject", "priority"], "priority")
    broken = ana.post(f"/agent/view-editor/{view.pk}/", {**lines, "all-count": "0", "do": "save"})
    assert (broken.status_code, b"needs one on status" in broken.content) == (422, True)
    assert browser(cast, "ben").get(f"/agent/view-editor/{view.pk}/").status_code == 404
    ana.post(f"/agent/view-editor/{view.pk}/delete/")
    assert not View.objects.filter(pk=view.pk).exists()
