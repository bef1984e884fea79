"""What the page says before something is saved is what happens when it is, in any world and for any change."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adjoin.access import actors, counting, diff, readable
from adjoin.access.actors import Actor
from adjoin.access.diff import Side
from adjoin.access.tests import oracle
from adjoin.access.tests.oracle import Membership, World
from adjoin.access.tests.test_worlds import BRANDS, GROUPS, ORGANIZATIONS, PEOPLE, WORLDS, some, worlds, write
from adjoin.brands.models import BrandMembership
from adjoin.people import models as people
from adjoin.testing.accounts import NOW
from adjoin.testing.desk import Desk
from adjoin.tickets.models import Ticket

AT = {"created_at": NOW, "updated_at": NOW}
Change = tuple[Callable[[World], None], Callable[[], None]]  # on the world, and on the desk


def other_brands(who: int, brands: set[int]) -> Change:
    def on_desk() -> None:
        BrandMembership.objects.filter(user_id=who).delete()
        BrandMembership.objects.bulk_create([BrandMembership(user_id=who, brand_id=pk, **AT) for pk in brands])

    return lambda world: setattr(world.people[who], "brands", brands), on_desk


def other_sharing(organization: int, shares: bool) -> Change:
    def on_world(world: World) -> None:
        world.organizations[organization].shares_tickets = shares
        world.organizations[organization].shares_comments = False

    def on_desk() -> None:
        people.Organization.objects.filter(pk=organization).update(shared_tickets=shares, shared_comments=False)

    return on_world, on_desk


def other_group(group: int, is_public: bool, is_confidential: bool) -> Change:
    def on_world(world: World) -> None:
        world.groups[group].is_public, world.groups[group].is_confidential = is_public, is_confidential

    def on_desk() -> None:
        people.Group.objects.filter(pk=group).update(is_public=is_public, is_confidential=is_confidential)

    return on_world, on_desk


def suspended(who: int, is_suspended: bool) -> Change:
    def on_desk() -> None:
        people.User.objects.filter(pk=who).update(is_suspended=is_suspended)

    return lambda world: setattr(world.people[who], "is_suspended", is_suspended), on_desk


def a_member(who: int, organization: int, sees: bool) -> Change:
    def on_desk() -> None:
        given = {"sees_tickets": sees, "comments_tickets": False}
        people.Membership.objects.update_or_create(
            user_id=who, organization_id=organization, defaults=given, create_defaults={**given, **AT}
        )

    return lambda world: world.people[who].memberships.__setitem__(organization, Membership(sees)), on_desk


changes = st.one_of(
    st.builds(other_brands, st.sampled_from(PEOPLE), some(BRANDS)),
    st.builds(other_sharing, st.sampled_from(ORGANIZATIONS), st.booleans()),
    st.builds(other_group, st.sampled_from(GROUPS), st.booleans(), st.booleans()),
    st.builds(suspended, st.sampled_from(PEOPLE), st.booleans()),
    st.builds(a_member, st.sampled_from(PEOPLE), st.sampled_from(ORGANIZATIONS), st.booleans()),
)


def read_in(world: World) -> dict[int, set[int]]:
    return {
        pk: {one.pk for one in world.tickets.values() if oracle.reads(world, person, one)}
        for pk, person in world.people.items()
    }


def told(side: Side) -> dict[int, int]:
    return {one.user_id: one.tickets for one in side.examples}


@pytest.mark.parametrize("one_by_one", [8, 0], ids=["each counted whole", "counted by class"])
@given(world=worlds(), change=changes)
@settings(
    max_examples=max(25, WORLDS // 4),
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_whoever_is_said_to_gain_or_lose_does(
    acme: Any, monkeypatch: pytest.MonkeyPatch, one_by_one: int, world: World, change: Change
) -> None:
    monkeypatch.setattr(counting, "ONE_BY_ONE", one_by_one)
    later, (on_world, on_desk) = deepcopy(world), change
    on_world(later)
    before, after = read_in(world), read_in(later)
    with transaction.atomic():
        write(world)
        found = diff.of(on_desk, user_ids=PEOPLE, asked_by=Actor.system())
        assert told(found.gains) == {pk: len(after[pk] - before[pk]) for pk in PEOPLE if after[pk] - before[pk]}
        assert told(found.losses) == {pk: len(before[pk] - after[pk]) for pk in PEOPLE if before[pk] - after[pk]}
        assert found.gains.people == len(told(found.gains))
        if one_by_one:
            assert found.losses.tickets == len(set().union(*(before[pk] - after[pk] for pk in PEOPLE)))
        assert diff.of(lambda: None, user_ids=PEOPLE, asked_by=Actor.system()).is_empty
        transaction.set_rollback(True)


def test_nothing_of_a_change_that_is_tried_remains(acme: Any) -> None:
    count = Ticket.objects.count()
    groups = people.Group.objects.count()
    diff.of(lambda: people.Group.objects.create(name="Tried", **AT), user_ids=diff.agents(), asked_by=Actor.system())
    assert people.Group.objects.count() == groups
    assert Ticket.objects.count() == count


def test_who_is_suspended_loses_what_only_they_read_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "ONE_BY_ONE", 0)
    pia = desk.users["pia"].pk  # follows tickets of brands that are not hers
    reads = readable.tickets(actors.load(pia)).count()
    found = diff.of(lambda: suspended(pia, True)[1](), user_ids=diff.agents(), asked_by=Actor.system())
    assert told(found.losses) == {pia: reads}


def test_many_people_are_loaded_as_each_by_themselves(desk: Desk) -> None:
    ids = [user.pk for user in desk.users.values()]
    assert actors.load_many(ids) == {pk: actor for pk in ids if (actor := actors.load(pk)).user_id}
