"""End users as plain values read what they read as they are, and statements kept for all give each their own."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from adjoin.access import end_users, grants, permissions, readable
from adjoin.access.actors import Actor
from adjoin.access.end_users import EndUser
from adjoin.help_center import requests
from adjoin.testing.desk import Desk

NAMES = {one.name for one in fields(Actor)}


class Watched(Actor):
    """An actor of whom it is known what they were asked."""

    asked: set[str] = set()

    def __getattribute__(self, name: str) -> Any:
        if name in NAMES:
            Watched.asked.add(name)
        return super().__getattribute__(name)


def people(desk: Desk) -> list[str]:
    """All but those who may not sign in."""
    return [name for name in desk.users if not desk.actor(name).is_anonymous]


def test_the_rules_ask_of_end_users_what_their_plain_values_say_and_nothing_else(desk: Desk) -> None:
    cyd = desk.as_customer("cyd")["home"]
    watched = Watched(**{name: getattr(cyd, name) for name in NAMES})
    opening = grants.grants_for(watched)
    Watched.asked.clear()
    for grant in opening:
        grant.opens(watched)
        for wall in grants.walls_before(grant):
            wall.passes(watched)
    for right in permissions.RIGHTS:
        if right.on is not None and right.speaks_to(watched):
            right.on(watched)
    assert Watched.asked - {"kind"} == set(EndUser._fields) - {"organization_ids"}


def test_everybody_reads_by_plain_values_what_they_read_as_they_are(desk: Desk) -> None:
    some = 0
    for name in people(desk):
        for who in (desk.actor(name).as_end_user(), *desk.as_customer(name).values()):
            again = end_users.plain(who).actor
            assert set(readable.tickets(who)) == set(readable.tickets(again))
            assert set(readable.comments(who)) == set(readable.comments(again))
            some += readable.tickets(who).exists()
    assert some > 5


@pytest.mark.parametrize("of", list(requests.Whose))
@pytest.mark.parametrize("status", ["", "open", "solved"])
def test_lists_that_are_kept_give_each_person_what_is_theirs(desk: Desk, of: requests.Whose, status: str) -> None:
    whole = {requests.Whose.OWN: requests.own, requests.Whose.COPIED: requests.copied_on}[of]
    for name in people(desk):
        for who in desk.as_customer(name).values():
            expected = requests.page(requests.narrow(whole(who), status=status))
            assert requests.listed(who, of, status=status) == expected


def test_the_list_of_an_organization_is_kept_for_all_and_given_to_its_own(desk: Desk) -> None:
    filled = 0
    for name in people(desk):
        for who in desk.as_customer(name).values():
            for organization in desk.organizations.values():
                found = requests.listed(who, organization.pk).rows
                assert found == list(requests.of_organization(who, organization.pk).newest_first())
                filled += bool(found)
    assert filled


def test_only_end_users_have_plain_values(desk: Desk) -> None:
    for who in (desk.actor("ana"), Actor.anonymous(), Actor.system()):
        with pytest.raises(ValueError, match="is no end user"):
            end_users.plain(who)
