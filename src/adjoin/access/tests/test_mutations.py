"""Every rule decides something that the tables notice: without it, or with it weakened, a promise is broken.

A rule nobody would miss is a rule nobody tests. Here each is taken away in turn. What each run saw stands as a table in
`docs/access.md`; `WRITE_DOCS=1` with the tests of this file writes it anew."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.db.models import Q

from adjoin.access import grants, permissions
from adjoin.access.grants import GRANTS, WALLS, Grant, Wall
from adjoin.access.permissions import RIGHTS, Permission, Right
from adjoin.access.tests.test_tables import page
from adjoin.testing import core_doors, doors, rights
from adjoin.testing.desk import Desk

OURS = [grant for grant in GRANTS if "partner" not in grant.speaks_for]
# Agents limited to their groups read only what is in a group of theirs, which no private group keeps from them.
NEVER_REACHED = {("private_group", "agent_groups")}
GUARDED = [
    (wall, grant)
    for wall in WALLS
    for grant in OURS
    if wall.stands_before(grant) and (wall.name, grant.name) not in NEVER_REACHED
]
READING = (core_doors.Readable(), core_doors.ReadableInHelpCenter(), core_doors.OneHelpCenterAtATime())


@contextmanager
def changed(rules: list[Any], old: Any, *new: Any) -> Iterator[None]:
    """The list of rules with `old` replaced by `new`, for a while."""
    before = list(rules)
    at = rules.index(old)
    rules[at : at + 1] = new
    try:
        yield
    finally:
        rules[:] = before


SEEN: dict[tuple[str, str], str] = {}  # rule and what was done to it: the first promise that broke
BEGINNING, END = "<!-- mutations: begin -->\n", "<!-- mutations: end -->\n"


def breaks_reading(desk: Desk) -> str:
    """Who now finds or reads too little or too much, the first found; empty for nobody."""
    return next((broken for door in READING for broken in doors.broken_promises(door, desk)), "")


def breaks_rights(desk: Desk, permission: Permission) -> str:
    """Who now can do too little or too much, the first found; empty for nobody."""
    checks = (rights.broken_general_promises, rights.broken_promises, rights.broken_promises_to_customers)
    return next((broken for check in checks for broken in check(desk, [permission])), "")


def caught(rule: str, how: str, broken: str) -> bool:
    """Whether a promise broke; remembered for the table."""
    SEEN[rule, how] = broken
    return bool(broken)


@pytest.mark.parametrize("grant", OURS, ids=lambda grant: grant.name)
def test_without_a_grant_somebody_misses_a_ticket(desk: Desk, grant: Grant) -> None:
    with changed(grants.GRANTS, grant):
        assert caught(f"grant `{grant.name}`", "deleted", breaks_reading(desk))


@pytest.mark.parametrize("grant", OURS, ids=lambda grant: grant.name)
def test_a_grant_that_opens_everything_is_noticed(desk: Desk, grant: Grant) -> None:
    if grant.opens(desk.actor("ada")) == Q():
        grant = replace(grant, opens=lambda actor: grants.NOTHING)
        original = next(one for one in GRANTS if one.name == grant.name)
        with changed(grants.GRANTS, original, grant):
            assert caught(f"grant `{grant.name}`", "opens nothing", breaks_reading(desk))
        return
    with changed(grants.GRANTS, grant, replace(grant, opens=lambda actor: Q())):
        assert caught(f"grant `{grant.name}`", "opens everything", breaks_reading(desk))


@pytest.mark.parametrize("grant", [one for one in OURS if one.name != "system"], ids=lambda grant: grant.name)
def test_private_notes_come_with_exactly_the_grants_that_say_so(desk: Desk, grant: Grant) -> None:
    end_users_only = grant.speaks_for == {grants.END_USER}
    with changed(grants.GRANTS, grant, replace(grant, reads_private=not grant.reads_private)):
        # For end users a second lock holds: no grant gives private notes to who has no private side.
        assert bool(breaks_reading(desk)) is not end_users_only


@pytest.mark.parametrize("wall", WALLS, ids=lambda wall: wall.name)
def test_without_a_wall_somebody_reads_too_much(desk: Desk, wall: Wall) -> None:
    with changed(grants.WALLS, wall):
        assert caught(f"wall `{wall.name}`", "deleted", breaks_reading(desk))


@pytest.mark.parametrize("wall", WALLS, ids=lambda wall: wall.name)
def test_a_wall_that_lets_nothing_through_is_noticed(desk: Desk, wall: Wall) -> None:
    with changed(grants.WALLS, wall, replace(wall, passes=lambda actor: grants.NOTHING)):
        assert caught(f"wall `{wall.name}`", "lets nothing through", breaks_reading(desk))


@pytest.mark.parametrize(
    ("wall", "grant"), GUARDED, ids=[f"{wall.name} before {grant.name}" for wall, grant in GUARDED]
)
def test_a_wall_stands_before_each_of_its_grants(desk: Desk, wall: Wall, grant: Grant) -> None:
    others = frozenset(one.name for one in GRANTS if wall.stands_before(one)) - {grant.name}
    with changed(grants.WALLS, wall, replace(wall, before=others or frozenset({"nothing"}))):
        assert caught(f"wall `{wall.name}`", f"not before `{grant.name}`", breaks_reading(desk))


OUR_RIGHTS = [right for right in RIGHTS if "partner" not in right.speaks_for]


def _label(right: Right) -> str:
    return f"{right.permission}: {right.sentence}"


@pytest.mark.parametrize("right", OUR_RIGHTS, ids=_label)
def test_without_a_right_somebody_can_do_too_little(desk: Desk, right: Right) -> None:
    with changed(permissions.RIGHTS, right):
        assert caught(f"right `{right.permission}`: {right.sentence}", "deleted", breaks_rights(desk, right.permission))


@pytest.mark.parametrize("right", OUR_RIGHTS, ids=_label)
def test_each_kind_of_actor_keeps_its_right(desk: Desk, right: Right) -> None:
    for kind in right.speaks_for:
        with changed(permissions.RIGHTS, right, replace(right, speaks_for=right.speaks_for - {kind})):
            assert breaks_rights(desk, right.permission), kind


@pytest.mark.parametrize("right", OUR_RIGHTS, ids=_label)
def test_a_right_given_to_everybody_is_noticed(desk: Desk, right: Right) -> None:
    everybody = frozenset({grants.AGENT, grants.ADMIN, grants.END_USER, "anonymous"})
    given_away = replace(right, speaks_for=everybody, has=lambda actor: True)
    with changed(permissions.RIGHTS, right, given_away):
        broken = breaks_rights(desk, right.permission)
        assert caught(f"right `{right.permission}`: {right.sentence}", "given to everybody", broken)


@pytest.mark.parametrize(
    "right", [one for one in OUR_RIGHTS if one.on is not None and "Q()" not in repr(one.on)], ids=_label
)
def test_a_right_on_every_ticket_they_read_is_noticed(desk: Desk, right: Right) -> None:
    assert right.on is not None
    if right.on(desk.actor("ada")) == Q():
        with changed(permissions.RIGHTS, right, replace(right, on=lambda actor: ~Q(status="closed"))):
            assert breaks_rights(desk, right.permission)
        return
    with changed(permissions.RIGHTS, right, replace(right, on=lambda actor: Q())):
        assert breaks_rights(desk, right.permission)


def test_a_light_agents_limits_are_noticed(desk: Desk) -> None:
    for right in [one for one in OUR_RIGHTS if not one.has(desk.actor("lea"))]:
        with changed(permissions.RIGHTS, right, replace(right, has=lambda actor: True)):
            assert breaks_rights(desk, right.permission), right.permission


@pytest.mark.usefixtures("desk")  # so that it runs where the others have run
def test_the_table_of_the_page_is_what_this_run_saw(request: pytest.FixtureRequest) -> None:
    collected = {item.name for item in request.session.items if item.path == request.path}
    if len(SEEN) < len(collected) / 2:
        pytest.fail("Run the whole file: the table is made of what its tests saw.")
    table = "".join(f"| {rule} | {how} | {broken} |\n" for (rule, how), broken in sorted(SEEN.items()))
    whole = f"\n| rule | what is done to it | the first promise that breaks |\n| --- | --- | --- |\n{table}\n"
    before, rest = page().read_text().split(BEGINNING)
    written, after = rest.split(END)
    if os.environ.get("WRITE_DOCS"):
        page().write_text(f"{before}{BEGINNING}{whole}{END}{after}")
    else:
        assert written == whole
