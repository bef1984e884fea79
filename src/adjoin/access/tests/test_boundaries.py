"""Where one reader's desk ends: what is beyond looks like nothing at all, and everything new begins closed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from adjoin.access import actors, readable
from adjoin.brands import actions as brand_actions
from adjoin.fields import actions as fields
from adjoin.people import actions as people
from adjoin.people.models import Organization
from adjoin.people.roles import SWITCHES
from adjoin.testing import addresses, asking
from adjoin.testing.accounts import NOW
from adjoin.testing.desk import Desk
from adjoin.tickets.models import Audit

MISSING = 987_654_321
OF_TICKETS = [route for route in addresses.routes() if re.search(r"<int:(ticket|request)_id>", route)]
NUMBERS = re.compile(rb"\b\d{1,9}\b|csrf\w*\W+value\W+\w+|nonce\W+\w+")


WRITTEN = {
    **{name: {"comment": {"body": "Hello"}, "tags": ["new"], "solved": True} for name in ("ticket", "request")},
    **dict.fromkeys(("body", "words", "text", "subject", "tags"), "Hello"),
    "ids": [1],
    "mode": "note",
    "email": "hal@example.com",
}


@pytest.mark.parametrize("who", ["ben", "dee", "anonymous"])
def test_at_every_address_a_ticket_of_others_answers_like_a_number_never_given_out(desk: Desk, who: str) -> None:
    """The same bytes after the same number of questions to the database, so that no clock tells them apart."""
    told_apart = []
    for route in OF_TICKETS:
        _read(desk, who, _path(route, MISSING))  # what is looked up or planned once, and kept
        hidden, missing = (_read(desk, who, _path(route, pk)) for pk in (desk.tickets["home"].pk, MISSING))
        if hidden != missing:
            told_apart.append(route)
    assert told_apart == []
    assert len(OF_TICKETS) > 20


@pytest.mark.parametrize("who", ["ben", "dee"])
def test_writing_to_a_ticket_of_others_answers_like_writing_to_none(desk: Desk, who: str) -> None:
    home, told_apart = desk.tickets["home"].pk, []
    before = Audit.objects.count()
    for route in OF_TICKETS:
        for method in ("post", "put", "delete") if route.startswith("api/") else ("post",):
            hidden, missing = (_write(desk, who, method, _path(route, pk)) for pk in (home, MISSING))
            if hidden != missing or hidden[0] < 300:
                told_apart.append((method, route, hidden[0], missing[0]))
    assert told_apart == []
    assert Audit.objects.count() == before


def _path(route: str, ticket_id: int) -> str:
    return "/" + re.sub(r"<[^>]+>", "1", re.sub(r"<int:(ticket|request)_id>", str(ticket_id), route))


def _read(desk: Desk, who: str, path: str) -> tuple[int, bytes, int]:
    with CaptureQueriesContext(connection) as asked:
        answer = asking.ask(desk, who, path)
    return answer.status, NUMBERS.sub(b"", answer.body), len(asked)


def _write(desk: Desk, who: str, method: str, path: str) -> tuple[int, bytes]:
    how: dict[str, Any] = {"content_type": "application/json"} if path.startswith("/api/") else {}
    given = WRITTEN if how else {name: value for name, value in WRITTEN.items() if isinstance(value, str)}
    host = {"host": desk.brands["home"].host}
    with transaction.atomic():
        answer = getattr(desk.browsers[who], method)(path, given, headers=host, **how)
        transaction.set_rollback(True)
    return answer.status_code, NUMBERS.sub(b"", answer.content)


def test_somebody_in_300_organizations_reads_those_that_share_and_is_asked_about_once(desk: Desk) -> None:
    at = {"created_at": NOW, "updated_at": NOW}
    many = Organization.objects.bulk_create(
        [Organization(name=f"Company {number}", shared_tickets=number % 2 == 0, **at) for number in range(295)]
    )
    dee = desk.users["dee"]
    queries = {}
    for organizations in (many[:1], many[1:]):
        for organization in organizations:
            people.join_organization(user=dee, organization=organization, now=NOW)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            actor = actors.load(dee.pk)
            list(readable.tickets(actor.as_end_user(desk.brands["home"].pk)))
        queries[len(organizations)] = len(asked)
    assert set(queries.values()) == {2}
    assert actor.seen_organization_ids == {one.pk for one in many if one.shared_tickets}


def test_everything_new_begins_closed(desk: Desk) -> None:
    brand = brand_actions.create_brand(name="New", subdomain="quite-new", now=NOW)
    assert brand.pk not in desk.actor("ana").brand_ids
    organization = people.create_organization(name="New Ltd", now=NOW)
    assert (organization.shared_tickets, organization.shared_comments) == (False, False)
    membership = people.join_organization(user=desk.users["dee"], organization=organization, now=NOW)
    assert (membership.sees_tickets, membership.comments_tickets) == (False, False)
    assert organization.pk not in desk.actor("dee").seen_organization_ids
    role = people.create_role(name="New", now=NOW)
    assert not any(role.configuration[key] for key in SWITCHES)
    assert role.configuration["ticket_access"] == "assigned-only"
    group = people.create_group(name="Very private", is_public=False, now=NOW)
    assert group.pk not in desk.actor("ana").open_group_ids
    field = fields.create_field(type="text", title="New", now=NOW)
    assert (field.visible_in_portal, field.editable_in_portal) == (False, False)
    newcomer: Any = people.create_user(name="New Person", email="new@example.com", now=NOW)
    assert not readable.tickets(actors.load(newcomer.pk)).exists()
