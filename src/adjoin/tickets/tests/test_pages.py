"""What the workspace promises to agents, here without any script."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now as real_now

from adjoin.testing.cast import Cast
from adjoin.tickets.changes import NewComment
from adjoin.tickets.models import Comment, Ticket
from adjoin.tickets.terms import TicketStatus

CANARY = "private-canary-7d1f"


@pytest.fixture
def sign_in(cast: Cast) -> Callable[..., Client]:
    """A browser at Acme's own host in which somebody is signed in."""

    def sign_in(name: str) -> Client:
        client = Client(headers={"host": "acme.localhost"})
        client.force_login(cast.user(name), backend="adjoin.people.backends.PasswordBackend")
        return client

    return sign_in


def address(ticket: Ticket, verb: str = "") -> str:
    return f"/agent/tickets/{ticket.pk}/{verb}"


def text(response: Any) -> str:
    return str(response.content.decode())


def fields_of(page: str, form_id: str) -> dict[str, str]:
    """The values a browser would send with a form, if nothing is changed in it."""
    form = page.split(f'id="{form_id}"')[1].split("</form>")[0]
    values = dict(re.findall(r'<input[^>]*name="([\w-]+)"[^>]*value="([^"]*)"', form))
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        values[name] = chosen[1] if chosen else ""
    return values


def test_a_reply_is_public_and_a_note_is_not(cast: Cast, sign_in: Any) -> None:
    ticket, client = cast.ticket(), sign_in("ana")
    assert client.post(address(ticket, "comment/"), {"mode": "reply", "body": "Hold the switch."}).status_code == 302
    assert client.post(address(ticket, "comment/"), {"mode": "note", "body": "Batch 44."}).status_code == 302
    said = {comment.body: comment.is_public for comment in ticket.comments.all()}
    assert said == {"My kettle is broken.": True, "Hold the switch.": True, "Batch 44.": False}


def test_the_first_reply_opens_a_new_ticket_and_a_note_leaves_it_new(cast: Cast, sign_in: Any) -> None:
    ticket, client = cast.ticket(), sign_in("ana")
    client.post(address(ticket, "comment/"), {"mode": "note", "body": "Batch 44.", "status": ""})
    ticket.refresh_from_db()
    assert ticket.status == TicketStatus.NEW
    client.post(address(ticket, "comment/"), {"mode": "reply", "body": "Hold the switch.", "status": ""})
    ticket.refresh_from_db()
    assert ticket.status == TicketStatus.OPEN


@pytest.mark.parametrize("status", ["open", "pending", "hold", "solved"])
def test_a_reply_and_a_status_go_together(cast: Cast, sign_in: Any, status: str) -> None:
    ticket = cast.ticket()
    sign_in("ana").post(address(ticket, "comment/"), {"mode": "reply", "body": "Done.", "status": status})
    ticket.refresh_from_db()
    assert (ticket.status, ticket.comments.count(), ticket.audits.count()) == (status, 2, 2)


def test_a_form_that_is_sent_twice_speaks_once(cast: Cast, sign_in: Any) -> None:
    ticket, client = cast.ticket(), sign_in("ana")
    form = {
        "mode": "reply",
        "body": "Hold the switch.",
        "key": fields_of(text(client.get(address(ticket))), "composer")["key"],
    }
    assert [client.post(address(ticket, "comment/"), form).status_code for _ in range(2)] == [302, 302]
    assert ticket.comments.filter(body="Hold the switch.").count() == 1


def test_other_words_in_an_old_form_are_another_reply(cast: Cast, sign_in: Any) -> None:
    """Somebody sends, goes back, and writes something else into the same form."""
    ticket, client = cast.ticket(), sign_in("ana")
    for body in ("Hold the switch.", "Then descale it."):
        client.post(address(ticket, "comment/"), {"mode": "reply", "body": body, "key": "0" * 32})
    assert ticket.comments.filter(is_public=True).count() == 3


def test_what_is_refused_keeps_what_was_typed(cast: Cast, sign_in: Any) -> None:
    ticket, client = cast.ticket(), sign_in("ana")
    form = {"mode": "note", "body": "Batch 44 <again>.", "status": "nonsense"}
    for headers in ({}, {"hx-request": "true"}):
        response = client.post(address(ticket, "comment/"), form, headers=headers)
        assert response.status_code == 422
        assert "Batch 44 &lt;again&gt;." in text(response)
        assert re.search(r'value="note" checked', text(response))
    assert ticket.comments.count() == 1


