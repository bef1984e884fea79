"""Where one reader's desk ends: what is beyond looks like nothing at all, and everything new begins closed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from adjoin.access import actors, readable
from adjoin.brands import actions as brand_actions
from adjoin.people import actions as people
from adjoin.people.models import Organization
from adjoin.people.roles import SWITCHES
from adjoin.testing import addresses, web_doors
from adjoin.testing.accounts import NOW
from adjoin.testing.desk import Desk

MISSING = 987_654_321
OF_TICKETS = [route for route in addresses.routes() if re.search(r"<int:(ticket|request)_id>", route)]
NUMBERS = re.compile(rb"\b\d{1,9}\b|csrf\w*\W+value\W+\w+|nonce\W+\w+")


@pytest.mark.parametrize("who", ["ben", "dee", "anonymous"])
def test_at_every_address_a_ticket_of_others_answers_like_a_number_never_given_out(desk: Desk, who: str) -> None:
    told_apart = []
    for route in OF_TICKETS:
        path = "/" + re.sub(r"<[^>]+>", "1", re.sub(r"<int:(ticket|request)_id>", "{}", route))
        answers = [web_doors.ask(desk, who, path.format(pk)) for pk in (desk.tickets["home"].pk, MISSING)]
        hidden, missing = ((one.status, NUMBERS.sub(b"", one.body)) for one in answers)
        if hidden != missing:
            told_apart.append(route)
    assert told_apart == []
    assert len(OF_TICKETS) > 20


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
    newcomer: Any = people.create_user(name="New Person", email="new@example.com", now=NOW)
    assert not readable.tickets(actors.load(newcomer.pk)).exists()
