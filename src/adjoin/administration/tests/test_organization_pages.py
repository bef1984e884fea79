"""The rooms of organizations and end users: what is saved, what is asked first, and what can never be dropped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from adjoin.people import actions
from adjoin.people.models import Membership, Organization, OrganizationField, User, UserField
from adjoin.people.terms import Role
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs

HOST = "acme.localhost"
AT = "/admin/organizations/"
Visit = Callable[[str], Client]


@pytest.fixture
def visit(cast: Cast) -> Visit:
    """A browser of somebody's, signed in."""

    def visit(name: str) -> Client:
        client = Client(headers={"host": HOST})
        client.force_login(cast.user(name))
        return client

    return visit


@pytest.fixture
def club(cast: Cast) -> Organization:
    return cast.organizations["Kettle Club"]


def settings_of(club: Organization, **changed: Any) -> dict[str, Any]:
    return {"name": club.name, "sharing": "own", "group": "", "tags": "", "details": "", "notes": "", **changed}


def test_only_those_whose_role_says_so_find_the_rooms(cast: Cast, visit: Visit, club: Organization) -> None:
    for path in (AT, f"{AT}{club.pk}/", f"{AT}new/", f"{AT}fields/", "/admin/people/fields/"):
        assert visit("ada").get(path).status_code == 200, path
        assert visit("ana").get(path).status_code == 404, path
        assert visit("cyd").get(path).status_code == 404, path
    for path in ("/admin/people/", "/admin/people/new/", f"/admin/people/{cast.users['cyd'].pk}/"):
        assert visit("ana").get(path).status_code == 200, path
        assert visit("cyd").get(path).status_code == 404, path


def test_sharing_is_saved_after_saying_who_is_let_in(cast: Cast, visit: Visit, club: Organization) -> None:
    cast.ticket("cyd")
    ada, path = visit("ada"), f"{AT}{club.pk}/"
    asked = ada.post(path, settings_of(club, sharing="see", notes="Nice."))
    assert "Let 1 person in" in asked.content.decode()
    assert not Organization.objects.get(pk=club.pk).shared_tickets
    saved = ada.post(path, settings_of(club, sharing="see", notes="Nice.", confirmed="1"))
    assert saved.status_code == 302
    club.refresh_from_db()
    assert (club.shared_tickets, club.shared_comments, club.notes) == (True, False, "Nice.")
    assert "Members see all its tickets" in ada.get(AT).content.decode()


def test_a_page_of_members_changes_and_drops_only_the_one_it_names(
    cast: Cast, visit: Visit, club: Organization
) -> None:
    for number in range(60):
        user = actions.create_user(name=f"Member {number:02}", email=f"m{number}@example.com", now=NOW)
        actions.join_organization(user=user, organization=club, now=NOW)
    ada, path = visit("ada"), f"{AT}{club.pk}/"
    assert "Member 59" not in ada.get(path).content.decode()
    assert "Member 59" in ada.get(f"{path}?page=3").content.decode()
    assert "Member 59" in ada.get(f"{path}?q=m59").content.decode()
    one = Membership.objects.get(user__name="Member 30")
    ada.post(f"{path}members/{one.pk}/", {"rights": "comment", "confirmed": "1"})
    one.refresh_from_db()
    assert (one.sees_tickets, one.comments_tickets) == (True, True)
    ada.post(f"{path}members/{one.pk}/remove/", {"confirmed": "1"})
    ada.post(f"{path}members/", {"email": "ELI@example.com", "rights": "see", "confirmed": "1"})
    ada.post(path, settings_of(club, tags="gold"))
    assert club.memberships.count() == 62
    assert club.memberships.get(user=cast.users["eli"]).sees_tickets
    refused = ada.post(f"{path}members/", {"email": "nobody@example.com"})
    assert (refused.status_code, "Nobody here has that address" in refused.content.decode()) == (422, True)


def test_domains_come_and_go_one_at_a_time(visit: Visit, cast: Cast, club: Organization) -> None:
    ada, path = visit("ada"), f"{AT}{club.pk}/domains/"
    for name in ("kettles.example", "Tea.example"):
        assert ada.post(path, {"add": name}).status_code == 302
    refused = ada.post(path, {"add": "gmail.com"})
    assert (refused.status_code, "stands for no organization" in refused.content.decode()) == (422, True)
    ada.post(path, {"remove": "kettles.example"})
    club.refresh_from_db()
    assert club.domain_names == ["tea.example"]


def test_an_organization_is_merged_and_another_deleted(visit: Visit, cast: Cast, club: Organization) -> None:
    tents = actions.create_organization(name="Tent Club", now=NOW)
    ticket, ada = cast.ticket("cyd"), visit("ada")
    assert ada.post(f"{AT}{club.pk}/merge/", {"winner": "Nobody"}).status_code == 422
    assert ada.post(f"{AT}{club.pk}/merge/", {"winner": "tent club", "confirmed": "1"}).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.organization, tents.memberships.count()) == (tents, 2)
    assert ada.post(f"{AT}{tents.pk}/delete/", {"confirmed": "1"}).status_code == 302
    run_jobs()
    ticket.refresh_from_db()
    assert (ticket.organization, Organization.objects.count()) == (None, 0)


