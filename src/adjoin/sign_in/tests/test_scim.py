"""A directory keeps its own people, no others, and makes nobody more than it may (abuse test 62)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from adjoin.audit_log.models import Entry
from adjoin.help_center.tests.conftest import ACME, MAKER, Visit
from adjoin.people.models import User
from adjoin.sign_in.models import ScimToken
from adjoin.sign_in.scim import tokens
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


class Directory:
    """A directory's client."""

    def __init__(self, cast: Cast, *, makes_agents: bool = False) -> None:
        chosen = [cast.organizations["Kettle Club"].pk]
        self.token, self.secret = tokens.create(
            name="Example Inc",
            domains=["example.com"],
            organization_ids=chosen,
            makes_agents=makes_agents,
            created_by_id=None,
            now=NOW,
        )

    def __call__(self, method: str, path: str, body: Any = None, host: str = ACME) -> Any:
        send = getattr(Client(headers={"host": host}, enforce_csrf_checks=True), method)
        how: dict[str, Any] = {"headers": {"Authorization": f"Bearer {self.secret}"}}
        if method == "get":
            return send(f"/scim/v2/{path}", body, **how)
        return send(f"/scim/v2/{path}", body, content_type="application/scim+json", **how)

    def patch(self, path: str, *operations: dict[str, Any]) -> Any:
        return self("patch", path, {"schemas": [PATCH], "Operations": list(operations)})


@pytest.fixture
def directory(cast: Cast) -> Directory:
    return Directory(cast)


def test_a_person_is_made_changed_switched_off_and_deleted(cast: Cast, directory: Directory) -> None:
    new = {"userName": "Nia@example.com", "name": {"givenName": "Nia", "familyName": "New"}, "externalId": "n-1"}
    made = directory("post", "Users", {**new, "active": True})
    assert made.status_code == 201
    assert made["Content-Type"] == "application/scim+json"
    body = made.json()
    assert (body["userName"], body["displayName"], body["active"]) == ("nia@example.com", "Nia New", True)
    assert directory("post", "Users", new).status_code == 409
    path = f"Users/{body['id']}"
    found = directory("get", "Users", {"filter": 'userName eq "NIA@example.com"'}).json()
    assert [one["id"] for one in found["Resources"]] == [body["id"]]
    renamed = directory.patch(path, {"op": "Replace", "path": "name.familyName", "value": "Newer"})
    assert renamed.json()["displayName"] == "Nia Newer"
    directory("put", path, {**new, "displayName": "Nia N.", "active": False})
    nia = User.objects.get(pk=body["id"])
    assert (nia.name, nia.is_suspended, nia.is_verified) == ("Nia N.", True, True)
    assert directory("delete", path).status_code == 204
    assert directory("get", path).status_code == 404
    assert Entry.objects.filter(actor_name="Directory Example Inc").exists()


def test_whoever_is_switched_off_is_out_at_once(cast: Cast, visit: Visit, directory: Directory) -> None:
    cyd = visit("cyd")
    path = f"Users/{cast.users['cyd'].pk}"
    off = directory.patch(path, {"op": "replace", "value": {"active": "False"}})
    assert off.json()["active"] is False
    assert cyd.get("/hc/en/requests/").status_code == 302
    directory.patch(path, {"op": "replace", "path": "active", "value": True})
    assert cyd.get("/hc/en/requests/").status_code == 302  # that session is over
    assert visit("cyd").get("/hc/en/requests/").status_code == 200


def test_62_a_directory_reaches_nobody_elses_people_and_no_team(cast: Cast, directory: Directory) -> None:
    stranger = User.objects.create(name="S", email="s@other.example", created_at=NOW, updated_at=NOW)
    for user in (cast.users["ada"], cast.users["ana"], stranger):
        for method in ("get", "delete", "patch", "put"):
            assert directory(method, f"Users/{user.pk}", None if method == "get" else {}).status_code == 404
    assert directory("post", "Users", {"userName": "x@other.example"}).status_code == 403
    moved = directory.patch(
        f"Users/{cast.users['cyd'].pk}", {"op": "replace", "path": "userName", "value": "c@o.example"}
    )
    assert moved.status_code == 403
    assert directory("post", "Users", {"userName": "y@example.com", "userType": "agent"}).status_code == 403
    assert directory("post", "Users", {"userName": "ada@example.com"}).status_code == 409


def test_62_where_it_keeps_agents_it_keeps_no_admins(cast: Cast) -> None:
    directory = Directory(cast, makes_agents=True)
    made = directory("post", "Users", {"userName": "y@example.com", "userType": "agent"})
    assert made.json()["userType"] == "agent"
    admin = directory("post", "Users", {"userName": "z@example.com", "userType": "admin"})
    assert admin.json()["userType"] == "end-user"
    assert directory("get", f"Users/{cast.users['ada'].pk}").status_code == 404


