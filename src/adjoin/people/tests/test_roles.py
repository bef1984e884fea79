"""A role gives exactly what it says, and nobody gives themselves or others what they do not have."""

from __future__ import annotations

from typing import Any

import pytest

from adjoin.access import permissions
from adjoin.access.permissions import Permission as P
from adjoin.brands.models import BrandMembership
from adjoin.desk_settings import actions as settings
from adjoin.kernel.errors import Invalid
from adjoin.people import actions as people
from adjoin.people import roles
from adjoin.people.models import CustomRole, User
from adjoin.people.terms import Role
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs

ON_TICKETS = {right.permission for right in permissions.RIGHTS if right.on}
ALWAYS = {P.CREATE_TICKET, P.CREATE_REQUEST, P.COMMENT_PRIVATELY}
GIVES: dict[str, set[P]] = {
    "ticket_comment_access:public": {P.COMMENT_PUBLICLY, P.SHARE_TICKET},
    "end_user_profile_access:edit-within-org": {P.MANAGE_END_USERS},
    "end_user_profile_access:edit": {P.MANAGE_END_USERS},
    "end_user_profile_access:full": {P.MANAGE_END_USERS},
    "end_user_list_access:full": {P.LIST_END_USERS},
    "manage_roles:all-except-self": {P.MANAGE_ROLES},
    "manage_team_members:readonly": {P.SEE_TEAM},
    "manage_team_members:all-with-self-restriction": {P.SEE_TEAM, P.MANAGE_TEAM},
    "ticket_editing": {P.EDIT_TICKET},
    "ticket_tag_editing": {P.EDIT_TAGS},
    "ticket_deletion": {P.DELETE_TICKET},
    "view_deleted_tickets": {P.VIEW_DELETED_TICKETS},
    "manage_suspended_tickets": {P.MANAGE_SUSPENDED_TICKETS},
    "ticket_merge": {P.MERGE_TICKET},
    "ticket_redaction": {P.REDACT_TICKET},
    "forum_access:full": {P.MANAGE_ARTICLES},
    "organization_editing": {P.EDIT_ORGANIZATIONS, P.EDIT_ORGANIZATION_NOTES},
    "organization_notes_editing": {P.EDIT_ORGANIZATION_NOTES},
    "manage_organizations": {P.MANAGE_ORGANIZATIONS, P.EDIT_ORGANIZATIONS, P.EDIT_ORGANIZATION_NOTES},
    "manage_organization_fields": {P.MANAGE_ORGANIZATION_FIELDS},
    "manage_user_fields": {P.MANAGE_USER_FIELDS},
    "manage_groups": {P.MANAGE_GROUPS, P.MANAGE_GROUP_MEMBERSHIPS},
    "manage_group_memberships": {P.MANAGE_GROUP_MEMBERSHIPS},
    "manage_business_rules": {P.MANAGE_RULES, P.MANAGE_AUTOMATIONS},
    "manage_automations": {P.MANAGE_AUTOMATIONS},
    "manage_triggers": {P.MANAGE_RULES},
    "manage_slas": {P.MANAGE_SERVICE_LEVELS},
    "manage_ticket_fields": {P.MANAGE_TICKET_FIELDS},
    "manage_ticket_forms": {P.MANAGE_TICKET_FORMS},
    "manage_extensions_and_channels": {P.MANAGE_AGREEMENTS},
    "manage_webhooks": {P.MANAGE_WEBHOOKS},
}
EVERY_RIGHT = sorted(
    {*roles.SWITCHES, *(f"{key}:{value}" for key, values in roles.CHOICES.items() for value in values)}
)


def test_each_right_of_a_role_gives_exactly_what_it_says(cast: Cast) -> None:
    ticket = cast.ticket()
    role = people.create_role(name="Narrow", now=NOW)
    cast.add("nat", Role.AGENT, custom_role=role)
    given = {}
    for right in EVERY_RIGHT:
        key, _, value = right.partition(":")
        configuration = roles.configuration({key: value or True, "ticket_access": "all"})
        CustomRole.objects.filter(pk=role.pk).update(configuration=configuration)
        nat = cast.actor("nat")
        given[right] = {one for one in P if permissions.allows(nat, one)}
        given[right] |= {one for one in ON_TICKETS if permissions.allows(nat, one, ticket)}
    assert given == {right: ALWAYS | GIVES.get(right, set()) for right in EVERY_RIGHT}


