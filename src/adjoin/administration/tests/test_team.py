"""The team's pages: who is on it, with which role, for which brands; and nobody raises themselves there."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from adjoin.access import readable
from adjoin.brands import actions as brands
from adjoin.brands.models import BrandMembership
from adjoin.desk_settings import actions as settings
from adjoin.people import actions as people
from adjoin.people.models import CustomRole, User
from adjoin.people.terms import Role
from adjoin.testing.accounts import NOW
from adjoin.testing.api import HOST
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs

ROOMS = ("team", "roles", "groups", "brands", "settings")


def browser(cast: Cast, name: str) -> Client:
    client = Client(headers={"host": HOST})
    client.force_login(cast.user(name))
    return client


def brands_of(user: User) -> set[str]:
    return set(BrandMembership.objects.filter(user=user).values_list("brand__name", flat=True))


def steward(cast: Cast, **rights: Any) -> CustomRole:
    """Somebody called sam with a role that has exactly these rights."""
    role = people.create_role(name="Steward", configuration={"ticket_access": "all", **rights}, now=NOW)
    cast.add("sam", Role.AGENT, custom_role=role)
    brands.set_brands_of(user=cast.users["sam"], brands=[cast.outdoor], now=NOW)
    return role


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_are_for_those_whose_role_opens_them(cast: Cast, room: str) -> None:
    assert browser(cast, "ada").get(f"/admin/{room}/").status_code == 200
    for who in ("ana", "cyd"):
        assert browser(cast, who).get(f"/admin/{room}/").status_code == 404
    assert Client(headers={"host": HOST}).get(f"/admin/{room}/").status_code == 302


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Ada", "Ana", "Ben"}),
        ("q=ben%40", {"Ben"}),
        ("role=admin", {"Ada"}),
        ("role=agent", {"Ana", "Ben"}),
        ("brand=home", {"Ada", "Ana"}),
        ("brand=none", set()),
        ("status=suspended", set()),
        ("role=role-99999&page=x", set()),
    ],
)
def test_filters_in_the_address_narrow_the_team(cast: Cast, query: str, found: set[str]) -> None:
    page = browser(cast, "ada").get(f"/admin/team/?{query.replace('home', str(cast.home.pk))}").content.decode()
    assert {name for name in ("Ada", "Ana", "Ben", "Cyd") if f"{name} Example</a>" in page} == found


@pytest.mark.parametrize(
    ("how", "after"),
    [
        ("add", {"ana": {"Acme", "Acme Outdoor"}, "ben": {"Acme", "Acme Outdoor"}}),
        ("remove", {"ana": {"Acme Outdoor"}, "ben": {"Acme Outdoor"}}),
        ("set", {"ana": {"Acme"}, "ben": {"Acme"}}),
    ],
)
def test_many_agents_get_many_brands_at_once_and_admins_stay_in_all(
    cast: Cast, how: str, after: dict[str, set[str]]
) -> None:
    ids = [cast.users[name].pk for name in ("ada", "ana", "ben")]
    told = {"user": ids, "how": how, "brands": [cast.home.pk], "confirmed": "1"}
    assert browser(cast, "ada").post("/admin/team/brands/", told).status_code == 302
    assert {name: brands_of(cast.users[name]) for name in after} == after
    assert readable.brands(cast.actor("ada")).count() == 2


def test_who_loses_tickets_is_told_before_brands_are_saved(cast: Cast) -> None:
    cast.ticket()
    told = {"user": [cast.users["ana"].pk], "how": "remove", "brands": [cast.home.pk]}
    page = browser(cast, "ada").post("/admin/team/brands/", told)
    assert "Shut 1 person out" in page.content.decode()
    assert brands_of(cast.users["ana"]) == {"Acme", "Acme Outdoor"}


def test_what_cannot_be_done_with_brands_is_said_and_nothing_lost(cast: Cast) -> None:
    ada = browser(cast, "ada")
    nobody = ada.post("/admin/team/brands/", {"how": "add", "brands": [cast.home.pk]})
    nothing = ada.post("/admin/team/brands/", {"how": "add", "user": [cast.users["ben"].pk]})
    assert (nobody.status_code, nothing.status_code) == (422, 422)
    assert "Tick at least one person" in nobody.content.decode()
    assert "Tick at least one brand" in nothing.content.decode()
    assert "checked" in nothing.content.decode()


def test_everybody_the_filters_leave_can_be_meant(cast: Cast) -> None:
    told = {"all": "1", "how": "set", "brands": [cast.outdoor.pk], "confirmed": "1"}
    browser(cast, "ada").post(f"/admin/team/brands/?brand={cast.home.pk}", told)
    assert (brands_of(cast.users["ana"]), brands_of(cast.users["ben"])) == ({"Acme Outdoor"}, {"Acme Outdoor"})


def test_a_person_gets_role_reach_brands_and_groups_in_one_go(cast: Cast) -> None:
    role = CustomRole.objects.get(name="Staff")
    told = {
        "role": f"role-{role.pk}",
        "restriction": "",
        "brands": [cast.outdoor.pk],
        "brands_shown": f"{cast.home.pk},{cast.outdoor.pk}",
        "groups": [cast.returns.pk],
        "groups_shown": f"{cast.support.pk},{cast.returns.pk}",
        "confirmed": "1",
    }
    browser(cast, "ada").post(f"/admin/team/{cast.users['ana'].pk}/", told)
    ana = cast.user("ana")
    assert (ana.custom_role, brands_of(ana)) == (role, {"Acme Outdoor"})
    assert set(ana.group_memberships.values_list("group__name", flat=True)) == {"Returns"}
    assert cast.actor("ana").scope == "groups"


def test_brands_and_groups_that_were_not_on_the_screen_stay(cast: Cast) -> None:
    told = {
        "role": "agent",
        "restriction": "",
        "brands": [],
        "brands_shown": str(cast.home.pk),
        "groups_shown": "",
        "confirmed": "1",
    }
    browser(cast, "ada").post(f"/admin/team/{cast.users['ana'].pk}/", told)
    assert brands_of(cast.users["ana"]) == {"Acme Outdoor"}
    assert cast.user("ana").group_memberships.count() == 1


def test_the_owner_stays_an_admin_and_nobody_changes_their_own_role(cast: Cast) -> None:
    cast.add("oda", Role.ADMIN, is_owner=True)
    ada = browser(cast, "ada")
    for name in ("ada", "oda"):
        path = f"/admin/team/{cast.users[name].pk}/"
        assert 'name="role"' not in ada.get(path).content.decode()
        ada.post(path, {"role": "agent", "restriction": "", "confirmed": "1"})
        assert cast.user(name).is_admin
    assert ada.post(f"/admin/team/{cast.users['ada'].pk}/suspend/", {"confirmed": "1"}).status_code == 403
    assert ada.post(f"/admin/team/{cast.users['oda'].pk}/suspend/", {"confirmed": "1"}).status_code == 422


def test_suspending_ends_the_session_and_reactivating_opens_the_door_again(cast: Cast) -> None:
    ada, ana = browser(cast, "ada"), browser(cast, "ana")
    path = f"/admin/team/{cast.users['ana'].pk}"
    assert ana.get("/agent/tickets/").status_code == 200
    ada.post(f"{path}/suspend/", {"confirmed": "1"})
    assert ana.get("/agent/tickets/").status_code == 302
    ada.post(f"{path}/reactivate/", {"confirmed": "1"})
    assert not cast.user("ana").is_suspended


def test_an_invited_agent_gets_a_link_that_sets_a_password(cast: Cast) -> None:
    told = {
        "name": "Gus",
        "email": "Gus@Example.com",
        "role": "agent",
        "restriction": "groups",
        "brands": [cast.outdoor.pk],
        "brands_shown": f"{cast.home.pk},{cast.outdoor.pk}",
        "groups": [cast.returns.pk],
        "groups_shown": f"{cast.support.pk},{cast.returns.pk}",
    }
    answer = browser(cast, "ada").post("/admin/team/invite/", told)
    gus = User.objects.get(email="gus@example.com")
    assert answer["Location"] == f"/admin/team/{gus.pk}/"
    assert (gus.role, gus.ticket_restriction, brands_of(gus)) == ("agent", "groups", {"Acme Outdoor"})
    run_jobs()
    body = str(mail.outbox[-1].body)
    link = next(word for word in body.split() if "/password/reset/key/" in word)
    page = Client(headers={"host": HOST}).get(f"/{link.split('/', 3)[3]}", follow=True)
    assert "Choose a new password" in page.content.decode()


def test_an_end_user_becomes_an_agent_after_a_second_look(cast: Cast) -> None:
    ada = browser(cast, "ada")
    told = {
        "name": "Cyd",
        "email": "cyd@example.com",
        "role": "agent",
        "restriction": "",
        "brands": [cast.home.pk],
        "brands_shown": f"{cast.home.pk},{cast.outdoor.pk}",
        "groups_shown": "",
    }
    assert "Cyd Example is an end user here" in ada.post("/admin/team/invite/", told).content.decode()
    assert not cast.user("cyd").is_agent
    ada.post("/admin/team/invite/", {**told, "upgrade": "1", "confirmed": "1"})
    assert (cast.user("cyd").role, brands_of(cast.users["cyd"])) == ("agent", {"Acme"})
    assert "is on the team already" in ada.post("/admin/team/invite/", told).content.decode()


@pytest.mark.parametrize(("choice", "expected"), [("all", {"Acme", "Acme Outdoor"}), ("none", set())])
def test_somebody_new_starts_in_the_brands_the_account_chose(cast: Cast, choice: str, expected: set[str]) -> None:
    settings.change(now=NOW, new_agent_brands=choice)
    assert brands_of(cast.add("gus", Role.AGENT)) == expected
    assert brands_of(cast.add("gil", Role.ADMIN)) == set()


@pytest.mark.parametrize(
    ("choice", "ben", "cyd"),
    [
        ("all", {"Acme", "Acme Outdoor"}, {"Acme", "Acme Outdoor"}),
        ("none", set(), set()),
        ("previous", {"Acme Outdoor"}, set()),
    ],
)
def test_who_joins_the_team_gets_all_no_or_their_previous_brands(
    cast: Cast, choice: str, ben: set[str], cyd: set[str]
) -> None:
    settings.change(now=NOW, upgraded_agent_brands=choice)
    people.update_user(user=cast.users["ben"], now=NOW, role=Role.END_USER)
    assert brands_of(cast.users["ben"]) == set()
    for name, expected in (("ben", ben), ("cyd", cyd)):
        people.update_user(user=cast.users[name], now=NOW, role=Role.AGENT)
        assert brands_of(cast.users[name]) == expected


def test_an_admin_who_becomes_an_agent_is_in_the_brands_of_somebody_new(cast: Cast) -> None:
    settings.change(now=NOW, new_agent_brands="none")
    cast.add("gil", Role.ADMIN)
    people.update_user(user=cast.users["gil"], now=NOW, role=Role.AGENT)
    assert brands_of(cast.users["gil"]) == set()


def test_who_manages_the_team_touches_no_admin_and_makes_none(cast: Cast) -> None:
    steward(cast, manage_team_members="all-with-self-restriction")
    sam = browser(cast, "sam")
    assert 'value="admin"' not in sam.get(f"/admin/team/{cast.users['ben'].pk}/").content.decode()
    for name, role in (("ada", "agent"), ("ben", "admin"), ("sam", "admin"), ("sam", "agent")):
        before = cast.user(name).role, cast.user(name).custom_role_id
        assert sam.post(f"/admin/team/{cast.users[name].pk}/", {"role": role, "restriction": ""}).status_code in (
            302,
            403,
            422,
        )
        assert (cast.user(name).role, cast.user(name).custom_role_id) == before
    assert sam.post(f"/admin/team/{cast.users['ada'].pk}/suspend/").status_code == 403
    assert (
        sam.post(
            "/admin/team/brands/", {"user": [cast.users["sam"].pk], "how": "add", "brands": [cast.home.pk]}
        ).status_code
        == 404
    )


def test_a_role_that_only_looks_sees_the_team_and_changes_nobody(cast: Cast) -> None:
    steward(cast, manage_team_members="readonly")
    vault = people.create_group(name="The Vault", is_public=False, now=NOW)
    people.add_to_group(user=cast.users["ana"], group=vault, now=NOW)
    sam, ana = browser(cast, "sam"), cast.users["ana"]
    listed = sam.get("/admin/team/").content.decode()
    page = sam.get(f"/admin/team/{ana.pk}/").content.decode()
    assert "Ana Example" in listed
    assert cast.home.name in page
    for shown in (listed, page):
        assert "The Vault" not in shown  # a private group is for its members
        assert "Invite somebody" not in shown
    assert '<form class="form"' not in page
    assert sam.post(f"/admin/team/{ana.pk}/", {"role": "end-user"}).status_code == 403
    assert sam.get(f"/admin/team/{cast.users['cyd'].pk}/").status_code == 404
    for room in ("invite/", f"{ana.pk}/suspend/", "brands/"):
        assert sam.post(f"/admin/team/{room}").status_code == 404
    assert cast.user("ana").role == Role.AGENT


def test_who_manages_the_team_gives_no_more_than_they_have(cast: Cast) -> None:
    steward(cast, manage_team_members="all-with-self-restriction")
    sam = browser(cast, "sam")
    lead = CustomRole.objects.get(name="Team lead")
    light = CustomRole.objects.get(name="Light agent")
    path = f"/admin/team/{cast.users['ben'].pk}/"
    sam.post(path, {"role": f"role-{lead.pk}", "restriction": "", "confirmed": "1"})
    assert cast.user("ben").custom_role is None
    light_told = {"name": "Gus", "email": "gus@example.com", "role": f"role-{light.pk}", "restriction": ""}
    sam.post("/admin/team/invite/", light_told)
    gus = User.objects.filter(email="gus@example.com").first()
    assert gus is None or brands_of(gus) <= {"Acme Outdoor"}  # light agents list end users, which sam does not
