"""What becomes of requests of people who have not signed in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from playwright.sync_api import expect

from adjoin.access import readable
from adjoin.access.actors import Actor
from adjoin.brands import actions as brands
from adjoin.brands.models import Admission
from adjoin.kernel.errors import Invalid
from adjoin.people import actions as people
from adjoin.people import sender_lists
from adjoin.people.models import User
from adjoin.people.terms import Role
from adjoin.suspended import actions
from adjoin.suspended.models import SuspendedFile, SuspendedTicket
from adjoin.suspended.terms import Cause
from adjoin.testing.accounts import NOW
from adjoin.testing.api import HOST, Caller
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs
from adjoin.testing.pages import Open
from adjoin.tickets.models import Attachment, Ticket
from adjoin.tickets.terms import Channel

NEW = "/hc/en/requests/new/"
ASKED = {"name": "Zoe", "email": "zoe@customer.example", "subject": "Zq spam subject", "body": "Zq spam body"}


def open_up(cast: Cast, **more: Any) -> None:
    cast.home = brands.change_brand(brand=cast.home, now=NOW, admission=Admission.OPEN, **more)


def send(cast: Cast, **more: Any) -> Any:
    said = actions.Said(**{**ASKED, **more})
    return actions.receive(brand=cast.home, said=said, channel=Channel.HELP_CENTER, now=NOW)


def test_a_stranger_asks_confirms_the_address_and_is_answered(cast: Cast) -> None:
    visitor = Client(headers={"host": HOST})
    assert visitor.get(NEW).status_code == 302  # closed, as every brand is at first
    open_up(cast)
    assert visitor.get(NEW).status_code == 200
    picture = SimpleUploadedFile("kettle.png", b"zq bytes of a file")
    script, big = SimpleUploadedFile("kettle.exe", b"MZ"), SimpleUploadedFile("big.txt", bytes(6 * 1024 * 1024))
    for refused in (script, big):
        assert visitor.post(NEW, {**ASKED, "attachments": refused}).status_code == 422
    for file in (SimpleUploadedFile("other.txt", b"zq not theirs"), picture):
        assert visitor.post(NEW, {**ASKED, "attachments": file})["Location"] == "/hc/en/requests/sent/"
    held = SuspendedFile.objects.get(file_name="kettle.png")
    ada = Client(headers={"host": HOST})
    ada.force_login(cast.user("ada"))
    assert "kettle.png" in ada.get(f"/agent/suspended/{held.row_id}/").content.decode()
    path = f"/agent/suspended/{held.row_id}/files/{held.pk}/"
    download: Any = ada.get(path)
    assert b"".join(download.streaming_content) == b"zq bytes of a file"
    assert visitor.get(path).status_code == 302
    run_jobs()
    (letter,) = mail.outbox  # one a day, however much is sent
    assert letter.to == [ASKED["email"]]
    assert "spam" not in letter.subject + str(letter.body)
    assert not User.objects.with_email(ASKED["email"]).exists()
    assert not readable.tickets(Actor.system()).exists()
    link = re.search(r"http\S+(/hc/en/requests/confirm/\w+/)", str(letter.body))
    assert link is not None
    assert visitor.get(link[1]).content.decode().count("Zq spam subject") == 2
    mine = SuspendedTicket.objects.newest_first().values_list("pk", flat=True)[0]
    unsaid = visitor.post(link[1])  # would delete everything, if the button were taken at its word
    assert (unsaid.status_code, "Tick what is yours" in unsaid.content.decode()) == (422, True)
    assert SuspendedTicket.objects.count() == 2
    assert "has your request" in visitor.post(link[1], {"chosen": [mine]}).content.decode()
    ticket = Ticket.objects.get()
    assert (ticket.requester.email, ticket.requester.is_verified, ticket.brand) == (ASKED["email"], True, cast.home)
    assert [file.file_name for file in Attachment.objects.filter(comment__ticket=ticket)] == ["kettle.png"]
    assert not SuspendedTicket.objects.exists()
    assert not SuspendedFile.objects.exists()
    assert visitor.get(link[1]).status_code == 410


def test_what_is_not_theirs_is_deleted_once_its_owner_says_so(cast: Cast) -> None:
    open_up(cast)
    send(cast)
    SuspendedTicket.objects.update(digest="")  # only the mail has its link
    secret = actions.link_for(SuspendedTicket.objects.get(), NOW)
    visitor = Client(headers={"host": "acme.localhost"})
    answer = visitor.post(f"/hc/en/requests/confirm/{secret}/", {"none": "1"})
    assert "Nothing was sent on" in answer.content.decode()
    assert not SuspendedTicket.objects.exists()
    assert not User.objects.with_email(ASKED["email"]).exists()


def test_each_reason_to_wait_is_named(cast: Cast) -> None:
    open_up(cast, verifies_first=False)
    made = send(cast)
    assert isinstance(made, Ticket)
    run_jobs()
    assert mail.outbox == []  # no rule mails a stranger's words to an address that nobody has confirmed
    assert send(cast).cause == Cause.SIGNED_OUT  # now the address is somebody's
    assert send(cast, email="ana@example.com").cause == Cause.SIGNED_OUT
    people.update_user(user=cast.users["eli"], is_suspended=True, now=NOW)
    assert send(cast, email="eli@example.com").cause == Cause.PERSON_SUSPENDED
    blocked = "bad.example reject:worse.example"
    sender_lists.change(allowlist="", blocklist="*", now=NOW)
    assert send(cast, email="eve@bad.example").cause == Cause.NOT_ALLOWED  # no list names her
    sender_lists.change(allowlist="", blocklist=blocked, now=NOW)
    assert send(cast, email="eve@bad.example").cause == Cause.BLOCKED
    with pytest.raises(Invalid, match="not taken here"):
        send(cast, email="eve@worse.example")
    for _ in range(3):
        send(cast)
    assert send(cast).cause == Cause.FLOOD
    open_up(cast, verifies_first=True)
    assert send(cast, email="new@customer.example").cause == Cause.NOT_CONFIRMED


def test_what_waits_is_seen_recovered_and_deleted_by_those_of_its_brand(cast: Cast, api: Caller) -> None:
    open_up(cast)
    role = people.create_role(
        name="Guard", configuration={"ticket_access": "all", "manage_suspended_tickets": True}, now=NOW
    )
    for name in ("ana", "ben"):
        people.update_user(user=cast.users[name], custom_role=role, now=NOW)
    cast.add("gus", Role.AGENT, ticket_restriction="groups")  # one who is not restricted looks after them
    rows = [send(cast, email=f"{number}@customer.example") for number in range(3)]
    seen = {
        who: readable.suspended_tickets(cast.actor(who)).count()
        for who in ("ada", "ana", "ben", "gus", "cyd", "anonymous")
    }
    assert seen == {"ada": 3, "ana": 3, "ben": 0, "gus": 0, "cyd": 0, "anonymous": 0}
    assert api.as_("gus").get("/suspended_tickets").status_code == 403
    listed = api.as_("ana").get("/suspended_tickets?sort_by=author_email").json()["suspended_tickets"]
    assert listed[0]["author"]["email"] == "0@customer.example"
    assert (listed[0]["cause_id"], listed[0]["brand_id"]) == (12, cast.home.pk)
    assert api.as_("ben").put(f"/suspended_tickets/{rows[0].pk}/recover").status_code == 404
    made = api.as_("ana").put(f"/suspended_tickets/recover_many?ids={rows[0].pk},{rows[1].pk}").json()["tickets"]
    assert [User.objects.get(pk=one["requester_id"]).email for one in made] == [row.author_email for row in rows[:2]]
    assert api.as_("ana").delete(f"/suspended_tickets/{rows[2].pk}").status_code == 204
    page = Client(headers={"host": HOST})
    page.force_login(cast.user("ana"))
    assert "Nothing waits" in page.get("/agent/suspended/").content.decode()
    send(cast, subject="<b>Loud</b>")
    assert "&lt;b&gt;Loud" in page.get("/agent/suspended/").content.decode()
    assert actions.forget_old(NOW + timedelta(days=13)) == 0
    assert actions.forget_old(NOW + timedelta(days=15)) == 1


def test_a_program_asks_without_credentials_and_learns_nothing(cast: Cast, api: Caller) -> None:
    asked = {
        "request": {
            "subject": "Hello",
            "comment": {"body": "Words"},
            "requester": {"name": "Z", "email": "z@z.example"},
        }
    }
    assert api.as_("").post("/requests", asked).status_code == 401
    open_up(cast, verifies_first=False)
    answers = []
    for email in ("z@z.example", "ana@example.com"):
        asked["request"]["requester"] = {"name": "Z", "email": email}
        answers.append(api.as_("").post("/requests", asked))
    assert {(one.status_code, one.content) for one in answers} == {(201, answers[0].content)}
    assert answers[0].json()["request"]["subject"] == "Hello"
    assert Ticket.objects.count() == 1
    open_up(cast, verifies_first=True)
    assert api.as_("").post("/requests", asked).json()["suspended_ticket"]["cause_id"] == Cause.NOT_CONFIRMED


def test_people_register_with_an_address_they_confirm(cast: Cast) -> None:
    visitor = Client(headers={"host": HOST})
    assert visitor.get("/hc/en/register/").status_code == 404
    open_up(cast)
    cast.home.refresh_from_db()
    sender_lists.change(allowlist="", blocklist="bad.example", now=NOW)
    refused = visitor.post("/hc/en/register/", {"name": "Eve", "email": "eve@bad.example"})
    assert (refused.status_code, "does not take registrations" in refused.content.decode()) == (422, True)
    for email in ("zoe@customer.example", "cyd@example.com"):
        assert visitor.post("/hc/en/register/", {"name": "Zq", "email": email}).status_code == 302
    run_jobs()
    link, known = mail.outbox
    assert "Zq" not in str(link.body)
    assert "password" in known.subject
    path = re.search(r"http\S+?(/hc/en/register/\S+)", str(link.body))
    assert path is not None
    assert visitor.post(path[1], {"name": "Zoe", "password": "12345678"}).status_code == 422
    assert visitor.post(path[1], {"name": "Zoe", "password": "kettle-and-tent-42"}).status_code == 302
    user = User.objects.get(email="zoe@customer.example")
    assert (user.name, user.is_verified, user.role) == ("Zoe", True, Role.END_USER)
    assert visitor.get("/hc/en/requests/").status_code == 200
    assert Client(headers={"host": HOST}).get(path[1]).status_code == 410


@pytest.mark.browser
def test_everything_that_waits_is_ticked_with_one_box(cast: Cast, open_page: Open) -> None:
    open_up(cast)
    for number in range(3):
        send(cast, email=f"{number}@customer.example")
    page = open_page("/agent/suspended/", name="ada")
    page.get_by_label("Select all on this page").check()
    page.get_by_role("checkbox", name="Zq spam subject").first.uncheck()
    expect(page.get_by_label("Select all on this page")).not_to_be_checked()
    page.get_by_role("button", name="Delete the chosen").click()
    expect(page.get_by_text("2 deleted.")).to_be_visible()
    assert SuspendedTicket.objects.count() == 1
