"""With thousands of tickets the rules are answered by indexes: nobody's page reads the whole table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django_tenants.utils import tenant_context

from adjoin.access import permissions, readable
from adjoin.access.actors import Actor, Kind
from adjoin.access.permissions import Permission
from adjoin.people.terms import TicketRestriction
from adjoin.testing.accounts import NOW

TICKETS = 20_000
MANY = """
INSERT INTO people_user (id, password, name, is_verified, role, is_owner, ticket_restriction, only_private_comments,
    is_active, is_suspended, partner_name, is_partner_agent, phone, time_zone, locale, alias, details, notes,
    signature, tags, created_at, updated_at)
SELECT n, '', n, true, 'end-user', false, '', false, true, false, '', false, '', '', '', '', '', '', '', '{}', %(at)s,
    %(at)s
FROM generate_series(10001, 11000) n;
INSERT INTO people_organization (id, name, shared_tickets, shared_comments, domain_names, details, notes, tags,
    custom_fields, created_at, updated_at)
SELECT n, n, true, true, '{}', '', '', '{}', '{}', %(at)s, %(at)s FROM generate_series(10001, 11000) n;
INSERT INTO brands_brand (id, name, subdomain, is_default, is_active, has_help_center, colour, tagline,
    signature_template, created_at, updated_at)
SELECT n, n, 'b' || n, false, true, true, '#000000', '', '', %(at)s, %(at)s FROM generate_series(10001, 10010) n;
INSERT INTO tickets_ticket (id, subject, status, requester_id, submitter_id, assignee_id, organization_id, brand_id,
    tags, custom_fields, channel, channel_source, is_public, is_confidential, created_at, updated_at, generated_at,
    status_updated_at)
SELECT 10000 + n, n, 'open', 10001 + n %% 1000, 10001 + n %% 1000, 10001 + n %% 900, 10001 + (n * 7) %% 1000,
    10001 + n %% 10, '{}', '{}', 'web', '{}', true, false, %(at)s, %(at)s - n * interval '1 minute', %(at)s, %(at)s
FROM generate_series(1, %(tickets)s) n;
INSERT INTO tickets_audit (id, ticket_id, channel, channel_source, metadata, created_at)
SELECT id, id, 'web', '{}', '{}', %(at)s FROM tickets_ticket WHERE id > 10000;
INSERT INTO tickets_comment (id, ticket_id, audit_id, author_id, body, html_body, is_public, is_local, channel,
    channel_source, created_at)
SELECT id, id, id, requester_id, 'Hello', 'Hello', true, false, 'web', '{}', %(at)s
FROM tickets_ticket WHERE id > 10000;
INSERT INTO tickets_attachment (comment_id, token, file_name, content_type, size_bytes, sha256, created_at)
SELECT id, 'token' || id, 'a.txt', 'text/plain', 1, '', %(at)s FROM tickets_comment WHERE id > 10000;
SET CONSTRAINTS ALL IMMEDIATE;
ANALYZE
"""
FOLLOWED = frozenset(range(10_001, 11_000, 3))
PEOPLE = {
    "an admin": Actor(kind=Kind.ADMIN, user_id=10_001),
    "an agent of three brands": Actor(
        kind=Kind.AGENT, user_id=10_002, brand_ids=frozenset({10_001, 10_002, 10_003}), followed_ticket_ids=FOLLOWED
    ),
    "an agent without brands who follows": Actor(kind=Kind.AGENT, user_id=10_002, followed_ticket_ids=FOLLOWED),
    "an agent with assigned tickets": Actor(
        kind=Kind.AGENT, user_id=10_003, scope=TicketRestriction.ASSIGNED, brand_ids=frozenset({10_001, 10_003})
    ),
    "an end user": Actor(kind=Kind.END_USER, user_id=10_004),
    "an end user with colleagues": Actor(
        kind=Kind.END_USER, user_id=10_005, seen_organization_ids=frozenset({10_001}), copied_ticket_ids=FOLLOWED
    ),
    "an end user in 300 organizations": Actor(
        kind=Kind.END_USER,
        user_id=10_006,
        seen_organization_ids=frozenset(range(10_001, 10_301)),
        commented_organization_ids=frozenset(range(10_001, 10_301)),
    ),
}


@pytest.fixture(scope="module")
def large_desk(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """An account with 20,000 tickets, undone after the tests of this file."""
    from adjoin.accounts.models import Account

    with django_db_blocker.unblock():
        account = Account.objects.get(subdomain="acme")
        with transaction.atomic(), tenant_context(account):
            with connection.cursor() as cursor:
                cursor.execute(MANY, {"at": NOW, "tickets": TICKETS})
            yield account
            transaction.set_rollback(True)


@pytest.fixture
def plan(large_desk: Any, db: None) -> Iterator[Any]:
    """How PostgreSQL would answer a query, in words."""
    with tenant_context(large_desk):
        yield lambda query: query.explain()


def reads_whole_table(plan: str) -> bool:
    return any(f"Seq Scan on tickets_{table}" in plan for table in ("ticket ", "comment ", "audit ", "attachment "))


@pytest.mark.parametrize("actor", PEOPLE.values(), ids=list(PEOPLE))
def test_a_page_of_tickets_is_read_by_index(plan: Any, actor: Actor) -> None:
    said = plan(readable.tickets(actor).newest_first()[:50])
    assert not reads_whole_table(said), said


@pytest.mark.parametrize("actor", PEOPLE.values(), ids=list(PEOPLE))
def test_one_ticket_and_what_belongs_to_it_are_found_by_index(plan: Any, actor: Actor) -> None:
    asked: list[QuerySet[Any]] = [
        readable.tickets(actor).filter(pk=10_007),
        readable.comments(actor).filter(ticket_id=10_007),
        readable.attachments(actor).filter(token="token10007"),
        permissions.tickets(actor, Permission.COMMENT_PUBLICLY).filter(pk=10_007),
    ]
    for query in asked:
        said = plan(query)
        assert not reads_whole_table(said), said


def test_whoever_reads_much_is_served_in_order(plan: Any) -> None:
    for who in ("an admin", "an agent of three brands", "an end user in 300 organizations"):
        assert "Index Scan using ticket_newest" in plan(readable.tickets(PEOPLE[who]).newest_first()[:50]), who


def test_whoever_reads_little_is_served_by_each_grants_own_index(plan: Any) -> None:
    for who in ("an end user", "an agent with assigned tickets"):
        assert "ticket_newest" not in plan(readable.tickets(PEOPLE[who]).newest_first()[:50]), who
