"""A write that is sent again with the same Idempotency-Key happened once."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.tickets.idempotency import LIFETIME
from adjoin.tickets.models import IdempotencyKey, Ticket

BODY = {"ticket": {"subject": "Tent", "comment": {"body": "It leaks."}}}


def test_sending_again_gives_the_same_answer_and_no_second_ticket(api: Caller) -> None:
    ana = api.as_("ana")
    first = ana.post("/tickets", BODY, Idempotency_Key="k1")
    again = ana.post("/tickets", BODY, Idempotency_Key="k1")
    assert (first["x-idempotency-lookup"], again["x-idempotency-lookup"]) == ("miss", "hit")
    assert (again.status_code, again.content, again["Location"]) == (201, first.content, first["Location"])
    assert again["Content-Type"] == "application/json; charset=utf-8"
    assert Ticket.objects.count() == 1


def test_another_body_with_the_same_key_is_refused(api: Caller) -> None:
    ana = api.as_("ana")
    ana.post("/tickets", BODY, Idempotency_Key="k1")
    other = {"ticket": {"subject": "Kettle", "comment": {"body": "It leaks."}}}
    answer = ana.post("/tickets", other, Idempotency_Key="k1")
    assert (answer.status_code, answer.json()["error"]) == (400, "IdempotentRequestError")
    assert Ticket.objects.count() == 1


def test_keys_of_two_people_never_meet(api: Caller) -> None:
    api.as_("ana").post("/tickets", BODY, Idempotency_Key="k1")
    assert api.as_("ada").post("/tickets", BODY, Idempotency_Key="k1")["x-idempotency-lookup"] == "miss"
    assert Ticket.objects.count() == 2


def test_a_refused_write_leaves_its_key_unused(api: Caller) -> None:
    ana = api.as_("ana")
    wrong = {"ticket": {"subject": "Tent", "comment": {"body": "It leaks."}, "priority": "very"}}
    assert ana.post("/tickets", wrong, Idempotency_Key="k1").status_code == 422
    assert ana.post("/tickets", BODY, Idempotency_Key="k1").status_code == 201


def test_keys_are_forgotten_after_two_hours(api: Caller) -> None:
    ana = api.as_("ana")
    ana.post("/tickets", BODY, Idempotency_Key="k1")
    ana.post("/tickets", BODY, Idempotency_Key="k2")
    IdempotencyKey.objects.update(created_at=timezone.now() - LIFETIME - timedelta(minutes=1))
    assert ana.post("/tickets", BODY, Idempotency_Key="k1")["x-idempotency-lookup"] == "miss"
    assert set(IdempotencyKey.objects.values_list("key", flat=True)) == {"k1"}


def test_updates_and_uploads_take_keys_too(api: Caller, cast: Cast) -> None:
    ticket = cast.ticket()
    reply = {"ticket": {"comment": {"body": "We look into it."}}}
    for _ in range(2):
        assert api.as_("ana").put(f"/tickets/{ticket.pk}", reply, Idempotency_Key="k1").status_code == 200
    assert ticket.comments.count() == 2


def test_a_key_too_long_is_refused(api: Caller) -> None:
    assert api.as_("ana").post("/tickets", BODY, Idempotency_Key="k" * 256).status_code == 400
