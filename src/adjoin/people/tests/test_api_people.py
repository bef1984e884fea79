"""People, organizations and groups over the API."""

from __future__ import annotations

from typing import Any

import pytest

from adjoin.people import actions
from adjoin.people.models import Membership, User, UserField
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs
from adjoin.tickets.models import Ticket

SEEN_BY_END_USERS = [
    *("id", "url", "name", "email", "created_at", "updated_at", "time_zone", "phone", "shared_phone_number", "photo"),
    *("locale", "locale_id", "organization_id", "role", "verified"),
]


def test_a_customer_sees_themselves_with_fewer_keys_and_nobody_else(api: Caller, cast: Cast) -> None:
    cyd = api.as_("cyd")
    assert list(cyd.get("/users/me").json()["user"]) == SEEN_BY_END_USERS
    assert list(cyd.get(f"/users/{cast.users['cyd'].pk}").json()["user"]) == SEEN_BY_END_USERS
    assert cyd.get(f"/users/{cast.users['ana'].pk}").status_code == 404


def test_lists_narrow_by_role_in_both_forms(api: Caller) -> None:
    ana = api.as_("ana")
    assert {user["name"] for user in ana.get("/users", role="admin").json()["users"]} >= {"Ada Example"}
    both = ana.client.get("/api/v2/users?role%5B%5D=agent&role%5B%5D=admin", headers=ana.headers).json()["users"]
    assert {user["role"] for user in both} == {"agent", "admin"}
    assert [user["name"] for user in ana.get("/users/autocomplete", name="cy").json()["users"]] == ["Cyd Example"]


def test_admins_make_agents_agents_make_customers(api: Caller) -> None:
    agent = {"user": {"name": "Gus", "email": "gus@example.com", "role": "agent"}}
    assert api.as_("ana").post("/users", agent).status_code == 403
    made = api.as_("ada").post("/users", agent)
    assert (made.status_code, made["Location"], made.json()["user"]["role"]) == (
        201,
        made.json()["user"]["url"],
        "agent",
    )
    customer = {"user": {"name": "Hal", "email": "hal@example.com", "organization": {"name": "kettle club"}}}
    hal = api.as_("ana").post("/users", customer).json()["user"]
    assert User.objects.get(pk=hal["id"]).memberships.get().organization.name == "Kettle Club"


def test_an_address_is_taken_once(api: Caller) -> None:
    answer = api.as_("ada").post("/users", {"user": {"name": "Cyd", "email": "CYD@example.com"}})
    assert answer.status_code == 422
    assert answer.json() == {
        "error": "RecordInvalid",
        "description": "Record validation errors",
        "details": {
            "email": [
                {
                    "description": "Email: cyd@example.com is already being used by another user",
                    "error": "DuplicateValue",
                }
            ]
        },
    }


@pytest.mark.parametrize(
    ("who", "whom", "change", "status"),
    [
        ("cyd", "cyd", {"name": "Cydney"}, 200),
        ("cyd", "cyd", {"role": "admin"}, 403),
        ("cyd", "cyd", {"verified": True}, 403),
        ("cyd", "cyd", {"organization_id": None}, 403),
        ("cyd", "cyd", {"ticket_restriction": "organization"}, 403),
        ("cyd", "dee", {"name": "x"}, 404),
        ("ana", "cyd", {"notes": "Likes tea."}, 200),
        ("ana", "cyd", {"role": "agent"}, 403),
        ("ana", "cyd", {"ticket_restriction": "organization"}, 403),
        ("ana", "ben", {"name": "x"}, 403),
        ("ana", "ana", {"signature": "Ana"}, 200),
        ("ana", "ana", {"role": "admin"}, 403),
        ("ana", "ana", {"ticket_restriction": None}, 403),
        ("ana", "ana", {"agent_brand_ids": []}, 403),
        ("ada", "ben", {"role": "admin"}, 200),
        ("ada", "ada", {"role": "agent"}, 403),
        ("ada", "ada", {"phone": "+1 555"}, 200),
        ("ada", "cyd", {"role": "emperor"}, 422),
        ("ada", "cyd", {"name": ""}, 422),
        ("ada", "cyd", {"name": 5}, 422),
        ("ada", "cyd", {"tags": [5]}, 422),
        ("ada", "cyd", {"suspended": "x"}, 422),
        ("ada", "cyd", {"organization_id": 999_999}, 422),
        ("ada", "cyd", {"agent_brand_ids": ["x"]}, 422),
    ],
)
def test_who_changes_what_about_whom(
    api: Caller, cast: Cast, who: str, whom: str, change: dict[str, Any], status: int
) -> None:
    before = User.objects.values().get(pk=cast.users[whom].pk)
    answer = api.as_(who).put(f"/users/{cast.users[whom].pk}", {"user": change})
    assert answer.status_code == status
    if status != 200:
        assert User.objects.values().get(pk=cast.users[whom].pk) == before


