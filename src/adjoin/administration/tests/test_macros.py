"""Macros on pages: made, filled in without sending, sent by whoever applies them, and applied to many tickets."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from adjoin.people import actions as people
from adjoin.rules import macro_writes
from adjoin.rules.models import Macro
from adjoin.testing import jobs
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.tickets.models import Audit, Comment

SOLVE = [
    {"field": "comment_value", "value": "Dear {{ticket.requester.first_name}}, done."},
    {"field": "status", "value": "solved"},
    {"field": "current_tags", "value": "returned"},
]


def _browser(cast: Cast, name: str) -> Client:
    client = Client(headers={"host": "acme.localhost"})
    client.force_login(cast.user(name), backend="adjoin.people.backends.PasswordBackend")
    return client


@pytest.fixture
def solve(cast: Cast) -> Macro:
    return macro_writes.create_macro(actor=cast.actor("ada"), title="Solve", actions=SOLVE, now=NOW)


def _composer(**more: Any) -> dict[str, Any]:
    return {"mode": "reply", "body": "", "status": "", "key": "k1", "macro": "", **more}


def test_a_macro_fills_the_composer_and_is_sent_with_it_in_one_update(cast: Cast, solve: Macro) -> None:
    ticket, ana = cast.ticket(), _browser(cast, "ana")
    address = f"/agent/tickets/{ticket.pk}"
    assert "Solve" in ana.get(f"{address}/").content.decode()
    filled = ana.post(f"{address}/macro/", _composer(body="Hello.", apply=solve.pk)).content.decode()
    assert "Hello.\n\nDear Cyd, done." in filled
    assert "Status: Solved, Add tags: returned, once this is sent" in filled
    ticket.refresh_from_db()
    assert (ticket.status, ticket.tags) == ("new", [])
    back = ana.post(f"{address}/macro/", _composer(body="Hello.\r\n\r\nDear Cyd, done.", macro=solve.pk, apply=""))
    assert "Dear Cyd" not in back.content.decode()
    ana.post(f"{address}/comment/", _composer(body="Hello.\n\nDear Cyd, done.", macro=solve.pk))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.tags, ticket.assignee_id) == ("solved", ["returned"], cast.users["ana"].pk)
    assert Comment.objects.filter(ticket=ticket).latest("pk").body == "Hello.\n\nDear Cyd, done."
    assert Audit.objects.filter(ticket=ticket).count() == 2


def test_a_macro_changes_nothing_that_its_user_may_not_change(cast: Cast, solve: Macro) -> None:
    cast.add("lia", "agent", only_private_comments=True)
    lia, ticket = _browser(cast, "lia"), cast.ticket(followers=[cast.users["lia"].pk])
    refused = lia.post(f"/agent/tickets/{ticket.pk}/comment/", _composer(mode="note", body="x", macro=solve.pk))
    assert refused.status_code == 422
    ticket.refresh_from_db()
    assert ticket.status == "new"


def test_a_macro_of_others_is_not_applied(cast: Cast) -> None:
    ben = cast.actor("ben")
    his = macro_writes.create_macro(actor=ben, title="His", actions=SOLVE, now=NOW, owner_id=ben.user_id)
    ticket, ana = cast.ticket(), _browser(cast, "ana")
    for path, sent in (("macro", _composer(apply=his.pk)), ("comment", _composer(body="x", macro=his.pk))):
        assert ana.post(f"/agent/tickets/{ticket.pk}/{path}/", sent).status_code in (404, 422)
    ticket.refresh_from_db()
    assert ticket.status == "new"


def test_a_macro_is_applied_to_the_tickets_of_a_list(cast: Cast, solve: Macro) -> None:
    tickets = [cast.ticket(), cast.ticket("eli")]
    ana = _browser(cast, "ana")
    ana.post("/agent/tickets/change/", {"ids": [one.pk for one in tickets], "macro": solve.pk, "add_tags": "more"})
    jobs.run_jobs()
    for ticket, name in zip(tickets, ("Cyd", "Eli"), strict=True):
        ticket.refresh_from_db()
        assert (ticket.status, "returned" in ticket.tags) == ("solved", True)
        assert Comment.objects.filter(ticket=ticket).latest("pk").body == f"Dear {name}, done."


def test_files_of_a_macro_go_with_the_answer_unless_they_are_left_out(cast: Cast, solve: Macro) -> None:
    ada, ana, ticket = _browser(cast, "ada"), _browser(cast, "ana"), cast.ticket()
    for name in ("label.txt", "terms.txt"):
        ada.post(f"/agent/macros/{solve.pk}/files/", {"file": SimpleUploadedFile(name, name.encode())})
    assert "label.txt" in ada.get(f"/agent/macros/{solve.pk}/").content.decode()
    assert ana.post(f"/agent/macros/{solve.pk}/files/", {"file": SimpleUploadedFile("x", b"x")}).status_code == 404
    label, terms = solve.attachments.order_by("pk")
    address = f"/agent/tickets/{ticket.pk}"
    filled = ana.post(f"{address}/macro/", _composer(apply=solve.pk)).content.decode()
    assert filled.count('name="macro_files"') == filled.count(" checked> <span") == 2
    ana.post(f"{address}/comment/", _composer(body="Here.", macro=solve.pk, macro_files=[label.pk]))
    said = Comment.objects.filter(ticket=ticket).latest("pk")
    assert [one.file_name for one in said.attachments.all()] == ["label.txt"]
    ada.post(f"/agent/macros/{solve.pk}/files/{label.pk}/remove/")
    assert said.attachments.get().sha256 == label.sha256  # the answer keeps its own
    assert [one.file_name for one in solve.attachments.all()] == [terms.file_name]
    other = cast.ticket("eli")
    ana.post("/agent/tickets/change/", {"ids": [other.pk], "macro": solve.pk})
    jobs.run_jobs()
    assert Comment.objects.filter(ticket=other).latest("pk").attachments.get().file_name == "terms.txt"


def test_macros_are_made_and_changed_on_their_page(cast: Cast) -> None:
    lines = {
        "title": "Returns::Sent",
        "is_active": "on",
        "actions-count": "1",
        "actions-0-shown": "comment_value",
        "actions-0-field": "comment_value",
        "actions-0-value-0": "On its way, {{ticket.requester.name}}",
        "do": "save",
    }
    ana, ada = _browser(cast, "ana"), _browser(cast, "ada")
    assert ana.post("/agent/macros/new/", {**lines, "whose": "all"}).status_code == 422  # not hers to give
    assert ana.post("/agent/macros/new/", {**lines, "whose": "me"}).status_code == 302
    own = Macro.objects.get(title="Returns::Sent")
    assert own.owner_id == cast.users["ana"].pk
    assert "Returns::Sent" in ana.get("/agent/macros/").content.decode()
    assert "Returns::Sent" not in ada.get("/agent/macros/").content.decode()
    assert ada.get(f"/agent/macros/{own.pk}/").status_code == 404
    broken = ana.post(f"/agent/macros/{own.pk}/", {**lines, "whose": "me", "actions-0-value-0": "{% for %}"})
    assert (broken.status_code, "actions-0-error" in broken.content.decode()) == (422, True)
    ana.post(f"/agent/macros/{own.pk}/delete/")
    assert not Macro.objects.filter(pk=own.pk).exists()


def test_whoever_makes_a_macro_chooses_among_what_they_know_of(cast: Cast) -> None:
    vault = people.create_group(name="The Vault", is_public=False, now=NOW)
    line = {"actions-count": "1", "actions-0-field": "group_id", "do": "refresh"}
    shown = {name: _browser(cast, name).post("/agent/macros/new/", line).content.decode() for name in ("ana", "ada")}
    assert (vault.name in shown["ana"], vault.name in shown["ada"]) == (False, True)
    assert cast.support.name in shown["ana"]
