"""An explanation names a rule and where it is set; undoing what is set there undoes the access."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from adjoin.access import actors, explain, grants, where_set
from adjoin.access.tests.oracle import World
from adjoin.access.tests.test_worlds import BRANDS, PEOPLE, TICKETS, WORLDS, worlds, write
from adjoin.brands.models import BrandMembership
from adjoin.people.models import Group, GroupMembership, Membership, Organization, User
from adjoin.people.terms import Role, TicketRestriction
from adjoin.testing.accounts import NOW
from adjoin.tickets.models import Ticket, TicketCc, TicketFollower

Undo = Callable[[int, Ticket], object]
AT = {"created_at": NOW, "updated_at": NOW}


def _reach_nothing(user_id: int, ticket: Ticket) -> None:
    """What a role says is taken away on the page of the person, by a role that reaches their own tickets only."""
    User.objects.filter(pk=user_id).update(custom_role=None, ticket_restriction=TicketRestriction.REQUESTED)


def _leave_groups(user_id: int, ticket: Ticket) -> None:
    GroupMembership.objects.filter(user_id=user_id, group_id=ticket.group_id or 0).delete()


def _leave_organization(user_id: int, ticket: Ticket) -> None:
    Membership.objects.filter(user_id=user_id, organization_id=ticket.organization_id or 0).delete()


def _stop_sharing(user_id: int, ticket: Ticket) -> None:
    Organization.objects.filter(pk=ticket.organization_id or 0).update(shared_tickets=False, shared_comments=False)
    Membership.objects.filter(user_id=user_id).update(sees_tickets=False, comments_tickets=False)
    User.objects.filter(pk=user_id, ticket_restriction=TicketRestriction.ORGANIZATION).update(ticket_restriction="")


def _take_no_part(user_id: int, ticket: Ticket) -> None:
    TicketCc.objects.filter(user_id=user_id, ticket=ticket).delete()
    TicketFollower.objects.filter(user_id=user_id, ticket=ticket).delete()


def _ask_for_nothing(user_id: int, ticket: Ticket) -> None:
    other = next(pk for pk in PEOPLE if pk != user_id)
    Ticket.objects.filter(pk=ticket.pk).update(requester_id=other)


UNDO_GRANT: dict[str, Undo] = {
    "admin": lambda user_id, ticket: User.objects.filter(pk=user_id).update(
        role=Role.AGENT, ticket_restriction=TicketRestriction.REQUESTED
    ),
    "agent_all": _reach_nothing,
    "agent_groups": _leave_groups,
    "agent_organization": _leave_organization,
    "agent_assigned": lambda user_id, ticket: Ticket.objects.filter(pk=ticket.pk).update(assignee=None),
    "participant": _take_no_part,
    "agent_requested": _ask_for_nothing,
    "requester": _ask_for_nothing,
    "cc": _take_no_part,
    "colleague": _stop_sharing,
}
UNDO_WALL: dict[str, Undo] = {
    "deleted": lambda user_id, ticket: Ticket.objects.filter(pk=ticket.pk).update(deleted_at=None),
    "brand": lambda user_id, ticket: (
        Ticket.objects.filter(pk=ticket.pk, brand=None).update(brand_id=BRANDS[0]),
        BrandMembership.objects.bulk_create(
            [BrandMembership(user_id=user_id, brand_id=pk, **AT) for pk in BRANDS], ignore_conflicts=True
        ),
    ),
    "private_group": lambda user_id, ticket: Group.objects.filter(pk=ticket.group_id or 0).update(is_public=True),
    "public_side": lambda user_id, ticket: Ticket.objects.filter(pk=ticket.pk).update(is_public=True),
    "confidential": lambda user_id, ticket: (
        Ticket.objects.filter(pk=ticket.pk).update(is_confidential=False),
        Group.objects.filter(pk=ticket.group_id or 0).update(is_confidential=False),
    ),
}


def test_every_rule_can_be_undone_where_it_is_set() -> None:
    ours = {one.name for one in grants.GRANTS if "partner" not in one.speaks_for} - {"system"}
    assert set(UNDO_GRANT) == ours
    assert set(UNDO_WALL) == {one.name for one in grants.WALLS} - {"help_center_brand"}
    named = ({one.name for one in grants.GRANTS} | {one.name for one in grants.WALLS}) - {"system"}
    facts = {"pk": 1, "group_id": 2, "brand_id": 3, "organization_id": 4, "is_confidential": True}
    assert all(where_set.of(rule, actors.Actor.anonymous(), facts) for rule in named)


@given(world=worlds(), who=st.sampled_from(PEOPLE), which=st.sampled_from(TICKETS))
@settings(
    max_examples=max(40, WORLDS // 2),
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)
def test_undoing_what_an_explanation_names_ends_the_access(acme: Any, world: World, who: int, which: int) -> None:
    with transaction.atomic():
        write(world)
        told = explain.ticket(actors.load(who), which)
        undone = told.is_readable or bool(told.closed_by)
        if undone:
            rules, undo = (told.opened_by, UNDO_GRANT) if told.is_readable else (told.closed_by, UNDO_WALL)
            for rule in rules:
                assert rule.set_at
                undo[rule.rule](who, Ticket.objects.get(pk=which))
            now = explain.ticket(actors.load(who), which)
            assert now.is_readable is not told.is_readable or _another_way_in(told, now)
        transaction.set_rollback(True)
    assume(undone)


def _another_way_in(told: explain.Explanation, now: explain.Explanation) -> bool:
    """Whether what lets them in now is none of the rules that were undone: an admin who is no longer one may ask."""
    return told.is_readable and not {one.rule for one in told.opened_by} & {one.rule for one in now.opened_by}


@pytest.mark.parametrize("rule", sorted(UNDO_GRANT))
def test_there_is_no_grant_without_a_page(rule: str) -> None:
    facts = {"pk": 1, "group_id": None, "brand_id": None, "organization_id": 4, "is_confidential": False}
    assert where_set.of(rule, actors.Actor.anonymous(), facts)