def test_the_owner_stays_an_admin(api: Caller, cast: Cast) -> None:
    owner = cast.add("olga", "admin", is_owner=True)
    assert api.as_("ada").put(f"/users/{owner.pk}", {"user": {"role": "agent"}}).status_code == 422
    assert api.as_("ada").delete(f"/users/{owner.pk}").status_code == 422
    assert api.as_("ada").delete(f"/users/{cast.users['ada'].pk}").status_code == 403


def test_who_becomes_an_agent_works_and_who_stops_loses_everything(api: Caller, cast: Cast) -> None:
    dee = cast.users["dee"].pk
    assert api.as_("ada").put(f"/users/{dee}", {"user": {"role": "agent"}}).json()["user"]["default_group_id"]
    assert cast.actor("dee").brand_ids
    brands = {"user": {"agent_brand_ids": [cast.outdoor.pk]}}
    assert api.as_("ada").put(f"/users/{dee}", brands).status_code == 200
    assert cast.actor("dee").brand_ids == {cast.outdoor.pk}
    ticket = cast.update("ada", cast.ticket(brand_id=cast.outdoor.pk), assignee_id=dee)
    api.as_("ada").put(f"/users/{dee}", {"user": {"role": "end-user"}})
    actor = cast.actor("dee")
    assert (actor.brand_ids, actor.group_ids, actor.is_end_user) == (frozenset(), frozenset(), True)
    assert Ticket.objects.get(pk=ticket.pk).assignee is None


def test_a_deleted_person_is_shown_once_more_and_gets_in_no_more(api: Caller, cast: Cast) -> None:
    ticket, cyd = cast.ticket("cyd"), api.as_("cyd")
    answer = api.as_("ada").delete(f"/users/{cast.users['cyd'].pk}")
    assert (answer.status_code, answer.json()["user"]["active"], answer.json()["user"]["email"]) == (200, False, None)
    assert cyd.get("/requests").status_code == 401
    assert Ticket.objects.get(pk=ticket.pk).requester == cast.users["cyd"]
    assert api.as_("ana").delete(f"/users/{cast.users['dee'].pk}").status_code == 403


def test_leaving_an_organization_takes_open_tickets_along_and_finds_a_new_default(api: Caller, cast: Cast) -> None:
    cast.join("cyd", "Tent Club")
    ticket, cyd, club = cast.ticket("cyd"), cast.users["cyd"].pk, cast.organizations["Kettle Club"].pk
    closed = cast.update("ada", cast.ticket("cyd"), status="closed")
    assert ticket.organization_id == club
    listed = api.as_("ana").get(f"/users/{cyd}/organization_memberships").json()["organization_memberships"]
    assert [(one["organization_name"], one["default"]) for one in listed] == [
        ("Kettle Club", True),
        ("Tent Club", None),
    ]
    assert api.as_("ana").delete(f"/organization_memberships/{listed[0]['id']}").status_code == 204
    run_jobs()
    assert Ticket.objects.get(pk=ticket.pk).organization is None
    assert Ticket.objects.get(pk=closed.pk).organization_id == club
    assert Membership.objects.get(user_id=cyd).is_default


