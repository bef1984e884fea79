"""Searching finds what is meant, among what the searcher may read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from adjoin.access.actors import Actor
from adjoin.search import queries
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.tickets.changes import NewComment
from adjoin.tickets.models import Ticket


@pytest.fixture
def kettle(cast: Cast) -> Ticket:
    """An open, urgent ticket about a kettle, with a tent's to tell it from."""
    cast.ticket("eli", subject="Torn tent", comment=NewComment(body="It rained in."), brand_id=cast.outdoor.pk)
    ticket = cast.ticket(
        "cyd",
        subject="Kettle doesn't whistle",
        tags=["kettle", "warranty"],
        priority="urgent",
        type="problem",
        external_id="E-7",
        ccs=[cast.users["dee"].pk],
        at=NOW - timedelta(days=3),
    )
    return cast.update("ana", ticket, note="Check the thermostat-valve.", assignee_id=cast.users["ana"].pk)


def _found(cast: Cast, text: str, who: str = "ana") -> list[int]:
    return list(queries.tickets(cast.actor(who), text, NOW).order_by("pk").values_list("pk", flat=True))


FINDS = [
    *(
        "kettle",
        "KETTLE",
        "kett",
        "kett*",
        '"my kettle is broken"',
        "kettle whistle",
        "thermostat",
        "kettle -rained",
    ),
    *(
        "status:open",
        "status>new",
        "status<solved kettle",
        "priority:urgent",
        "priority>=high",
        "ticket_type:problem",
    ),
    *("tags:kettle", "tags:kettle tags:nothing", "-tags:none", 'subject:"doesn\'t whistle"', "subject:whis"),
    *("requester:cyd@example.com", "requester:Cyd", 'requester:"Cyd Example"', "assignee:me", "-assignee:none"),
    *(
        "cc:dee",
        "commenter:ana",
        "organization:kettle",
        'organization:"Kettle Club"',
        "group:support",
        "brand:acme kettle",
    ),
    *("created<2026-03-02", "created:2026-03-01", "created<2days", "updated>=2026-03-04T10:00:00Z kettle"),
    *("external_id:E-7", "via:web kettle", "solved:none kettle", "description:broken", "comment:thermostat"),
    "kettle type:ticket order_by:created sort:asc",
]
FINDS_NOT = [
    *(
        "ettle",
        "whistling",
        '"kettle my"',
        "status:solved",
        "status:happy",
        "priority:none tags:kettle",
        "tags:kett",
    ),
    *("assignee:none tags:kettle", "requester:dee", "created>1day tags:kettle", "created:soon", "type:user", ""),
    *("---", "nothing:here", "kettle -kettle", "requester:999999", "'", "\\", "a\x00b", "kettle & !tent", ":*"),
]


def test_each_way_of_asking_finds_the_kettle_alone(cast: Cast, kettle: Ticket) -> None:
    assert {text: found for text in FINDS if (found := _found(cast, text)) != [kettle.pk]} == {}


def test_nothing_else_finds_it(cast: Cast, kettle: Ticket) -> None:
    assert {text: found for text in FINDS_NOT if (found := _found(cast, text))} == {}


def test_a_tickets_number_finds_it(cast: Cast, kettle: Ticket) -> None:
    assert kettle.pk in _found(cast, str(kettle.pk))
    assert kettle.pk in _found(cast, f"#{kettle.pk}")


@pytest.mark.parametrize(
    ("who", "finds"), [("ada", True), ("ana", True), ("ben", False), ("cyd", False), ("eli", False)]
)
def test_words_of_a_note_are_found_only_by_those_who_read_it(cast: Cast, kettle: Ticket, who: str, finds: bool) -> None:
    assert (_found(cast, "thermostat", who) == [kettle.pk]) is finds


def test_customers_cannot_feel_for_what_is_for_agents(cast: Cast, kettle: Ticket) -> None:
    assert _found(cast, "kettle", "cyd") == [kettle.pk]
    asked = ("tags:warranty", "assignee:ana", "group:support", "external_id:E-7", "commenter:ana")
    assert {text: found for text in asked if (found := _found(cast, text, "cyd"))} == {}
    assert queries.tickets(Actor.anonymous(), "kettle", NOW).count() == 0


def test_the_api_finds_everything_and_says_what_it_is(api: Caller, cast: Cast, kettle: Ticket) -> None:
    body = api.as_("ana").get("/search", query="kettle").json()
    assert list(body) == ["results", "facets", "next_page", "previous_page", "count"]
    assert [(one["result_type"], one["id"]) for one in body["results"]] == [
        ("ticket", kettle.pk),
        ("organization", cast.organizations["Kettle Club"].pk),
    ]
    assert api.as_("ana").get("/search/count", query="kettle").json() == {"count": 2}
    people = api.as_("ana").get("/search", query="type:user role:agent").json()["results"]
    assert [one["name"] for one in people] == ["Ana Example", "Ben Example"]
    assert [one["name"] for one in api.as_("ana").get("/users/search", query="cyd@example.com").json()["users"]] == [
        "Cyd Example"
    ]


def test_pages_walk_through_every_kind_once_up_to_a_thousand(api: Caller, cast: Cast) -> None:
    tickets = [cast.ticket("cyd", subject=f"Example {number}").pk for number in range(3)]
    ana, seen, path = api.as_("ana"), list[tuple[str, int]](), "/search?query=example&per_page=2"
    while path:
        page: Any = ana.get(path).json()
        seen += [(one["result_type"], one["id"]) for one in page["results"]]
        path = (page["next_page"] or "").removeprefix("http://acme.localhost")
    assert len(seen) == len(set(seen)) == page["count"]
    assert {pk for kind, pk in seen if kind == "ticket"} == set(tickets)
    beyond = ana.get("/search?query=example&page=11")
    assert (beyond.status_code, beyond.json()["error"]) == (422, "invalid")
    assert ana.get("/search?query=").status_code == 422


def test_results_come_in_the_order_asked_for(api: Caller, cast: Cast) -> None:
    made = {name: cast.ticket("cyd", priority=name).pk for name in ("normal", "urgent", "low", "high")}
    found = api.as_("ana").get("/search", query="type:ticket kettle", sort_by="priority").json()["results"]
    assert [one["id"] for one in found] == [made[name] for name in ("urgent", "high", "normal", "low")]


def test_an_export_goes_beyond_a_thousand_by_cursor(api: Caller, cast: Cast) -> None:
    made = [cast.ticket("cyd").pk for _ in range(5)]
    ana, seen = api.as_("ana"), list[int]()
    page = ana.get("/search/export", **{"query": "kettle", "filter[type]": "ticket", "page[size]": 2}).json()
    while True:
        seen += [one["id"] for one in page["results"]]
        if not page["meta"]["has_more"]:
            break
        page = ana.get(page["links"]["next"].removeprefix("http://acme.localhost")).json()
    assert seen == made
    assert ana.get("/search/export", query="kettle").status_code == 422