def test_a_custom_role_and_the_mark_of_a_light_agent_never_contradict(cast: Cast) -> None:
    light, staff = CustomRole.objects.get(name="Light agent"), CustomRole.objects.get(name="Staff")
    ana = people.update_user(user=cast.users["ana"], now=NOW, custom_role=light)
    assert ana.only_private_comments
    with pytest.raises(Invalid, match="decides that"):
        people.update_user(user=ana, now=NOW, only_private_comments=False)
    assert not people.update_user(user=ana, now=NOW, custom_role=staff).only_private_comments
    people.update_role(role=staff, now=NOW, configuration={"ticket_comment_access": "none"})
    assert cast.user("ana").only_private_comments
    assert not people.update_user(user=cast.user("ana"), now=NOW, custom_role=None).only_private_comments


def test_roles_are_listed_with_how_many_have_them(api: Caller, cast: Cast) -> None:
    staff = CustomRole.objects.get(name="Staff")
    people.update_user(user=cast.users["ana"], now=NOW, custom_role=staff)
    answer = api.as_("ana").get("/custom_roles").json()
    assert (answer["count"], answer["next_page"]) == (CustomRole.objects.count(), None)
    (shown,) = [one for one in answer["custom_roles"] if one["id"] == staff.pk]
    assert (shown["team_member_count"], shown["role_type"], shown["configuration"]["ticket_access"]) == (
        1,
        0,
        "within-groups",
    )
    assert api.as_("cyd").get("/custom_roles").status_code == 403


def test_roles_are_made_changed_and_deleted_over_the_api(api: Caller) -> None:
    ada = api.as_("ada")
    body = {"custom_role": {"name": "Reader", "configuration": {"ticket_access": "within-groups", "chat_access": True}}}
    made = ada.post("/custom_roles", body)
    assert (made.status_code, made["Location"].endswith(".json")) == (200, True)
    assert "chat_access" in made["x-zendesk-api-warn"]
    role = made.json()["custom_role"]
    assert role["configuration"]["ticket_editing"] is False
    path = f"/custom_roles/{role['id']}"
    changed = ada.put(path, {"custom_role": {"configuration": {"ticket_editing": True}}}).json()["custom_role"]
    assert changed["configuration"]["ticket_editing"] is True
    assert changed["configuration"]["ticket_access"] == "within-groups"
    wrong = ada.put(path, {"custom_role": {"configuration": {"ticket_access": "some"}}})
    assert (wrong.status_code, list(wrong.json()["details"])) == (422, ["ticket_access"])
    assert "is not one of" in wrong.json()["details"]["ticket_access"][0]["description"]
    assert ada.delete(path).status_code == 204
    assert ada.get(path).status_code == 404


def test_what_every_desk_has_and_what_somebody_has_stays(api: Caller, cast: Cast) -> None:
    light, staff = CustomRole.objects.get(name="Light agent"), CustomRole.objects.get(name="Staff")
    people.update_user(user=cast.users["ana"], now=NOW, custom_role=staff)
    ada = api.as_("ada")
    assert ada.delete(f"/custom_roles/{light.pk}").status_code == 422
    assert ada.put(f"/custom_roles/{light.pk}", {"custom_role": {"name": "x"}}).status_code == 422
    assert "1 person has this role" in str(ada.delete(f"/custom_roles/{staff.pk}").json())


def test_people_show_and_take_their_custom_role(api: Caller, cast: Cast) -> None:
    ada, staff = api.as_("ada"), CustomRole.objects.get(name="Staff")
    light = CustomRole.objects.get(name="Light agent")
    path = f"/users/{cast.users['cyd'].pk}"
    made = ada.put(path, {"user": {"role": "end-user", "custom_role_id": staff.pk}}).json()["user"]
    assert (made["role"], made["custom_role_id"], made["role_type"]) == ("agent", staff.pk, 0)
    assert (made["ticket_restriction"], made["restricted_agent"]) == ("groups", True)
    lighter = ada.put(path, {"user": {"custom_role_id": light.pk}}).json()["user"]
    assert (lighter["role_type"], lighter["only_private_comments"]) == (1, True)
    plain = ada.put(path, {"user": {"custom_role_id": None}}).json()["user"]
    assert (plain["custom_role_id"], plain["role_type"], plain["only_private_comments"]) == (None, 0, False)
    admin = f"/users/{cast.add('gil', Role.ADMIN).pk}"
    assert ada.put(admin, {"user": {"custom_role_id": staff.pk}}).status_code == 422
    assert ada.put(admin, {"user": {"agent_brand_ids": [cast.home.pk]}}).status_code == 422
    assert ada.get(admin).json()["user"]["role_type"] == 4


