"""What the API says of tickets that cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from adjoin.people.models import User
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.tickets.models import Audit, Ticket

WRONG: list[tuple[Any, int, str]] = [
    ("{", 400, ""),
    ("[]", 400, ""),
    ("null", 400, ""),
    ('{"ticket": {"subject": "\\ud800"}}', 400, ""),
    ('{"ticket": {"due_at": NaN}}', 400, ""),
    ("[" * 100_000, 400, ""),
    (b"\xff\xfe", 400, ""),
    ({}, 400, ""),
    ({"ticket": "x"}, 400, ""),
    ({"ticket": {"subject": 5}}, 422, "subject"),
    ({"ticket": {"subject": {"a": 1}}}, 422, "subject"),
    ({"ticket": {"status": "happy"}}, 422, "status"),
    ({"ticket": {"status": None}}, 422, "status"),
    ({"ticket": {"priority": ["high"]}}, 422, "priority"),
    ({"ticket": {"type": "cat"}}, 422, "type"),
    ({"ticket": {"assignee_id": 2**70}}, 422, "assignee_id"),
    ({"ticket": {"assignee_id": "ana"}}, 422, "assignee_id"),
    ({"ticket": {"assignee_id": "9" * 5000}}, 422, "assignee_id"),
    ({"ticket": {"assignee_email": "nobody@example.com"}}, 422, "assignee_email"),
    ({"ticket": {"requester_id": -1}}, 422, "requester_id"),
    ({"ticket": {"requester": "cyd"}}, 422, "requester"),
    ({"ticket": {"requester": {"name": "Cyd"}}}, 422, "requester"),
    ({"ticket": {"requester": {"email": "no address"}}}, 422, "email"),
    ({"ticket": {"brand_id": 999_999}}, 422, "brand_id"),
    ({"ticket": {"due_at": "tomorrow"}}, 422, "due_at"),
    ({"ticket": {"due_at": 5}}, 422, "due_at"),
    ({"ticket": {"external_id": {"a": 1}}}, 422, "external_id"),
    ({"ticket": {"tags": 5}}, 422, "tags"),
    ({"ticket": {"tags": [["a"]]}}, 422, "tags"),
    ({"ticket": {"additional_tags": {"a": 1}}}, 422, "additional_tags"),
    ({"ticket": {"comment": {"body": ""}}}, 422, "comment"),
    ({"ticket": {"comment": 5}}, 422, "comment"),
    ({"ticket": {"comment": {"body": 5}}}, 422, "comment"),
    ({"ticket": {"comment": {"body": "x", "public": "perhaps"}}}, 422, "public"),
    ({"ticket": {"comment": {"body": "x", "author_id": 999_999}}}, 422, "author_id"),
    ({"ticket": {"comment": {"body": "x", "uploads": ["nope"]}}}, 422, "uploads"),
    ({"ticket": {"comment": {"body": "x", "uploads": [5]}}}, 422, "uploads"),
    ({"ticket": {"email_ccs": "dee"}}, 422, "email_ccs"),
    ({"ticket": {"email_ccs": [{"user_id": 999_999}]}}, 422, "email_ccs"),
    ({"ticket": {"collaborators": [[1]]}}, 422, "collaborators"),
    ({"ticket": {"collaborators": list(range(101))}}, 400, ""),
    ({"ticket": {"safe_update": True}}, 422, "updated_stamp"),
    ({"ticket": {"submitter_id": "me"}}, 422, "submitter_id"),
]


def test_wrong_bodies_get_a_clear_error_and_change_nothing(api: Caller, cast: Cast) -> None:
    ticket, ana = cast.ticket(subject="As it was"), api.as_("ana")
    people, tickets = User.objects.count(), Ticket.objects.count()
    for body, status, field in WRONG:
        answer = ana.put(f"/tickets/{ticket.pk}", body)
        told = answer.json()
        named = list(told.get("details", {field: 0}))
        assert (answer.status_code, "error" in told, named) == (status, True, [field]), str(body)[:80]
        if status == 400:
            assert ana.post("/tickets", body).status_code == 400
    kept = Ticket.objects.get(pk=ticket.pk)
    assert (kept.subject, kept.status, kept.comments.count()) == ("As it was", "new", 1)
    assert Audit.objects.filter(ticket=ticket).count() == 1
    assert (User.objects.count(), Ticket.objects.count()) == (people, tickets)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"comment": None}, "base"),
        ({"requester_id": 999_999}, "requester_id"),
        ({"submitter_id": 999_999}, "submitter_id"),
        ({"organization_id": "x", "status": "x"}, "status"),
    ],
)
def test_wrong_new_tickets_are_refused(api: Caller, wrong: dict[str, Any], field: str) -> None:
    answer = api.as_("ana").post("/tickets", {"ticket": {"comment": {"body": "x"}, **wrong}})
    assert (answer.status_code, list(answer.json()["details"]), Ticket.objects.count()) == (422, [field], 0)


def test_text_may_hold_anything_that_is_text(api: Caller) -> None:
    odd = "NUL \x00 bell \x07 \U0001f600 \u202e ; DROP TABLE tickets_ticket; -- %s {{x}} <b>"
    body = {"ticket": {"subject": odd, "comment": {"body": odd}, "tags": [odd], "external_id": odd}}
    answer = api.as_("ana").post("/tickets", body)
    assert answer.status_code == 201
    ticket = answer.json()["ticket"]
    assert "\x00" not in ticket["subject"]
    assert "DROP TABLE" in ticket["subject"]
    assert "<b>" not in api.as_("ana").get(f"/tickets/{ticket['id']}/comments").json()["comments"][0]["html_body"]
