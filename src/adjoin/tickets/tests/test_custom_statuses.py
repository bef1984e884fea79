"""The account's own statuses: what tickets have of them, who reads which words, and what the API says and takes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from adjoin.audit_log.models import Entry
from adjoin.fields import actions, statuses
from adjoin.fields.models import CustomStatus
from adjoin.kernel.errors import Invalid
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.tickets.models import Event, Ticket


def standard(category: str) -> CustomStatus:
    return CustomStatus.objects.get(status_category=category, is_standard=True)


@pytest.fixture
def parts(cast: Cast) -> CustomStatus:
    return actions.create_status(
        status_category="pending", agent_label="Waiting for parts", end_user_label="On its way to us", now=NOW
    )


def moves(ticket: Ticket) -> list[tuple[str, Any, Any]]:
    rows = Event.objects.filter(audit__ticket=ticket, type="Change").order_by("pk")
    return [(one.data["field_name"], one.data["previous_value"], one.data["value"]) for one in rows]


def test_a_status_brings_its_category_and_a_category_its_default(cast: Cast, parts: CustomStatus) -> None:
    ticket = cast.ticket(status="open")
    ticket = cast.update("ana", ticket, custom_status_id=parts.pk)
    assert (ticket.status, ticket.custom_status_id) == ("pending", parts.pk)
    assert moves(ticket) == [
        ("status", "open", "pending"),
        ("custom_status_id", str(standard("open").pk), str(parts.pk)),
    ]
    ticket = cast.update("ana", ticket, status="pending")
    assert ticket.custom_status_id == parts.pk  # only another category moves it
    ticket = cast.update("ana", ticket, status="solved")
    assert (ticket.status, ticket.custom_status_id) == ("solved", None)
    actions.make_default_statuses(ids=[parts.pk], now=NOW)
    ticket = cast.update("ana", ticket, status="pending")
    assert ticket.custom_status_id == parts.pk
    # A client that sends back what it read, with one of the two changed, changes that one.
    ticket = cast.update("ana", ticket, status="hold", custom_status_id=parts.pk)
    assert ticket.status == "hold"
    ticket = cast.update("ana", ticket, status="hold", custom_status_id=standard("pending").pk)
    assert (ticket.status, ticket.custom_status_id) == ("pending", None)


def test_new_tickets_begin_with_the_default_and_what_is_closed_keeps_its_last(cast: Cast) -> None:
    unread = actions.create_status(status_category="new", agent_label="Unread", now=NOW)
    paid = actions.create_status(status_category="solved", agent_label="Paid back", now=NOW)
    old = cast.ticket()
    actions.make_default_statuses(ids=[unread.pk], now=NOW)
    assert (old.custom_status_id, cast.ticket().custom_status_id) == (None, unread.pk)
    later = NOW + timedelta(hours=1)
    ticket = cast.update("ana", cast.ticket(), custom_status_id=paid.pk, at=later)
    assert ticket.custom_status_updated_at == ticket.status_updated_at == ticket.solved_at == later
    ticket = cast.update("ana", ticket, custom_status_id=unread.pk)
    assert ticket.custom_status_id == paid.pk  # never back to new
    ticket = cast.update("ada", ticket, status="closed")
    assert (ticket.status, ticket.custom_status_id) == ("closed", paid.pk)


def test_one_out_of_use_stays_on_its_tickets_and_a_default_stays_in_use(cast: Cast, parts: CustomStatus) -> None:
    ticket = cast.ticket(custom_status_id=parts.pk)
    actions.update_status(status=parts, now=NOW, is_active=False)
    assert cast.update("ana", ticket, custom_status_id=parts.pk, subject="Lid").custom_status_id == parts.pk
    for wrong in (parts.pk, 0, "x"):
        with pytest.raises(Invalid):
            cast.ticket(custom_status_id=wrong)
    for row, columns in (
        (standard("open"), {"is_active": False}),
        (parts, {"status_category": "open"}),
        (parts, {"agent_label": "PENDING"}),
        (parts, {"agent_label": "x" * 49}),
    ):
        with pytest.raises(Invalid):
            actions.update_status(status=row, now=NOW, **columns)
    with pytest.raises(Invalid):
        actions.make_default_statuses(ids=[parts.pk], now=NOW)
    kept = Entry.objects.filter(kind="custom_status", subject_id=parts.pk).order_by("pk").last()
    assert kept is not None
    assert kept.changes == {"is_active": [True, False]}


def test_the_api_has_zendesks_shapes_and_end_users_only_their_words(api: Caller, cast: Cast) -> None:
    body = {"status_category": "hold", "agent_label": "At the lab", "end_user_label": "Being tested", "extra": 1}
    made = api.as_("ada").post("/custom_statuses", {"custom_status": body})
    assert made.status_code == 201, made.content
    row = made.json()["custom_status"]
    assert list(row) == [
        *("url", "id", "status_category", "agent_label", "raw_agent_label", "end_user_label", "raw_end_user_label"),
        *("description", "raw_description", "end_user_description", "raw_end_user_description", "active", "default"),
        *("created_at", "updated_at"),
    ]
    path = f"/custom_statuses/{row['id']}"
    assert api.as_("ana").put(path, {"custom_status": {"agent_label": "X"}}).status_code == 403
    assert api.as_("ana").put("/custom_status/default", {"ids": [row["id"]]}).status_code == 403
    assert api.as_("").get("/custom_statuses").status_code == 401
    assert api.as_("ana").get("/custom_statuses").json()["count"] == 6
    narrowed = api.as_("ana").get("/custom_statuses?status_categories=hold&default=false").json()["custom_statuses"]
    assert [one["agent_label"] for one in narrowed] == ["At the lab"]
    assert b"the lab" not in api.as_("cyd").get("/custom_statuses").content
    assert api.as_("ada").put("/custom_status/default", {"ids": [row["id"]]}).status_code == 200
    assert api.as_("ana").get(path).json()["custom_status"]["default"] is True

    ticket = cast.ticket()
    changed = api.as_("ana").put(f"/tickets/{ticket.pk}", {"ticket": {"status": "hold"}}).json()["ticket"]
    assert (changed["status"], changed["custom_status_id"]) == ("hold", row["id"])
    opened = api.as_("ana").put(f"/tickets/{ticket.pk}", {"ticket": {"custom_status_id": standard("open").pk}})
    assert (opened.json()["ticket"]["status"], opened.json()["ticket"]["custom_status_id"]) == (
        "open",
        standard("open").pk,
    )
    beside = api.as_("ana").get("/tickets?include=custom_statuses").json()
    assert [one["id"] for one in beside["custom_statuses"]] == [standard("open").pk]
    found = api.as_("ana").get(f"/search?query=type:ticket custom_status_id:{standard('open').pk}").json()
    assert [one["id"] for one in found["results"]] == [ticket.pk]


def test_end_users_read_their_label_and_never_the_agents(api: Caller, cast: Cast, parts: CustomStatus) -> None:
    ticket = cast.ticket(custom_status_id=parts.pk)
    seen = api.as_("cyd").get("/requests?include=custom_statuses").json()
    assert seen["requests"][0]["custom_status_id"] == parts.pk
    assert seen["custom_statuses"][0]["agent_label"] == "On its way to us"
    book = statuses.book()
    assert book.end_user_label(ticket.status, ticket.custom_status_id) == "On its way to us"
    assert book.end_user_label("pending", None) == "Awaiting your reply"
    assert book.end_user_label("pending", None, is_requester=False) == "Awaiting a reply"
    assert book.end_user_label("closed", None) == "Solved"