def test_memberships_are_made_once_and_moved(api: Caller, cast: Cast) -> None:
    tents = actions.create_organization(name="Tent Club", now=NOW)
    body = {"organization_membership": {"user_id": cast.users["cyd"].pk, "organization_id": tents.pk}}
    made = api.as_("ana").post("/organization_memberships", body)
    assert (made.status_code, made.json()["organization_membership"]["default"]) == (201, None)
    assert api.as_("ana").post("/organization_memberships", body).status_code == 422
    path = f"/users/{cast.users['cyd'].pk}/organization_memberships/{made.json()['organization_membership']['id']}"
    moved = api.as_("ana").put(f"{path}/make_default").json()["organization_memberships"]
    assert [one["organization_name"] for one in moved] == ["Tent Club", "Kettle Club"]
    seeing = {
        "organization_membership": {
            **body["organization_membership"],
            "user_id": cast.users["eli"].pk,
            "view_tickets": True,
        }
    }
    assert api.as_("ana").post("/organization_memberships", seeing).status_code == 403
    assert api.as_("ada").post("/organization_memberships", seeing).json()["organization_membership"]["view_tickets"]
    own = api.as_("cyd").get("/organization_memberships").json()["organization_memberships"]
    assert {one["user_id"] for one in own} == {cast.users["cyd"].pk}


def test_organizations_are_the_admins_notes_are_the_agents(api: Caller, cast: Cast) -> None:
    body = {
        "organization": {"name": "Tent Club", "domain_names": ["Tents.example"], "shared_tickets": True, "tags": "a b"}
    }
    assert api.as_("ana").post("/organizations", body).status_code == 403
    made = api.as_("ada").post("/organizations", body).json()["organization"]
    assert (made["domain_names"], made["shared_tickets"], made["tags"]) == (["tents.example"], True, ["a", "b"])
    path = f"/organizations/{made['id']}"
    assert api.as_("ana").put(path, {"organization": {"notes": "Nice."}}).json()["organization"]["notes"] == "Nice."
    assert api.as_("ana").put(path, {"organization": {"shared_comments": True}}).status_code == 403
    wrong = {"organization": {"shared_tickets": False, "shared_comments": True}}
    assert api.as_("ada").put(path, wrong).status_code == 422
    assert api.as_("ada").put(path, {"organization": {"name": "kettle CLUB"}}).status_code == 422
    found = api.as_("ana").get("/organizations/search", name="tent club").json()["organizations"]
    assert [one["id"] for one in found] == [made["id"]]
    assert api.as_("ada").delete(path).status_code == 204
    assert api.as_("ana").get(path).status_code == 404


def test_deleting_an_organization_tells_its_tickets(api: Caller, cast: Cast) -> None:
    ticket = cast.ticket("cyd")
    api.as_("ada").delete(f"/organizations/{cast.organizations['Kettle Club'].pk}")
    assert Ticket.objects.get(pk=ticket.pk).organization is None
    run_jobs()
    assert ticket.audits.count() == 2


def test_private_groups_are_seen_by_their_members_and_admins(api: Caller, cast: Cast) -> None:
    body = {"group": {"name": "Legal", "is_public": False}}
    assert api.as_("ana").post("/groups", body).status_code == 403
    legal = api.as_("ada").post("/groups", body).json()["group"]
    assert api.as_("ana").get(f"/groups/{legal['id']}").status_code == 404
    member = {"group_membership": {"user_id": cast.users["ana"].pk, "group_id": legal["id"]}}
    assert api.as_("ana").post("/group_memberships", member).status_code == 403
    made = api.as_("ada").post("/group_memberships", member).json()["group_membership"]
    assert api.as_("ana").get(f"/groups/{legal['id']}").status_code == 200
    ticket = cast.update("ada", cast.ticket(), group_id=legal["id"], assignee_id=cast.users["ana"].pk)
    assert api.as_("ada").delete(f"/group_memberships/{made['id']}").status_code == 204
    assert Ticket.objects.get(pk=ticket.pk).assignee is None
    assert api.as_("ana").get(f"/tickets/{ticket.pk}").status_code == 404


