"""What the API promises of lists of tickets: pages, narrowing, and what stands beside them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.tickets.models import Ticket


def _ids(answer: Any) -> list[int]:
    return [ticket["id"] for ticket in answer.json()["tickets"]]


def _path(url: str) -> str:
    return url.removeprefix("http://acme.localhost")


@pytest.mark.parametrize("sort", ["", "id", "-id", "updated_at", "-updated_at", "status", "-created_at"])
def test_cursors_walk_through_every_ticket_once_there_and_back(api: Caller, cast: Cast, sort: str) -> None:
    made = [cast.ticket("cyd", at=NOW + timedelta(hours=number % 3)).pk for number in range(7)]
    cast.update("ana", Ticket.objects.get(pk=made[3]), status="pending", at=NOW + timedelta(days=1))
    ana, parameters = api.as_("ana"), {"page[size]": 3, **({"sort": sort} if sort else {})}
    pages = [ana.get("/tickets", **parameters)]
    while pages[-1].json()["meta"]["has_more"]:
        link = pages[-1].json()["links"]["next"]
        assert link.startswith("http://acme.localhost/api/v2/tickets.json?")
        pages.append(ana.get(_path(link)))
    seen = [pk for page in pages for pk in _ids(page)]
    assert (sorted(seen), len(pages), "count" in pages[0].json()) == (made, 3, False)
    if sort in ("", "id", "-id"):
        assert seen == (made if sort != "-id" else made[::-1])
    back = ana.get(_path(pages[-1].json()["links"]["prev"]))
    assert _ids(back) == seen[3:6]
    assert _ids(ana.get(_path(back.json()["links"]["prev"]))) == seen[:3]
    beyond = ana.get(_path(pages[-1].json()["links"]["next"])).json()
    assert (beyond["tickets"], beyond["meta"]["after_cursor"], beyond["links"]["next"]) == ([], None, None)


def test_numbered_pages_walk_through_every_ticket_once(api: Caller, cast: Cast) -> None:
    made = [cast.ticket("cyd").pk for _ in range(7)]
    ana, seen = api.as_("ana"), list[int]()
    page = ana.get("/tickets", per_page=3, sort_by="created_at", sort_order="desc").json()
    assert (page["count"], page["previous_page"]) == (7, None)
    while True:
        seen += [ticket["id"] for ticket in page["tickets"]]
        if page["next_page"] is None:
            break
        page = ana.get(_path(page["next_page"])).json()
    assert seen == made[::-1]
    assert "page=2" in page["previous_page"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"page": "x"},
        {"page": 101, "per_page": 100},
        {"page[size]": 0},
        {"page[size]": "many"},
        {"page[size]": 2, "page[after]": "!!!"},
        {"page[size]": 2, "page[after]": "WyJpZCIsbnVsbCw5XQ", "sort": "updated_at"},
        {"page[size]": 2, "page[after]": "bnVsbA"},
        {"page[size]": 2, "sort": "shoe_size"},
    ],
)
def test_pages_that_cannot_be_are_refused(api: Caller, parameters: dict[str, Any]) -> None:
    answer = api.as_("ana").get("/tickets", **parameters)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "InvalidPaginationParameter")


def test_more_than_a_hundred_rows_are_a_hundred(api: Caller, cast: Cast) -> None:
    cast.ticket()
    assert api.as_("ana").get("/tickets", per_page=100_000).json()["count"] == 1
    assert api.as_("ana").get("/tickets", **{"page[size]": 100_000}).status_code == 200


def test_many_are_shown_by_their_ids_up_to_a_hundred(api: Caller, cast: Cast) -> None:
    first, second = cast.ticket(), cast.ticket()
    hidden = cast.ticket(brand_id=cast.outdoor.pk)
    asked = f"{second.pk},{first.pk},{hidden.pk},x,{2**70}"
    shown = api.as_("ana").get("/tickets/show_many", ids=asked).json()
    assert [ticket["id"] for ticket in shown["tickets"]] == [first.pk, second.pk, hidden.pk]
    ben = api.as_("ben").get("/tickets/show_many", ids=asked).json()
    assert ([ticket["id"] for ticket in ben["tickets"]], ben["count"]) == ([hidden.pk], 1)
    many = api.as_("ana").get("/tickets/show_many", ids=",".join(map(str, range(1, 102))))
    assert (many.status_code, many.json()["error"], many.json()["max_count"]) == (400, "TooManyValues", 100)


def test_lists_of_people_and_organizations_show_only_what_the_agent_reads(api: Caller, cast: Cast) -> None:
    ana, cyd, club = cast.users["ana"].pk, cast.users["cyd"].pk, cast.organizations["Kettle Club"].pk
    asked = cast.ticket("cyd", ccs=[cast.users["dee"].pk], followers=[ana], external_id="E-1")
    outdoor = cast.ticket("cyd", brand_id=cast.outdoor.pk, assignee_id=cast.users["ben"].pk)
    ada, ben = api.as_("ada"), api.as_("ben")
    assert _ids(ada.get(f"/users/{cyd}/tickets/requested")) == [asked.pk, outdoor.pk]
    assert _ids(ben.get(f"/users/{cyd}/tickets/requested")) == [outdoor.pk]
    assert _ids(ada.get(f"/users/{cast.users['dee'].pk}/tickets/ccd")) == [asked.pk]
    assert _ids(ada.get(f"/users/{ana}/tickets/followed")) == [asked.pk]
    assert _ids(ben.get(f"/users/{cast.users['ben'].pk}/tickets/assigned")) == [outdoor.pk]
    assert _ids(ben.get(f"/organizations/{club}/tickets")) == [outdoor.pk]
    assert ben.get(f"/organizations/{club}/tickets/count").json()["count"]["value"] == 1
    assert _ids(ada.get("/tickets", external_id="E-1")) == [asked.pk]
    assert ada.get("/users/999999/tickets/requested").json()["error"] == "RecordNotFound"


def test_what_is_sideloaded_stands_beside_the_tickets(api: Caller, cast: Cast) -> None:
    cast.ticket("cyd", assignee_id=cast.users["ana"].pk)
    asked = "users,groups,organizations,brands,last_audits,comment_count,teapots,None"
    body = api.as_("ana").get("/tickets", include=asked).json()
    assert {user["name"] for user in body["users"]} == {"Ana Example", "Cyd Example"}
    assert ([one["name"] for one in body["groups"]], [one["name"] for one in body["brands"]]) == (["Support"], ["Acme"])
    assert [one["name"] for one in body["organizations"]] == ["Kettle Club"]
    assert (body["tickets"][0]["comment_count"], len(body["last_audits"])) == (1, 1)


def test_a_list_asks_as_often_for_thirty_as_for_three(api: Caller, cast: Cast) -> None:
    ana, asked = api.as_("ana"), list[int]()
    ana.get("/tickets")  # the first call of a minute notes when the token was used
    for amount in (3, 27):
        for _ in range(amount):
            cast.ticket("cyd", ccs=[cast.users["dee"].pk], followers=[cast.users["ada"].pk])
        with CaptureQueriesContext(connection) as queries:
            ana.get("/tickets", include="users,groups,organizations,brands,last_audits,comment_count", per_page=50)
        asked.append(len(queries))
    assert asked[0] == asked[1]