def test_a_refused_form_keeps_its_files(cast: Cast, sign_in: Any) -> None:
    ticket, client = cast.ticket(), sign_in("ana")
    picture = SimpleUploadedFile("kettle.txt", b"a kettle")
    cast.update("ada", ticket, status="closed")
    refused = client.post(address(ticket, "comment/"), {"mode": "reply", "body": "Look.", "attachments": picture})
    assert refused.status_code == 422
    assert "closed" in text(refused)
    token = refused.context["comment_form"]["upload_token"].value()
    other = cast.ticket()
    client.post(address(other, "comment/"), {"mode": "reply", "body": "Look.", "upload_token": token})
    assert [one.file_name for one in other.comments.latest("pk").attachments.all()] == ["kettle.txt"]


def test_nothing_typed_and_no_status_changes_nothing(cast: Cast, sign_in: Any) -> None:
    ticket = cast.ticket()
    response = sign_in("ana").post(address(ticket, "comment/"), {"mode": "reply", "body": "  "})
    assert response.status_code == 422
    assert "Write something first" in text(response)
    assert ticket.comments.count() == 1


@pytest.mark.parametrize("verb", ["", "live/", "comment/", "update/"])
def test_an_unreadable_ticket_and_a_missing_one_look_the_same(cast: Cast, sign_in: Any, verb: str) -> None:
    hidden, client = cast.ticket(), sign_in("ben")  # ben works for Outdoor, the ticket is Home's
    paths = [address(hidden, verb), f"/agent/tickets/999999/{verb}"]
    ask = client.post if verb in ("comment/", "update/") else client.get
    answers = [ask(path) for path in paths]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert text(answers[0]) == text(answers[1])


@pytest.mark.parametrize("path", ["/agent/", "/agent/tickets/", "/agent/tickets/new/", "/agent/tickets/1/"])
def test_strangers_sign_in_first_and_end_users_find_nothing(cast: Cast, sign_in: Any, path: str) -> None:
    stranger: Any = Client(headers={"host": "acme.localhost"}).get(path)
    assert (stranger.status_code, stranger.url) == (302, f"/accounts/login/?next={path}")
    assert sign_in("cyd").get(path).status_code == 404