def test_own_fields_are_made_moved_and_filled_in(visit: Visit, cast: Cast, club: Organization) -> None:
    ada, cyd = visit("ada"), cast.users["cyd"]
    about = {"name": "Cyd", "phone": "", "external_id": "", "tags": "", "details": "", "notes": ""}
    saves = {
        AT: (f"{AT}{club.pk}/", settings_of(club)),
        "/admin/people/": (f"/admin/people/{cyd.pk}/", about),
    }
    choices = {"options-count": "2", "options-0-name": "Gold", "options-1-name": "Tin can"}
    for (room, (page, said)), model in zip(saves.items(), (OrganizationField, UserField), strict=True):
        new = {"title": "Service level!", "is_active": "on", **choices, "do": "save"}
        assert ada.post(f"{room}fields/new/?type=dropdown", {**new, "title": ""}).status_code == 422
        assert ada.post(f"{room}fields/new/?type=dropdown", new).status_code == 302
        assert ada.post(f"{room}fields/new/?type=date", {"title": "Since", "is_active": "on"}).status_code == 302
        field, since = model._default_manager.get(key="service_level"), model._default_manager.get(key="since")
        assert [one["value"] for one in field.options] == ["gold", "tin_can"]
        kept = {f"options-{at}-{name}": str(one[name]) for at, one in enumerate(field.options) for name in one}
        ada.post(f"{room}fields/{field.pk}/", {**new, **kept, "title": "Level", "options-0-name": "Pure gold"})
        field.refresh_from_db()
        named = [(one["id"], one["name"], one["value"]) for one in field.options]
        assert (field.title, named[0]) == ("Level", (1, "Pure gold", "gold"))
        ada.post(f"{room}fields/move/", {"up": str(since.pk)})
        assert list(model._default_manager.order_by("position").values_list("key", flat=True)) == [
            "since",
            "service_level",
        ]
        saved = ada.post(page, {**said, "field_service_level": "tin_can", "field_since": "2026-03-04"})
        assert saved.status_code == 302
        html = ada.get(page).content.decode()
        assert 'value="tin_can" selected' in html
        assert 'value="2026-03-04"' in html
        refused = ada.post(page, {**said, "field_since": "soon"})
        assert (refused.status_code, "Must be a date" in refused.content.decode()) == (422, True)
        assert ada.post(page, {**said, "name": ""}).status_code == 422
        assert ada.post(f"{room}fields/{field.pk}/delete/").status_code == 302
        assert 'name="field_service_level"' not in ada.get(page).content.decode()


def test_agents_look_after_end_users_and_their_organizations(visit: Visit, cast: Cast) -> None:
    ana, cyd = visit("ana"), cast.users["cyd"]
    cast.join("eli", "Tent Club")
    path = f"/admin/people/{cyd.pk}/"
    cast.ticket("cyd")
    shown = ana.get(path).content.decode()
    assert ("Kettle Club" in shown, "Broken kettle" in shown) == (True, True)
    ana.post(f"{path}organizations/", {"organization": "tent club", "confirmed": "1"})
    place = cyd.memberships.get(organization=cast.organizations["Tent Club"])
    ana.post(f"{path}organizations/{place.pk}/default/")
    assert cyd.memberships.get(is_default=True) == place
    assert ana.post(f"{path}organizations/{place.pk}/", {"rights": "see"}).status_code == 404
    seeing = ana.post(f"{path}organizations/", {"organization": "Tent Club", "rights": "see"})
    assert seeing.status_code == 422
    ana.post(f"{path}organizations/{place.pk}/leave/", {"confirmed": "1"})
    assert cyd.memberships.count() == 1
    ana.post(path, {"name": "Cyd Charisse", "tags": "dance"})
    assert (User.objects.get(pk=cyd.pk).name, User.objects.get(pk=cyd.pk).tags) == ("Cyd Charisse", ["dance"])
    ana.post(f"{path}suspend/", {"confirmed": "1"})
    assert User.objects.get(pk=cyd.pk).is_suspended
    assert "Cyd Charisse" in ana.get("/admin/people/?state=suspended").content.decode()


def test_a_new_person_with_a_checked_address_joins_by_domain(visit: Visit, cast: Cast, club: Organization) -> None:
    actions.update_organization(organization=club, domain_names=["kettles.example"], now=NOW)
    ana = visit("ana")
    ana.post("/admin/people/new/", {"name": "Uwe", "email": "uwe@kettles.example"})
    uwe = User.objects.get(email="uwe@kettles.example")
    assert not uwe.memberships.exists()
    ana.post(f"/admin/people/{uwe.pk}/verify/", {"confirmed": "1"})
    assert uwe.memberships.get().by_domain
    twice = ana.post("/admin/people/new/", {"name": "Uwe", "email": "uwe@kettles.example"})
    assert (twice.status_code, "already being used" in twice.content.decode()) == (422, True)


def test_agents_are_not_changed_as_end_users(visit: Visit, cast: Cast) -> None:
    ben = cast.users["ben"]
    assert visit("ana").get(f"/admin/people/{ben.pk}/").status_code == 404
    assert visit("ana").post(f"/admin/people/{ben.pk}/suspend/", {"confirmed": "1"}).status_code == 404
    assert visit("ada").get(f"/admin/people/{ben.pk}/")["Location"] == f"/admin/team/{ben.pk}/"
    assert User.objects.get(pk=ben.pk).role == Role.AGENT
