"""Where the account says so, an agent who is not in every brand finds only the people of tickets they read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from adjoin.access import readable
from adjoin.desk_settings import actions as settings
from adjoin.people import actions as people
from adjoin.people.models import CustomRole
from adjoin.people.terms import Role
from adjoin.testing.accounts import NOW
from adjoin.testing.api import HOST
from adjoin.testing.desk import AGENTS, PEOPLE, READERS, WORKING_AGENTS, Desk

NARROW = ("ben", "cat", "rex", "lou", "vic", "pia", "zed")  # some brand, or any, is not theirs
WIDE = ("ada", "ana", "gus", "lea")
GONE = {"gon"}  # lists leave out who is not active


@pytest.fixture
def partners_see_their_own(desk: Desk) -> Desk:
    settings.change(now=NOW, agents_see_own_customers=True)
    return desk


def ask(desk: Desk, who: str, path: str) -> Any:
    return desk.browsers[who].get(path, headers={"host": HOST})


def names(ids: Iterable[int], known: dict[str, Any]) -> set[str]:
    found = set(ids)
    return {name for name, one in known.items() if one.pk in found}


def read_by(who: str) -> dict[str, bool]:
    """The tickets somebody reads, and whether with their private side."""
    seen = {ticket: who in readers.agents for ticket, readers in READERS.items()}
    return {ticket: side for ticket, side in seen.items() if side or who in READERS[ticket].asking_agents}


def met_by(desk: Desk, who: str) -> set[str]:
    """Who takes part in tickets that somebody reads, counted one by one from the desk's own table."""
    ids: set[int | None] = {desk.users[who].pk}
    for ticket, has_private in read_by(who).items():
        row = desk.tickets[ticket]
        said = row.comments.all() if has_private else row.comments.filter(is_public=True)
        ids |= {row.requester_id, row.submitter_id, row.assignee_id, *said.values_list("author_id", flat=True)}
        ids |= set(row.copied.values_list("user_id", flat=True))
        ids |= set(row.followed.values_list("user_id", flat=True)) if has_private else set()
    return names([pk for pk in ids if pk], desk.users)


def colleagues(who: str) -> set[str]:
    """The agents of somebody's brands; admins are in all of them."""

    def brands_of(name: str) -> set[str]:
        return set(str(AGENTS[name].get("brands", "")).split())

    if not brands_of(who):
        return set()
    admins = {name for name, how in AGENTS.items() if how.get("role") == Role.ADMIN}
    return (
        admins
        | {name for name in AGENTS if name != "ula" and brands_of(name) & brands_of(who)}
        | ({"ula"} if brands_of("ula") & brands_of(who) else set())
    )


@pytest.mark.parametrize("who", NARROW)
def test_they_look_up_who_takes_part_in_their_tickets_and_works_along(partners_see_their_own: Desk, who: str) -> None:
    desk = partners_see_their_own
    found = names(readable.users(desk.actor(who)).values_list("pk", flat=True), desk.users)
    assert found == met_by(desk, who) | colleagues(who)
    assert "dee" not in found  # of whom they have no ticket


@pytest.mark.parametrize("who", NARROW)
def test_they_look_up_organizations_and_groups_of_their_tickets(partners_see_their_own: Desk, who: str) -> None:
    desk = partners_see_their_own
    actor = desk.actor(who)
    rows = [desk.tickets[ticket] for ticket in read_by(who)]
    firms = names(readable.organizations(actor).values_list("pk", flat=True), desk.organizations)
    assert firms == names([row.organization_id for row in rows if row.organization_id], desk.organizations)
    groups = names(readable.groups(actor).values_list("pk", flat=True), desk.groups)
    known = {*(row.group_id for row in rows if row.group_id in actor.open_group_ids), *actor.group_ids}
    assert groups == names([pk for pk in known if pk], desk.groups)


@pytest.mark.parametrize("who", WIDE)
def test_whoever_is_in_every_brand_still_finds_everybody(partners_see_their_own: Desk, who: str) -> None:
    desk = partners_see_their_own
    assert readable.users(desk.actor(who)).filter(pk=desk.users["dee"].pk).exists()
    assert readable.organizations(desk.actor(who)).count() == len(desk.organizations)


@pytest.mark.parametrize("who", sorted(set(PEOPLE) - WORKING_AGENTS - {"anonymous"}))
def test_end_users_find_what_they_always_found(partners_see_their_own: Desk, who: str) -> None:
    assert set(readable.users(partners_see_their_own.actor(who)).values_list("pk", flat=True)) <= {
        partners_see_their_own.users[who].pk
    }


def _ids(key: str) -> Callable[[Any], set[int]]:
    return lambda answer: {row["id"] for row in answer.json()[key]}