def test_a_part_of_a_page_has_the_whole_page_sign_in_again(cast: Cast) -> None:
    """Else the sign-in form would appear inside the composer."""
    ticket = cast.ticket()
    asked = {"hx-request": "true", "hx-current-url": f"http://acme.localhost{address(ticket)}"}
    answer = Client(headers={"host": "acme.localhost"} | asked).post(address(ticket, "comment/"), {"mode": "reply"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == f"/accounts/login/?next={address(ticket)}"


def test_an_agent_who_only_asked_sees_what_end_users_see(cast: Cast, sign_in: Any) -> None:
    ticket = cast.ticket("ben", tags=["tag-canary"])  # in Home, where ben does not work
    cast.update("ana", ticket, note=CANARY, followers=[cast.users["ada"].pk])
    client = sign_in("ben")
    for path in (address(ticket), address(ticket, "live/"), "/agent/tickets/"):
        page = client.get(path)
        assert page.status_code == 200
        assert CANARY not in text(page)
        assert "tag-canary" not in text(page)
    assert "Ada Example" not in text(client.get(address(ticket)))
    client.post(address(ticket, "comment/"), {"mode": "note", "body": "Any news?"})
    assert Comment.objects.get(body="Any news?").is_public


def test_light_agents_write_notes_only(cast: Cast, sign_in: Any) -> None:
    cast.add("lia", "agent", only_private_comments=True)
    ticket, client = cast.ticket(), sign_in("lia")
    page = text(client.get(address(ticket)))
    assert 'value="note" checked' in page
    assert 'value="reply"' not in page
    client.post(address(ticket, "comment/"), {"mode": "reply", "body": "Seen before."})
    assert not Comment.objects.get(body="Seen before.").is_public
    assert client.post(address(ticket, "update/"), {"priority": "high"}).status_code == 403


def test_only_what_a_person_changed_is_changed(cast: Cast, sign_in: Any) -> None:
    ticket, client = cast.ticket(), sign_in("ana")
    form = fields_of(text(client.get(address(ticket))), "property-form")
    cast.update("ada", ticket, priority="urgent", status="pending")  # meanwhile
    response = client.post(address(ticket, "update/"), form | {"type": "problem", "tags": "kettle batch-44"})
    assert response.status_code == 302
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.status, ticket.type) == ("urgent", "pending", "problem")
    assert ticket.tags == ["batch-44", "kettle"]


def test_people_are_copied_and_follow_by_their_addresses(cast: Cast, sign_in: Any) -> None:
    ticket, client = cast.ticket(), sign_in("ana")
    form = {"ccs": "dee@example.com, new.person@customers.example", "followers": "ada@example.com"}
    assert client.post(address(ticket, "update/"), form).status_code == 302
    assert set(ticket.ccs.values_list("email", flat=True)) == {"dee@example.com", "new.person@customers.example"}
    assert list(ticket.followers.values_list("email", flat=True)) == ["ada@example.com"]
    refused = client.post(address(ticket, "update/"), {"followers": "nobody@example.com"})
    assert refused.status_code == 422
    assert "Only agents follow a ticket" in text(refused)
    assert "nobody@example.com" in text(refused)


def test_an_assignee_behind_a_wall_is_refused_in_words(cast: Cast, sign_in: Any) -> None:
    ticket = cast.ticket()
    response = sign_in("ana").post(address(ticket, "update/"), {"assignee": cast.users["ben"].pk})
    assert response.status_code == 422
    assert "Ben Example has no access to this ticket" in text(response)


def test_the_composer_says_who_gets_it(cast: Cast, sign_in: Any) -> None:
    ticket = cast.ticket()
    cast.update("ana", ticket, ccs=[cast.users["dee"].pk, cast.users["eli"].pk])
    page = text(sign_in("ana").get(address(ticket)))
    assert "Goes to Cyd Example and 2 copied" in page
    assert "Stays at Acme: only agents read it" in page


def test_a_new_ticket_is_filed_once_for_somebody_new(cast: Cast, sign_in: Any) -> None:
    client = sign_in("ana")
    key = client.get("/agent/tickets/new/").context["form"]["key"].value()
    form = {
        "requester": "Noa Levi <noa@customers.example>",
        "subject": "Lid does not close",
        "body": "She called.",
        "mode": "note",
        "brand": cast.home.pk,
        "key": key,
    }
    first, second = (client.post("/agent/tickets/new/", form) for _ in range(2))
    ticket = Ticket.objects.get(subject="Lid does not close")
    assert first.url == second.url == address(ticket)
    assert (ticket.requester.email, ticket.is_public) == ("noa@customers.example", False)


def test_a_new_ticket_that_is_refused_keeps_what_was_typed(cast: Cast, sign_in: Any) -> None:
    form = {
        "requester": "nobody",
        "subject": "Lid",
        "body": "It does not close.",
        "mode": "reply",
        "brand": cast.home.pk,
    }
    page = sign_in("ana").post("/agent/tickets/new/", form)
    assert page.status_code == 422
    assert "Nobody has that name" in text(page)
    assert "It does not close." in text(page)


def test_suggestions_name_people_with_an_address(cast: Cast, sign_in: Any) -> None:
    client = sign_in("ana")
    assert "cyd@example.com" in text(client.get("/agent/tickets/people/?q=cy"))
    assert "cyd@example.com" not in text(client.get("/agent/tickets/people/?q=cy&agents=1"))
    assert text(client.get("/agent/tickets/people/?q=")).strip() == ""


def test_a_long_conversation_begins_at_its_newest_hundred(cast: Cast, sign_in: Any) -> None:
    ticket = cast.ticket()
    said = [NewComment(body=f"Line {number}.", author_id=cast.users["cyd"].pk) for number in range(120)]
    from adjoin.access.actors import Actor
    from adjoin.testing.cast import WEB
    from adjoin.tickets import actions

    actions.update(actor=Actor.system(), ticket_id=ticket.pk, now=real_now(), via=WEB, more_comments=said)
    client = sign_in("ana")
    page = text(client.get(address(ticket)))
    assert "Show 21 earlier" in page
    assert "Line 19." not in page
    assert page.index("Line 20.") < page.index("Line 119.")
    assert "Line 19." in text(client.get(address(ticket) + "?all=1"))


def test_nothing_inline_is_on_any_page(cast: Cast, sign_in: Any) -> None:
    """The policy forbids it, so the browser would drop it."""
    ticket, client = cast.ticket(), sign_in("ada")
    for path in (address(ticket), "/agent/tickets/", "/agent/tickets/new/"):
        page = text(client.get(path))
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|hx-on|javascript:", page)


@pytest.mark.parametrize("path", ["/agent/tickets/", "/agent/tickets/?sort=subject&status=unsolved"])
def test_a_list_asks_as_often_for_30_rows_as_for_3(cast: Cast, sign_in: Any, path: str) -> None:
    client = sign_in("ana")
    asked = []
    for rows in (3, 27):
        for number in range(rows):
            cast.ticket("cyd" if number % 2 else "eli", subject=f"Kettle {number}", assignee_id=cast.users["ana"].pk)
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_a_ticket_asks_as_often_for_30_comments_as_for_3(cast: Cast, sign_in: Any) -> None:
    ticket, client = cast.ticket(), sign_in("ana")
    asked = []
    for comments in (3, 27):
        for number in range(comments):
            cast.update("ana" if number % 2 else "cyd", ticket, say=f"Line {number}.")
        client.get(address(ticket))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(ticket)).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]