def test_brands_are_those_one_works_for(api: Caller, cast: Cast) -> None:
    assert {one["name"] for one in api.as_("ben").get("/brands").json()["brands"]} == {"Acme Outdoor"}
    assert api.as_("ben").get(f"/brands/{cast.home.pk}").status_code == 404
    body = {"brand": {"name": "Acme Pets", "subdomain": "acme-pets"}}
    assert api.as_("ben").post("/brands", body).status_code == 403
    made = api.as_("ada").post("/brands", body)
    assert (made.status_code, made.json()["brand"]["brand_url"]) == (201, "http://acme-pets.localhost:8000")


def test_many_people_are_made_changed_and_deleted_by_jobs_with_the_rights_of_single_calls(
    api: Caller, cast: Cast
) -> None:
    def results(who: str, started: Any) -> list[dict[str, Any]]:
        run_jobs()
        path = f"/job_statuses/{started.json()['job_status']['id']}"
        found: list[dict[str, Any]] = api.as_(who).get(path).json()["job_status"]["results"]
        return found

    def worked(who: str, started: Any) -> list[bool]:
        return [one["success"] for one in results(who, started)]

    ana, ada, ben = api.as_("ana"), api.as_("ada"), cast.users["ben"].pk
    actions.create_field(UserField, key="level", type="text", title="Level", now=NOW)
    new = {"name": "Kit", "email": "kit@example.com", "external_id": "K1", "user_fields": {"level": "gold"}}
    agent, taken = {"name": "Gus", "role": "agent"}, {"name": "Cyd", "email": "cyd@example.com"}
    made = results("ana", ana.post("/users/create_many", {"users": [new, agent, taken]}))
    assert [one["success"] for one in made] == [True, False, False]
    kit = User.objects.get(pk=made[0]["id"])
    assert kit.custom_fields == {"level": "gold"}
    both = [{"email": "KIT@example.com", "notes": "Tall"}, {"name": "Lea", "external_id": "L1"}]
    merged = results("ana", ana.post("/users/create_or_update_many", {"users": both}))
    assert [(one["status"], one["id"] == kit.pk) for one in merged] == [("Updated", True), ("Created", False)]
    path = f"/users/update_many?ids={kit.pk},{ben},{10**9}"
    assert worked("ana", ana.put(path, {"user": {"phone": "7"}})) == [True, False, False]
    each = [{"external_id": "l1", "alias": "Leah"}, {"id": kit.pk, "suspended": True}, {"name": "Nobody"}]
    assert worked("ada", ada.put("/users/update_many", {"users": each})) == [True, True, False]
    again = ana.post("/users/create_or_update", {"user": {"external_id": "k1", "name": "Kitty"}})
    shown = again.json()["user"]
    assert (again.status_code, shown["name"], shown["notes"], shown["phone"], shown["suspended"]) == (
        *(200, "Kitty", "Tall"),
        *("7", True),
    )
    assert ana.post("/users/create_or_update?dry_run=true", {"user": {"name": "Max"}}).json()["dry_run"] is True
    assert not User.objects.filter(name="Max").exists()
    assert worked("ana", ana.delete(f"/users/destroy_many?ids={kit.pk}")) == [False]
    ids = f"{kit.pk},{cast.users['ada'].pk}"
    assert worked("ada", ada.delete(f"/users/destroy_many?ids={ids}")) == [True, False]
    assert not User.objects.get(pk=kit.pk).is_active
    assert ana.post("/users/create_many", {"users": [{}] * 101}).status_code == 400
    assert api.as_("cyd").post("/users/create_many", {"users": [new]}).status_code == 403
