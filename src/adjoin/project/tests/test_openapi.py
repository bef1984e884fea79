"""The API describes itself, and truly."""

from __future__ import annotations

import re

import pytest

from adjoin.brands.api import BrandJson
from adjoin.help_center.api import RequestCommentJson, RequestJson
from adjoin.people.api import schemas as people
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.tickets.api import schemas as tickets

SHOWN = [
    ("/tickets", "tickets", tickets.TicketJson),
    ("/tickets/{ticket}/comments", "comments", tickets.CommentJson),
    ("/tickets/{ticket}/audits", "audits", tickets.AuditJson),
    ("/requests", "requests", RequestJson),
    ("/requests/{ticket}/comments", "comments", RequestCommentJson),
    ("/users", "users", people.UserJson),
    ("/organizations", "organizations", people.OrganizationJson),
    ("/organization_memberships", "organization_memberships", people.MembershipJson),
    ("/groups", "groups", people.GroupJson),
    ("/group_memberships", "group_memberships", people.GroupMembershipJson),
    ("/brands", "brands", BrandJson),
]


@pytest.mark.parametrize(("path", "key", "described"), SHOWN, ids=lambda value: value if isinstance(value, str) else "")
def test_answers_have_the_keys_they_are_said_to_have(
    api: Caller, cast: Cast, path: str, key: str, described: type[tickets.TicketJson]
) -> None:
    ticket = cast.ticket("ada", ccs=[cast.users["cyd"].pk], tags=["kettle"])
    cast.join("ada", "Acme")
    rows = api.as_("ada").get(path.format(ticket=ticket.pk)).json()[key]
    assert rows
    for row in rows:
        fields = described.model_fields.items()
        assert list(row) == [name for name, field in fields if field.is_required() or name in row]
        described.model_validate(row)


def test_every_address_is_in_the_document_and_on_the_page(api: Caller) -> None:
    document = api.get("/openapi.json").json()
    assert {"/api/v2/tickets", "/api/v2/requests/{request_id}/comments", "/api/v2/search"} <= set(document["paths"])
    page = api.get("/docs")
    assert page.status_code == 200
    text = page.content.decode()
    assert all(path in text for path in document["paths"])
    assert not re.search(r"https?://(?!acme\.localhost)|<style|\sstyle=|\son\w+=", text)
