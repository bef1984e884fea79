"""Zendesk's best known Python client works here, with nothing changed but its address."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from zenpy.lib.api_objects import Comment, Request, Ticket, User
from zenpy.lib.exception import APIException, RecordNotFoundException

from adjoin.people import actions as people
from adjoin.testing import zenpy_session
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.tickets.models import Ticket as Row


@pytest.fixture
def zenpy(cast: Cast, server_port: int) -> Any:
    """`zenpy("ana")` is the client as ana uses it."""

    def sign_in(name: str) -> Any:
        _, secret = people.create_api_token(user=cast.users[name], name="zenpy", now=NOW)
        return zenpy_session.client(server_port, email=f"{name}@example.com", token=secret)

    return sign_in


def test_who_am_i(zenpy: Any) -> None:
    me = zenpy("ana").users.me()
    assert (me.name, me.role, me.email) == ("Ana Example", "agent", "ana@example.com")


def test_a_ticket_with_a_file_is_created_answered_and_solved(zenpy: Any, tmp_path: Path) -> None:
    desk = zenpy("ana")
    photo = tmp_path / "kettle.txt"
    photo.write_text("a kettle, broken")
    upload = desk.attachments.upload(str(photo), target_name="kettle.txt")
    audit = desk.tickets.create(
        Ticket(
            subject="Broken kettle",
            comment=Comment(body="It leaks.", uploads=[upload.token]),
            requester=User(name="Gil Example", email="gil@example.com"),
            tags=["kettle"],
        )
    )
    ticket = desk.tickets(id=audit.ticket.id)
    assert (ticket.subject, ticket.status, ticket.tags, ticket.requester.name) == (
        "Broken kettle",
        "new",
        ["kettle"],
        "Gil Example",
    )
    ticket.comment = Comment(body="We look into it.", public=False)
    ticket.status = "solved"
    desk.tickets.update(ticket)
    comments = list(desk.tickets.comments(ticket=ticket.id))
    assert [(said.body, said.public) for said in comments] == [("It leaks.", True), ("We look into it.", False)]
    assert [file.file_name for file in comments[0].attachments] == ["kettle.txt"]
    assert desk.tickets(id=ticket.id).status == "solved"
    kept = desk.attachments.download(comments[0].attachments[0].id, str(tmp_path / "again.txt"))
    assert Path(kept).read_text() == "a kettle, broken"


def test_every_ticket_is_listed_once_by_either_pagination(zenpy: Any, cast: Cast) -> None:
    made = [cast.ticket("cyd", subject=f"Kettle {number}").pk for number in range(7)]
    desk = zenpy("ana")
    assert [ticket.id for ticket in desk.tickets(cursor_pagination=3)] == made
    assert [ticket.id for ticket in desk.tickets(cursor_pagination=False)] == made


def test_tickets_are_found_tagged_and_deleted(zenpy: Any, cast: Cast) -> None:
    ticket = cast.ticket("cyd", subject="A most peculiar teapot")
    desk = zenpy("ana")
    assert [found.id for found in desk.search("peculiar", type="ticket")] == [ticket.pk]
    assert [found.id for found in desk.search(type="user", email="cyd@example.com")] == [cast.users["cyd"].pk]
    assert list(desk.tickets.tags(ticket.pk)) == []
    desk.tickets.add_tags(ticket.pk, ["teapot"])
    assert [str(tag) for tag in desk.tickets.tags(ticket.pk)] == ["teapot"]
    assert next(iter(desk.tickets.audits(ticket=ticket.pk))).events[0]["type"] == "Create"
    desk_of_admin = zenpy("ada")
    desk_of_admin.tickets.delete(desk_of_admin.tickets(id=ticket.pk))
    with pytest.raises(RecordNotFoundException):
        desk.tickets(id=ticket.pk)


def test_people_and_organizations_are_kept(zenpy: Any, cast: Cast) -> None:
    desk = zenpy("ada")
    hal = desk.users.create(User(name="Hal Example", email="hal@example.com", verified=True))
    assert [user.id for user in desk.users.search(query="hal@example.com")] == [hal.id]
    assert {group.name for group in desk.groups()} == {"Support", "Returns"}
    assert {brand.name for brand in desk.brands()} == {"Acme", "Acme Outdoor"}
    assert [one.name for one in desk.users.organizations(cast.users["cyd"].pk)] == ["Kettle Club"]
    desk.users.delete(hal)
    assert not desk.users(id=hal.id).active


def test_a_customer_files_and_follows_a_request(zenpy: Any, cast: Cast) -> None:
    desk = zenpy("cyd")
    filed = desk.requests.create(Request(subject="Broken kettle", comment=Comment(body="It leaks.")))
    ticket = Row.objects.get(pk=filed.id)
    cast.update("ana", ticket, say="Which one?", at=timezone.now())
    cast.update("ana", ticket, note="canary-7f3a", at=timezone.now())
    assert [comment.body for comment in desk.requests.comments(filed.id)] == ["It leaks.", "Which one?"]
    assert [found.id for found in desk.requests()] == [filed.id]
    with pytest.raises(APIException):
        desk.tickets(id=filed.id)