def test_a_dry_run_tells_what_a_role_would_change_and_saves_nothing(api: Caller, cast: Cast) -> None:
    cast.ticket()
    staff = CustomRole.objects.get(name="Staff")
    told = api.as_("ada").put(f"/users/{cast.users['ana'].pk}?dry_run=true", {"user": {"custom_role_id": staff.pk}})
    assert told.json()["losses"]["people"] == 1
    assert cast.user("ana").custom_role is None


@pytest.fixture
def manager(cast: Cast) -> str:
    """sam: manages team, roles and groups, works on tickets, and reads Acme Outdoor only."""
    given = {"manage_team_members": "all-with-self-restriction", "manage_roles": "all-except-self"}
    configuration = {**roles.STANDARD, **given, "manage_groups": True, "ticket_merge": False}
    role = people.create_role(name="Manager", configuration=configuration, now=NOW)
    cast.add("sam", Role.AGENT, custom_role=role)
    BrandMembership.objects.filter(user=cast.users["sam"]).exclude(brand=cast.outdoor).delete()
    return "sam"


@pytest.mark.parametrize(
    ("whom", "change", "status"),
    [
        ("sam", {"name": "Samuel"}, 200),
        ("sam", {"role": "admin"}, 403),
        ("sam", {"custom_role_id": None}, 403),
        ("sam", {"ticket_restriction": None}, 403),
        ("sam", {"agent_brand_ids": [1]}, 403),
        ("sam", {"suspended": False}, 403),
        ("ada", {"role": "agent"}, 403),
        ("ada", {"suspended": True}, 403),
        ("ada", {"name": "x"}, 403),
        ("ben", {"role": "admin"}, 403),
        ("ben", {"role": "end-user"}, 200),
        ("ben", {"suspended": True}, 200),
        ("ben", {"custom_role_id": "Staff"}, 200),
        ("ben", {"custom_role_id": "Team lead"}, 403),
        ("ben", {"agent_brand_ids": []}, 403),
        ("cyd", {"custom_role_id": "Staff"}, 200),
        ("cyd", {"role": "agent"}, 403),  # full agents merge, and sam does not
        ("cyd", {"ticket_restriction": "organization"}, 403),
    ],
)
def test_who_manages_the_team_stays_below_themselves(
    api: Caller, cast: Cast, manager: str, whom: str, change: dict[str, Any], status: int
) -> None:
    if change.get("custom_role_id") is not None:
        change = {"custom_role_id": CustomRole.objects.get(name=change["custom_role_id"]).pk}
    answer = api.as_(manager).put(f"/users/{cast.users[whom].pk}", {"user": change})
    assert answer.status_code == status, answer.content


def test_a_new_agent_is_in_no_brand_that_whoever_made_them_is_not_in(api: Caller, cast: Cast, manager: str) -> None:
    staff = CustomRole.objects.get(name="Staff").pk
    body = {"user": {"name": "Gus", "email": "gus@example.com", "custom_role_id": staff}}
    made = api.as_(manager).post("/users", body)
    assert made.status_code == 201, made.content
    brands = BrandMembership.objects.filter(user_id=made.json()["user"]["id"]).values_list("brand__name", flat=True)
    assert set(brands) == {"Acme Outdoor"}


def test_nobody_gives_a_role_what_they_lack_nor_changes_their_own(api: Caller, cast: Cast, manager: str) -> None:
    sam, own = api.as_(manager), cast.user("sam").custom_role_id
    assert sam.put(f"/custom_roles/{own}", {"custom_role": {"name": "Boss"}}).status_code == 403
    more = {"name": "More", "configuration": {"ticket_merge": True}}
    refused = sam.post("/custom_roles", {"custom_role": more})
    assert (refused.status_code, CustomRole.objects.filter(name="More").exists()) == (403, False)
    assert "Merge tickets" in str(refused.json())
    wider = {"name": "Wider", "configuration": {"view_access": "full"}}
    assert sam.post("/custom_roles", {"custom_role": wider}).status_code == 403
    less = {"name": "Less", "configuration": {"ticket_access": "all", "manage_groups": True}}
    assert sam.post("/custom_roles", {"custom_role": less}).status_code == 200
    lead = CustomRole.objects.get(name="Team lead")  # has more than sam: it may lose, and be renamed, but not gain
    lose = {"custom_role": {"configuration": {"ticket_redaction": False}}}
    assert sam.put(f"/custom_roles/{lead.pk}", lose).status_code == 200
    again = {"custom_role": {"configuration": {"ticket_redaction": True}}}
    assert sam.put(f"/custom_roles/{lead.pk}", again).status_code == 403