def test_groups_are_the_organizations_chosen_for_it(cast: Cast, directory: Directory) -> None:
    cast.join("eli", "Strangers")
    club, other = cast.organizations["Kettle Club"], cast.organizations["Strangers"]
    listed = directory("get", "Groups").json()
    assert [one["displayName"] for one in listed["Resources"]] == ["Kettle Club"]
    assert directory("get", f"Groups/{other.pk}").status_code == 404
    assert directory("post", "Groups", {"displayName": "Strangers"}).status_code == 403
    eli, ada, path = str(cast.users["eli"].pk), str(cast.users["ada"].pk), f"Groups/{club.pk}"
    added = directory.patch(path, {"op": "add", "path": "members", "value": [{"value": eli}]})
    assert eli in [one["value"] for one in added.json()["members"]]
    assert directory.patch(path, {"op": "add", "path": "members", "value": [{"value": ada}]}).status_code == 404
    left = directory.patch(path, {"op": "remove", "path": f'members[value eq "{eli}"]'})
    assert eli not in [one["value"] for one in left.json()["members"]]
    assert directory("put", path, {"displayName": "Renamed", "members": []}).json()["members"] == []
    club.refresh_from_db()
    assert club.name == "Kettle Club"


def test_only_a_living_token_opens_and_only_its_own_account(cast: Cast, directory: Directory) -> None:
    assert directory("get", "Users", host=MAKER).status_code == 401
    assert Client(headers={"host": ACME}).get("/scim/v2/Users").status_code == 401
    assert directory.secret not in str(ScimToken.objects.values())
    tokens.revoke(directory.token, timezone.now())
    assert directory("get", "Users").status_code == 401


@pytest.mark.parametrize("wrong", ['userName co "a"', 'password eq "x"', "nonsense", 'id eq "x"'])
def test_a_filter_we_do_not_know_is_refused(directory: Directory, wrong: str) -> None:
    answer = directory("get", "Users", {"filter": wrong})
    assert (answer.status_code, answer.json()["schemas"]) == (400, ["urn:ietf:params:scim:api:messages:2.0:Error"])


def test_what_we_can_do_is_said(directory: Directory) -> None:
    assert directory("get", "ServiceProviderConfig").json()["patch"] == {"supported": True}
    assert directory("get", "ResourceTypes").json()["totalResults"] == 2
    assert directory("post", "Users", "nonsense").status_code == 400


@pytest.mark.parametrize("operations", [["x"], "x", None, {}, [["op"]]], ids=str)
@pytest.mark.parametrize("kind", ["Users", "Groups"])
def test_a_patch_that_makes_no_sense_is_told_so(
    cast: Cast, directory: Directory, kind: str, operations: object
) -> None:
    row = cast.users["cyd"] if kind == "Users" else cast.organizations["Kettle Club"]
    answer = directory("patch", f"{kind}/{row.pk}", {"Operations": operations})
    assert (answer.status_code, "list of objects" in answer.json()["detail"]) == (400, True)


@pytest.mark.parametrize(("known", "becomes"), [("Cyd Roe", "Sid Roe"), ("Cyd Ann Roe", "Cyd Ann Roe"), ("Cyd", "Cyd")])
def test_half_a_name_does_not_take_the_other_half_away(
    cast: Cast, directory: Directory, known: str, becomes: str
) -> None:
    User.objects.filter(pk=cast.users["cyd"].pk).update(name=known)
    path, given = f"Users/{cast.users['cyd'].pk}", {"op": "replace", "path": "name.givenName", "value": "Sid"}
    assert (
        directory.patch(path, {"op": "replace", "path": "name", "value": None}, given).json()["displayName"] == becomes
    )
    family = {"op": "replace", "path": "name.familyName", "value": "Doe"}
    assert directory.patch(path, given, family).json()["displayName"] == "Sid Doe"


def test_members_come_without_a_path_as_well(cast: Cast, directory: Directory) -> None:
    nia = cast.add("nia")
    path = f"Groups/{cast.organizations['Kettle Club'].pk}"
    answer = directory.patch(path, {"op": "add", "value": {"members": [{"value": str(nia.pk)}]}})
    assert str(nia.pk) in [one["value"] for one in answer.json()["members"]]


def test_a_number_that_nobody_has_is_nobody(cast: Cast, directory: Directory) -> None:
    for number in ("999999", "9" * 30):
        found = directory("get", "Users", {"filter": f'id eq "{number}"'})
        assert (found.status_code, found.json()["totalResults"]) == (200, 0)
