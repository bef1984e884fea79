"""What end users see of tickets over the API: their requests, in their brand, and nothing private."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.tickets.changes import NewComment
from adjoin.tickets.models import Ticket

CANARY = "canary-51c7"
OUTDOOR = "acme-outdoor.localhost"


def _requests(answer: Any) -> list[int]:
    return [request["id"] for request in answer.json()["requests"]]


def test_a_customer_files_a_request_and_reads_the_answer(api: Caller, cast: Cast) -> None:
    cyd = api.as_("cyd")
    answer = cyd.post("/requests", {"request": {"subject": "Kettle", "comment": {"body": "It leaks."}}})
    request = answer.json()["request"]
    assert (answer.status_code, answer["Location"], request["status"]) == (201, request["url"], "new")
    assert (request["description"], request["organization_id"]) == ("It leaks.", cast.organizations["Kettle Club"].pk)
    cast.update(
        "ana", Ticket.objects.get(pk=request["id"]), say="Which one?", status="pending", at=NOW + timedelta(days=999)
    )
    said = cyd.get(f"/requests/{request['id']}/comments").json()
    assert [(one["body"], one["author_id"]) for one in said["comments"]] == [
        ("It leaks.", cast.users["cyd"].pk),
        ("Which one?", cast.users["ana"].pk),
    ]
    assert {user["name"]: user["agent"] for user in said["users"]} == {"Cyd Example": False, "Ana Example": True}
    replied = cyd.put(f"/requests/{request['id']}", {"request": {"comment": {"body": "The blue one."}}})
    assert replied.json()["request"]["status"] == "open"


def test_no_private_byte_reaches_a_customer(api: Caller, cast: Cast) -> None:
    ticket = cast.ticket("cyd", tags=[CANARY], ccs=[cast.users["eli"].pk], followers=[cast.users["ana"].pk])
    cast.update("ana", ticket, note=f"{CANARY} is a difficult customer", at=NOW + timedelta(hours=1))
    private = cast.ticket("cyd", subject=CANARY, comment=_note(cast))
    upload = api.as_("ana").upload(f"{CANARY}.txt", b"x").json()["upload"]["token"]
    note = {"ticket": {"comment": {"body": CANARY, "public": False, "uploads": [upload]}}}
    assert api.as_("ana").put(f"/tickets/{ticket.pk}", note).status_code == 200
    for who in ("cyd", "dee", "eli"):
        for path in _everything(ticket.pk, private.pk, cast):
            answer = api.as_(who).get(path)
            assert CANARY not in answer.content.decode(), (who, path)
            assert str(cast.users["ana"].pk) not in str(answer.json().get("request", {}).get("collaborator_ids", ""))


def test_an_agent_sees_requests_as_a_customer_does(api: Caller, cast: Cast) -> None:
    theirs = cast.ticket("ana")
    cast.update("ada", theirs, note=CANARY)
    cast.ticket("cyd")
    assert _requests(api.as_("ana").get("/requests")) == [theirs.pk]
    assert CANARY not in api.as_("ana").get(f"/requests/{theirs.pk}/comments").content.decode()


def test_each_brands_host_shows_the_requests_of_that_brand(api: Caller, cast: Cast) -> None:
    home, outdoor = cast.ticket("cyd"), cast.ticket("cyd", brand_id=cast.outdoor.pk)
    assert _requests(api.as_("cyd").get("/requests")) == [home.pk]
    assert _requests(api.as_("cyd", host=OUTDOOR).get("/requests")) == [outdoor.pk]
    assert api.as_("cyd").get(f"/requests/{outdoor.pk}").status_code == 404
    filed = api.as_("cyd", host=OUTDOOR).post(
        "/requests", {"request": {"subject": "Tent", "comment": {"body": "Rain."}}}
    )
    assert Ticket.objects.get(pk=filed.json()["request"]["id"]).brand == cast.outdoor


def test_lists_narrow_by_status_and_by_how_one_came_to_it(api: Caller, cast: Cast) -> None:
    mine = cast.ticket("cyd")
    solved = cast.update("ana", cast.ticket("cyd"), status="solved")
    copied = cast.ticket("eli", ccs=[cast.users["cyd"].pk])
    cyd = api.as_("cyd")
    assert set(_requests(cyd.get("/requests"))) == {mine.pk, solved.pk}
    assert _requests(cyd.get("/requests", status="solved,closed")) == [solved.pk]
    assert _requests(cyd.get("/requests/open")) == [mine.pk]
    assert _requests(cyd.get("/requests/solved")) == [solved.pk]
    assert _requests(cyd.get("/requests/ccd")) == [copied.pk]
    assert _requests(cyd.get("/requests/search", query="broken", status="new")) == [mine.pk]


def test_an_organization_that_shares_shows_its_requests_to_members(api: Caller, cast: Cast) -> None:
    ticket, club = cast.ticket("cyd"), cast.organizations["Kettle Club"]
    assert api.as_("dee").get(f"/organizations/{club.pk}/requests").status_code == 404
    club.shared_tickets = True
    club.save()
    assert _requests(api.as_("dee").get(f"/organizations/{club.pk}/requests")) == [ticket.pk]
    assert _requests(api.as_("dee").get(f"/users/{cast.users['cyd'].pk}/requests")) == [ticket.pk]
    reply = {"request": {"comment": {"body": "Me too."}}}
    assert api.as_("dee").put(f"/requests/{ticket.pk}", reply).status_code == 403
    assert api.as_("eli").get(f"/organizations/{club.pk}/requests").status_code == 404


def test_only_the_requester_solves_and_only_once_an_agent_has_it(api: Caller, cast: Cast) -> None:
    ticket = cast.ticket("cyd", ccs=[cast.users["eli"].pk])
    solved = {"request": {"solved": True}}
    assert api.as_("cyd").put(f"/requests/{ticket.pk}", solved).status_code == 422
    cast.update("ana", ticket, assignee_id=cast.users["ana"].pk)
    assert api.as_("eli").put(f"/requests/{ticket.pk}", solved).status_code == 422
    answer = api.as_("cyd").put(f"/requests/{ticket.pk}", {"request": {"solved": True, "comment": {"body": "Thanks."}}})
    assert (answer.json()["request"]["status"], answer.json()["request"]["solved"]) == ("solved", True)


def test_colleagues_can_be_copied_strangers_cannot(api: Caller, cast: Cast) -> None:
    ticket = cast.ticket("cyd")
    cyd = api.as_("cyd")
    dee = {"request": {"additional_collaborators": [{"email": "dee@example.com", "name": "Dee"}]}}
    assert cyd.put(f"/requests/{ticket.pk}", dee).json()["request"]["email_cc_ids"] == [cast.users["dee"].pk]
    for stranger in ("eli@example.com", cast.users["eli"].pk, "new@example.com", True):
        answer = cyd.put(f"/requests/{ticket.pk}", {"request": {"additional_collaborators": [stranger]}})
        assert answer.status_code == 422
    assert ticket.copied.count() == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"request": {}}, 406),
        ({"request": {"comment": {"body": ""}}}, 422),
        ({"request": {"comment": 5}}, 422),
        ({"request": {"comment": {"body": ["a"]}}}, 422),
        ({"request": {"solved": "maybe"}}, 422),
        ({"request": []}, 400),
        ({}, 400),
        ("{", 400),
    ],
)
def test_updates_that_make_no_sense_change_nothing(api: Caller, cast: Cast, body: Any, status: int) -> None:
    ticket = cast.ticket("cyd")
    answer = api.as_("cyd").put(f"/requests/{ticket.pk}", body)
    assert (answer.status_code, "error" in answer.json()) == (status, True)
    assert ticket.audits.count() == 1


def test_a_customer_decides_nothing_that_is_for_agents(api: Caller, cast: Cast) -> None:
    body = {
        "request": {
            "subject": "Kettle",
            "comment": {"body": "It leaks.", "public": False, "author_id": cast.users["ana"].pk},
            "tags": ["vip"],
            "assignee_id": cast.users["ana"].pk,
            "requester_id": cast.users["dee"].pk,
            "status": "solved",
            "priority": "high",
        }
    }
    answer = api.as_("cyd").post("/requests", body)
    ticket = Ticket.objects.get(pk=answer.json()["request"]["id"])
    assert (ticket.tags, ticket.assignee, ticket.requester, ticket.status) == ([], None, cast.users["cyd"], "new")
    assert (ticket.priority, ticket.comments.get().is_public, ticket.comments.get().author) == (
        "high",
        True,
        ticket.requester,
    )
    assert '"request.tags"' in answer["x-zendesk-api-warn"]


def test_a_list_asks_as_often_for_thirty_as_for_three(api: Caller, cast: Cast) -> None:
    cyd, asked = api.as_("cyd"), list[int]()
    cyd.get("/requests")  # the first call of a minute notes when the token was used
    for amount in (3, 27):
        for _ in range(amount):
            cast.ticket("cyd", ccs=[cast.users["dee"].pk])
        with CaptureQueriesContext(connection) as queries:
            assert cyd.get("/requests", include="users,organizations").status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]


def _note(cast: Cast) -> NewComment:
    return NewComment(body=f"{CANARY} wrote", is_public=False, author_id=cast.users["ada"].pk)


def _everything(ticket_id: int, private_id: int, cast: Cast) -> list[str]:
    club, cyd = cast.organizations["Kettle Club"].pk, cast.users["cyd"].pk
    paths = [
        "/requests",
        "/requests/ccd",
        "/requests/open",
        f"/organizations/{club}/requests",
        f"/users/{cyd}/requests",
    ]
    paths += [f"/requests/search?query={CANARY}", "/requests/search?query=kettle", "/users/me", f"/users/{cyd}"]
    for pk in (ticket_id, private_id):
        paths += [f"/requests/{pk}", f"/requests/{pk}/comments", f"/tickets/{pk}", f"/tickets/{pk}/comments"]
        paths += [f"/tickets/{pk}/audits"]
    return [f"{path}{'&' if '?' in path else '?'}include=users,organizations,groups" for path in paths]