def _of_type(kind: str) -> Callable[[Any], set[int]]:
    return lambda answer: {row["id"] for row in answer.json()["results"] if row["result_type"] == kind}


def _users(answer: Any) -> set[int]:
    return {row["user_id"] for row in answer.json()["group_memberships"]}


PEOPLE_DOORS: list[tuple[str, Callable[[Any], set[int]]]] = [
    ("/api/v2/users?page[size]=100", _ids("users")),
    ("/api/v2/users?role=end-user", _ids("users")),
    ("/api/v2/users?role[]=agent&role[]=admin", _ids("users")),
    ("/api/v2/users/autocomplete?name=ex", _ids("users")),
    ("/api/v2/users/search?query=example", _ids("users")),
    ("/api/v2/users/show_many?ids={users}", _ids("users")),
    ("/api/v2/search?query=type:user%20example", _of_type("user")),
    ("/api/v2/search/export?filter[type]=user&query=example", _of_type("user")),
    (
        "/api/v2/organizations/{kettles}/users",
        lambda answer: _ids("users")(answer) if answer.status_code == 200 else set(),
    ),
    ("/api/v2/groups/{support}/users", _ids("users")),
    ("/api/v2/group_memberships", _users),
]


@pytest.mark.parametrize(("path", "ids"), PEOPLE_DOORS, ids=[path for path, _ in PEOPLE_DOORS])
def test_no_door_tells_them_of_anybody_else(
    partners_see_their_own: Desk, path: str, ids: Callable[[Any], set[int]]
) -> None:
    desk = partners_see_their_own
    users = ",".join(str(user.pk) for user in desk.users.values())
    path = path.format(users=users, kettles=desk.organizations["Kettle Club"].pk, support=desk.groups["support"].pk)
    known = met_by(desk, "ben") | colleagues("ben")
    assert names(ids(ask(desk, "ben", path)), desk.users) <= known
    assert ids(ask(desk, "ada", path))  # the door is open


@pytest.mark.parametrize(
    "path",
    [
        "/api/v2/users/{}",
        "/api/v2/users/{}/organizations",
        "/api/v2/users/{}/groups",
        "/api/v2/users/{}/organization_memberships",
    ],
)
def test_somebody_else_does_not_exist_for_them(partners_see_their_own: Desk, path: str) -> None:
    desk = partners_see_their_own
    hidden = ask(desk, "ben", path.format(desk.users["dee"].pk))
    missing = ask(desk, "ben", path.format(987_654_321))
    assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content) == (404, missing.content)


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/api/v2/organizations", "organizations"),
        ("/api/v2/organizations/autocomplete?name=sh", "organizations"),
        ("/api/v2/organizations/search?name=shared%20ltd", "organizations"),
        ("/api/v2/search?query=type:organization%20shared", "results"),
        ("/api/v2/organization_memberships", "organization_memberships"),
    ],
)
def test_organizations_of_others_are_nowhere(partners_see_their_own: Desk, path: str, key: str) -> None:
    desk = partners_see_their_own
    told = {row.get("organization_id", row["id"]) for row in ask(desk, "ben", path).json()[key]}
    assert desk.organizations["Shared Ltd"].pk not in told
    assert ask(desk, "ada", path).json()[key]


def test_pages_suggest_and_offer_nobody_else(partners_see_their_own: Desk) -> None:
    desk = partners_see_their_own
    assert b"Dee" not in ask(desk, "ben", "/agent/tickets/people/?q=example").content
    assert b"Dee" not in ask(desk, "ben", "/agent/tickets/people/?q=dee").content
    assert b"Dee" in ask(desk, "ana", "/agent/tickets/people/?q=dee").content
    offered = re.findall(
        r'<option value="(\d+)"[^>]*>(\w+) Example', ask(desk, "ben", "/agent/tickets/").content.decode()
    )
    assert names([int(pk) for pk, _ in offered], desk.users) <= met_by(desk, "ben") | colleagues("ben")


def test_contributors_list_no_end_users_but_know_those_of_their_tickets(desk: Desk) -> None:
    contributor = CustomRole.objects.get(name="Contributor")
    people.update_user(user=desk.users["ben"], now=NOW, custom_role=contributor)
    for path, ids in PEOPLE_DOORS:
        if "{" not in path:
            told = names(ids(ask(desk, "ben", path)), desk.users)
            assert told <= set(AGENTS), path
    assert ask(desk, "ben", "/agent/tickets/people/?q=cyd").content.strip() == b""
    assert ask(desk, "ben", f"/api/v2/users/{desk.users['cyd'].pk}").status_code == 200


def test_looking_people_up_is_one_query(partners_see_their_own: Desk, django_assert_num_queries: Any) -> None:
    actor = partners_see_their_own.actor("ben")
    for find in (readable.users, readable.organizations, readable.groups):
        with django_assert_num_queries(1):
            list(find(actor))
