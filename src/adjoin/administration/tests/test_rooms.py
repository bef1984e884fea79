"""The rooms for roles, groups and settings: what they save, and what they keep."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from adjoin.desk_settings import actions as settings
from adjoin.people import actions as people
from adjoin.people import roles
from adjoin.people.models import CustomRole, Group
from adjoin.people.terms import Role
from adjoin.testing.accounts import NOW
from adjoin.testing.api import HOST
from adjoin.testing.cast import Cast


def browser(cast: Cast, name: str) -> Client:
    client = Client(headers={"host": HOST})
    client.force_login(cast.user(name))
    return client


def members(group: Group) -> set[str]:
    return {name.split()[0].lower() for name in group.memberships.values_list("user__name", flat=True)}


def steward(cast: Cast, **rights: Any) -> Client:
    """The browser of sam, whose role has exactly these rights."""
    role = people.create_role(name="Steward", configuration={"ticket_access": "all", **rights}, now=NOW)
    cast.add("sam", Role.AGENT, custom_role=role)
    return browser(cast, "sam")


def test_a_group_is_made_filled_and_changed(cast: Cast) -> None:
    ada = browser(cast, "ada")
    ada.post("/admin/groups/new/", {"name": "Night", "members": "ana@example.com", "members_shown": ""})
    night = Group.objects.get(name="Night")
    assert (members(night), night.is_public) == ({"ana"}, True)
    people.add_to_group(user=cast.users["ada"], group=night, now=NOW)  # meanwhile, and not on the screen
    told = {"name": "Night shift", "members": "ben@example.com", "members_shown": "ana@example.com", "confirmed": "1"}
    ada.post(f"/admin/groups/{night.pk}/", {**told, "is_confidential": "on"})
    night.refresh_from_db()
    assert (night.name, night.is_confidential, members(night)) == ("Night shift", True, {"ada", "ben"})
    refused = ada.post(f"/admin/groups/{night.pk}/", {**told, "members": "cyd@example.com"})
    assert (refused.status_code, "nobody on the team" in refused.content.decode()) == (422, True)


def test_a_group_becomes_private_for_good_after_a_second_look(cast: Cast) -> None:
    cast.ticket(group_id=cast.returns.pk)
    ada, path = browser(cast, "ada"), f"/admin/groups/{cast.returns.pk}/"
    told = {"name": "Returns", "members": "", "members_shown": "", "is_private": "on"}
    asked = ada.post(path, told).content.decode()
    assert "Shut 1 person out" in asked
    assert "this cannot be taken back" in asked
    assert Group.objects.get(pk=cast.returns.pk).is_public
    ada.post(path, {**told, "confirmed": "1"})
    del told["is_private"]
    ada.post(path, {**told, "confirmed": "1"})
    assert not Group.objects.get(pk=cast.returns.pk).is_public


def test_a_deleted_group_leaves_its_tickets_where_they_were(cast: Cast) -> None:
    people.add_to_group(user=cast.users["ana"], group=cast.returns, now=NOW)
    ticket = cast.ticket(group_id=cast.returns.pk, assignee_id=cast.users["ana"].pk)
    ada = browser(cast, "ada")
    ada.post(f"/admin/groups/{cast.returns.pk}/delete/", {"confirmed": "1"})
    ticket.refresh_from_db()
    assert (ticket.group_id, ticket.assignee_id, members(cast.returns)) == (cast.returns.pk, None, set())
    assert ada.get(f"/admin/groups/{cast.returns.pk}/").status_code == 404
    assert ada.post(f"/admin/groups/{cast.support.pk}/delete/", {"confirmed": "1"}).status_code == 422


def test_who_manages_groups_alone_finds_no_private_ones_of_others(cast: Cast) -> None:
    people.update_group(group=cast.returns, now=NOW, is_public=False)
    sam = steward(cast, manage_groups=True)
    assert "Returns" not in sam.get("/admin/groups/").content.decode()
    assert sam.get(f"/admin/groups/{cast.returns.pk}/").status_code == 404
    told = {"name": "Support", "members": "sam@example.com", "members_shown": "sam@example.com", "is_default": "on"}
    own = {**told, "members_shown": ""}
    cast.user("sam").group_memberships.all().delete()
    assert sam.post(f"/admin/groups/{cast.support.pk}/", {**own, "confirmed": "1"}).status_code == 403
    assert "sam" not in members(cast.support)


def _form(configuration: dict[str, Any], **more: Any) -> dict[str, Any]:
    chosen = {key: configuration[key] for key in roles.CHOICES}
    return {**chosen, **{key: "on" for key in roles.SWITCHES if configuration[key]}, "name": "Any", **more}


def test_a_role_page_gives_only_what_its_reader_has_and_leaves_what_was_there(cast: Cast) -> None:
    sam = steward(cast, manage_roles="all-except-self", ticket_editing=True)
    lead = CustomRole.objects.get(name="Team lead")
    page = sam.get(f"/admin/roles/{lead.pk}/").content.decode()
    assert "you do not have this yourself" in page
    sam.post(f"/admin/roles/{lead.pk}/", _form(lead.configuration, name="Lead", confirmed="1"))
    lead.refresh_from_db()
    assert (lead.name, lead.configuration["ticket_deletion"]) == ("Lead", True)
    greedy = _form(roles.configuration({"ticket_access": "all", "ticket_merge": True, "ticket_editing": True}))
    sam.post("/admin/roles/new/", greedy)
    made = CustomRole.objects.get(name="Any")
    assert (made.configuration["ticket_editing"], made.configuration["ticket_merge"]) == (True, False)


def test_nobody_changes_their_own_role_or_what_every_desk_has(cast: Cast) -> None:
    sam = steward(cast, manage_roles="all-except-self")
    own, light = CustomRole.objects.get(name="Steward"), CustomRole.objects.get(name="Light agent")
    assert "Nobody changes their own" in sam.get(f"/admin/roles/{own.pk}/").content.decode()
    assert sam.post(f"/admin/roles/{own.pk}/", _form(own.configuration, confirmed="1")).status_code == 403
    assert sam.post(f"/admin/roles/{own.pk}/delete/").status_code == 403
    ada = browser(cast, "ada")
    assert "same on every desk" in ada.get(f"/admin/roles/{light.pk}/").content.decode()
    assert ada.post(f"/admin/roles/{light.pk}/", _form(light.configuration, confirmed="1")).status_code == 422


def test_settings_are_saved_and_say_who_loses_tickets_by_them(cast: Cast) -> None:
    cast.ticket()
    people.update_user(user=cast.users["ana"], now=NOW, only_private_comments=True)
    ada = browser(cast, "ada")
    told = {"new_agent_brands": "none", "upgraded_agent_brands": "previous", "light_agent_access": "groups"}
    told |= {"agents_see_own_customers": "on", "multiple_organizations": "on"}
    assert "Shut 1 person out" in ada.post("/admin/settings/", told).content.decode()
    assert settings.current().new_agent_brands == "all"
    ada.post("/admin/settings/", {**told, "confirmed": "1"})
    row = settings.current()
    assert (row.new_agent_brands, row.upgraded_agent_brands, row.agents_see_own_customers) == ("none", "previous", True)
    assert ada.post("/admin/settings/", {**told, "new_agent_brands": "some"}).status_code == 422


@pytest.mark.parametrize("path", ["groups/new", "brands/new", "roles/new", "team/invite"])
def test_what_is_missing_is_said_beside_its_field(cast: Cast, path: str) -> None:
    answer = browser(cast, "ada").post(f"/admin/{path}/", {})
    assert (answer.status_code, "field__error" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize(
    ("room", "size"),
    [
        ("people", "adjoin.administration.people.queries.PAGE_SIZE"),
        ("team", "adjoin.administration.team.views.PAGE_SIZE"),
        ("organizations", "adjoin.administration.organizations.queries.PAGE_SIZE"),
    ],
)
def test_the_pages_of_a_list_keep_what_it_was_asked(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, room: str, size: str
) -> None:
    monkeypatch.setattr(size, 1)
    people.create_organization(name="Kettle Works", now=NOW)  # beside the Kettle Club
    words = "kettle" if room == "organizations" else "example"
    ada = browser(cast, "ada")
    first = ada.get(f"/admin/{room}/?q={words}").content.decode()
    assert f'rel="next" href="?q={words}&amp;page=2"' in first
    assert 'rel="prev"' not in first
    second = ada.get(f"/admin/{room}/?q={words}&page=2").content.decode()
    assert f'rel="prev" href="?q={words}&amp;page=1"' in second
