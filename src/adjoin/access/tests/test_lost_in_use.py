"""A ticket that is taken from somebody who is at work on it is gone from every hand they have on it."""

from __future__ import annotations

from typing import Any

from adjoin.brands import actions as brand_actions
from adjoin.testing import asking, file_doors
from adjoin.testing.accounts import NOW
from adjoin.testing.desk import WEB, Desk, said, subject
from adjoin.tickets import actions
from adjoin.tickets.models import Comment


def post(desk: Desk, who: str, path: str, **given: Any) -> Any:
    """What somebody gets who sends a form or, to the API, JSON."""
    how: dict[str, Any] = {"content_type": "application/json"} if path.startswith("/api/") else {}
    send = desk.browsers[who].put if how else desk.browsers[who].post
    return send(path, given, headers={"host": desk.brands["home"].host}, **how)


def hands(desk: Desk, who: str, ticket: str) -> dict[str, bool]:
    """By which ways somebody still has hold of a ticket: reading, finding, counting, listening."""
    pk, word = desk.tickets[ticket].pk, subject(ticket)
    query = f"/api/v2/search/count?query={word}"
    return {
        "page": asking.ask(desk, who, f"/agent/tickets/{pk}/").status == 200,
        "parts that renew themselves": asking.ask(desk, who, f"/agent/tickets/{pk}/live/").status == 200,
        "api": asking.ask(desk, who, f"/api/v2/tickets/{pk}").status == 200,
        "list": asking.ask(desk, who, "/agent/tickets/").shows(word),
        "search": asking.ask(desk, who, f"/agent/search/?q={said(ticket, public=True)}").shows(f'/tickets/{pk}/"'),
        "count": b'"count":1' in asking.ask(desk, who, query).body.replace(b" ", b""),
        "live": ticket in file_doors.LiveUpdates().tickets(desk, who),
    }


def lets_go(desk: Desk, who: str, ticket: str) -> None:
    """What was open a moment ago is sent after all: nothing of it is written."""
    pk, before = desk.tickets[ticket].pk, Comment.objects.count()
    answers = [
        post(desk, who, f"/agent/tickets/{pk}/comment/", body="Half a thought", mode="note"),
        post(desk, who, f"/agent/tickets/{pk}/update/", priority="high"),
        post(desk, who, f"/api/v2/tickets/{pk}", ticket={"comment": {"body": "Half a thought", "public": False}}),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert Comment.objects.count() == before


def test_a_ticket_that_moves_to_another_brand_is_gone_from_whoever_has_it_open(desk: Desk) -> None:
    assert set(hands(desk, "vic", "home").values()) == {True}
    outdoor = desk.brands["outdoor"].pk
    actions.update(actor=desk.actor("ada"), ticket_id=desk.tickets["home"].pk, now=NOW, via=WEB, brand_id=outdoor)
    assert set(hands(desk, "vic", "home").values()) == {False}
    lets_go(desk, "vic", "home")


def test_who_is_taken_out_of_a_brand_loses_what_they_were_writing_there(desk: Desk) -> None:
    assert set(hands(desk, "vic", "home").values()) == {True}
    brand_actions.set_brands_of(user=desk.users["vic"], brands=[], now=NOW)
    assert set(hands(desk, "vic", "home").values()) == {False}
    lets_go(desk, "vic", "home")


def test_every_count_is_of_what_its_reader_reads(desk: Desk) -> None:
    """The numbers beside lists say no more than the lists: an agent of one brand and an admin count differently."""
    home = desk.organizations["Kettle Club"].pk
    for who in ("ben", "ana", "ada"):
        for path, rows in (
            (f"/api/v2/organizations/{home}/tickets", "tickets"),
            (f"/api/v2/users/{desk.users['eli'].pk}/tickets/ccd", "tickets"),
            ("/api/v2/groups", "groups"),
            ("/api/v2/users", "users"),
            ("/api/v2/organizations", "organizations"),
        ):
            listed = desk.browsers[who].get(path, headers={"host": desk.brands["home"].host}).json()
            counted = desk.browsers[who].get(f"{path}/count", headers={"host": desk.brands["home"].host}).json()
            assert counted["count"]["value"] == len(listed[rows]), (who, path)