def test_full_agents_who_delete_are_beyond_whoever_does_not(api: Caller, cast: Cast) -> None:
    given = {"manage_team_members": "all-with-self-restriction", "manage_suspended_tickets": True}
    role = people.create_role(name="Manager", configuration={**roles.STANDARD, **given}, now=NOW)
    cast.add("sam", Role.AGENT, custom_role=role)
    people.update_user(user=cast.users["ben"], now=NOW, custom_role=CustomRole.objects.get(name="Staff"))
    path, plain = f"/users/{cast.users['ben'].pk}", {"user": {"custom_role_id": None}}
    settings.change(now=NOW, agents_delete_tickets=True)
    assert api.as_("sam").put(path, plain).status_code == 403
    settings.change(now=NOW, agents_delete_tickets=False)
    assert api.as_("sam").put(path, plain).status_code == 200


def test_a_write_that_is_refused_halfway_leaves_nobody_behind(api: Caller) -> None:
    body = {"user": {"name": "Gus", "email": "gus@example.com", "role": "agent", "agent_brand_ids": [987654]}}
    assert api.as_("ada").post("/users", body).status_code == 422
    assert not User.objects.filter(email="gus@example.com").exists()


def test_groups_are_changed_and_closed_and_a_private_one_stays_private(api: Caller, cast: Cast) -> None:
    ada, path = api.as_("ada"), f"/groups/{cast.returns.pk}"
    ticket = cast.ticket(group_id=cast.returns.pk)
    private = ada.put(path, {"group": {"name": "Vault", "is_public": False, "is_confidential": True}}).json()["group"]
    assert (private["name"], private["is_public"]) == ("Vault", False)
    refused = ada.put(path, {"group": {"is_public": True}})
    assert (refused.status_code, list(refused.json()["details"])) == (422, ["is_public"])
    assert ada.delete(path).status_code == 204
    assert ada.get(path).status_code == 404
    ticket.refresh_from_db()
    assert ticket.group_id == cast.returns.pk
    assert ada.delete(f"/groups/{cast.support.pk}").status_code == 422  # new agents start there
    assert ada.put(f"/groups/{cast.support.pk}", {"group": {"is_public": False}}).status_code == 422


def test_nobody_puts_themselves_into_a_group_nor_anybody_into_a_private_one_of_others(
    api: Caller, cast: Cast, manager: str
) -> None:
    people.update_group(group=cast.returns, now=NOW, is_public=False)
    public = people.create_group(name="Open", now=NOW)
    sam = api.as_(manager)
    for who, group, status in (("ben", public, 201), ("sam", public, 403), ("ben", cast.returns, 403)):
        body = {"group_membership": {"user_id": cast.users[who].pk, "group_id": group.pk}}
        assert sam.post("/group_memberships", body).status_code == status, who


def test_many_group_memberships_come_and_go_as_a_job(api: Caller, cast: Cast) -> None:
    ada = api.as_("ada")
    items = [{"user_id": cast.users[name].pk, "group_id": cast.returns.pk} for name in ("ana", "ben", "cyd")]
    job = ada.post("/group_memberships/create_many", {"group_memberships": items}).json()["job_status"]
    run_jobs()
    done = ada.get(f"/job_statuses/{job['id']}").json()["job_status"]
    assert [one["status"] for one in done["results"]] == ["Created", "Created", "Failed"]
    ids = ",".join(str(one["id"]) for one in done["results"][:2])
    assert ada.delete(f"/group_memberships/destroy_many?ids={ids}").status_code == 200
    run_jobs()
    assert not cast.returns.memberships.exists()
    assert api.as_("ana").post("/group_memberships/create_many", {"group_memberships": items}).status_code == 403


def test_assignable_groups_and_members_leave_out_what_tickets_cannot_be_given_to(api: Caller, cast: Cast) -> None:
    role = people.create_role(name="Own groups", configuration={"ticket_access": "all"}, now=NOW)
    cast.add("nat", Role.AGENT, custom_role=role)
    assert [one["name"] for one in api.as_("nat").get("/groups/assignable").json()["groups"]] == ["Support"]
    assert len(api.as_("ana").get("/groups/assignable").json()["groups"]) == 2
    told = api.as_("ana").get(f"/groups/{cast.support.pk}/memberships/assignable").json()["group_memberships"]
    assert cast.users["nat"].pk not in {one["user_id"] for one in told}