@pytest.mark.parametrize("sort", ["-updated", "subject", "-requester", "-id", "-status", "assignee", "solved"])
def test_paging_by_key_shows_every_row_once_in_order(cast: Cast, now: Any, sort: str) -> None:
    from adjoin.access import readable
    from adjoin.tickets import pages

    for number in range(11):  # some in the same moment, with the same subject
        cast.ticket(
            "cyd" if number % 3 else "eli", subject=f"Kettle {number % 4}", at=now + timedelta(hours=number // 3)
        )
    actor = cast.actor("ana")
    seen, asked, previous = [], {"sort": sort}, []
    while True:
        page = pages.of(actor, readable.tickets(actor), pages.Question.read(asked), size=4)
        seen += [ticket.pk for ticket in page.rows]
        previous.append(page)
        if not page.next_address:
            break
        asked = _query(page.next_address)
    assert len(seen) == len(set(seen)) == 11
    whole = pages.of(actor, readable.tickets(actor), pages.Question.read({"sort": sort}), size=50)
    assert seen == [ticket.pk for ticket in whole.rows]
    back = pages.of(actor, readable.tickets(actor), pages.Question.read(_query(page.previous_address)), size=4)
    assert [ticket.pk for ticket in back.rows] == [ticket.pk for ticket in previous[-2].rows]


def _key(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "query",
    [
        *("after=%00", "after=WzEsIDJd", "after=e30", "brand=x&assignee=9e9", "status=gone&sort=nothing", "tag=%F0%9F"),
        "after=" + _key('["2026-01-01T00:00:00+00:00", Infinity]'),
        "after=" + _key("[" * 1500),
    ],
)
def test_an_address_that_means_nothing_shows_the_list(cast: Cast, sign_in: Any, query: str) -> None:
    cast.ticket()
    assert sign_in("ana").get(f"/agent/tickets/?{query}").status_code == 200


def test_filters_in_the_address_narrow_the_list(cast: Cast, sign_in: Any) -> None:
    cast.ticket(subject="Mine", assignee_id=cast.users["ana"].pk)
    cast.ticket(subject="Outdoors", brand_id=cast.outdoor.pk, tags=["tent"])
    client = sign_in("ana")
    for query, shown in (("assignee=me", "Mine"), (f"brand={cast.outdoor.pk}", "Outdoors"), ("tag=tent", "Outdoors")):
        page = text(client.get(f"/agent/tickets/?{query}"))
        assert [name for name in ("Mine", "Outdoors") if f">{name}</a>" in page] == [shown]
    assert "Nothing fits these filters" in text(client.get("/agent/tickets/?status=closed"))


def _query(address: str) -> dict[str, str]:
    from urllib.parse import parse_qsl

    return dict(parse_qsl(address.removeprefix("?")))
