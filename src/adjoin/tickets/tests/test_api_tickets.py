"""What the API promises of tickets."""

from __future__ import annotations

from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.tickets.api.schemas import TicketJson

TICKET_KEYS = list(TicketJson.model_fields)


def test_a_ticket_has_zendesks_keys_in_zendesks_order(api: Caller, cast: Cast) -> None:
    ticket = cast.ticket("cyd", tags=["kettle"])
    answer = api.as_("ana").get(f"/tickets/{ticket.pk}.json")
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    shown = answer.json()["ticket"]
    assert list(shown) == TICKET_KEYS
    assert shown["url"] == f"http://acme.localhost/api/v2/tickets/{ticket.pk}.json"
    assert shown["description"] == "My kettle is broken."
    assert (shown["created_at"], shown["tags"], shown["brand_id"]) == ("2026-03-04T10:00:00Z", ["kettle"], cast.home.pk)


def test_a_new_ticket_answers_201_with_its_place_and_audit(api: Caller, cast: Cast) -> None:
    body = {"ticket": {"subject": "Tent", "comment": {"body": "It leaks."}, "requester": {"email": "Fay@example.com"}}}
    answer = api.as_("ana").post("/tickets", body)
    ticket = answer.json()["ticket"]
    assert (answer.status_code, answer["Location"]) == (201, ticket["url"])
    assert [event["type"] for event in answer.json()["audit"]["events"]].count("Comment") == 1
    asked = api.as_("ana").get(f"/users/{ticket['requester_id']}").json()["user"]
    assert (asked["email"], asked["name"], asked["role"]) == ("fay@example.com", "fay", "end-user")
