"""Organizations over the API: their own fields, many at once, their group, and two becoming one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from adjoin.access import actors, readable
from adjoin.brands import actions as brand_actions
from adjoin.brands.models import Brand
from adjoin.job_statuses.models import JobStatus
from adjoin.people import actions
from adjoin.people.actions import mapping, merges
from adjoin.people.models import Membership, Organization, OrganizationField
from adjoin.rules.models import Trigger
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs
from adjoin.tickets.models import Event, Ticket


def test_many_are_made_changed_and_deleted_by_jobs(api: Caller, cast: Cast) -> None:
    ada = api.as_("ada")

    def results(started: Any) -> list[dict[str, Any]]:
        run_jobs()
        job = ada.get(f"/job_statuses/{started.json()['job_status']['id']}").json()["job_status"]
        assert job["status"] == "completed"
        found: list[dict[str, Any]] = job["results"]
        return found

    names = [{"name": "North", "external_id": "N1"}, {"name": "South"}, {"name": "kettle club"}]
    made = results(ada.post("/organizations/create_many", {"organizations": names}))
    assert [one["status"] for one in made] == ["Created", "Created", "Failed"]
    north, south = made[0]["id"], made[1]["id"]
    results(ada.put(f"/organizations/update_many?ids={north},{south}", {"organization": {"tags": ["ship"]}}))
    batch = [{"external_id": "n1", "notes": "Cold."}, {"id": south, "notes": "Warm."}, {"id": 10**9, "notes": "?"}]
    changed = results(ada.put("/organizations/update_many", {"organizations": batch}))
    assert [one["success"] for one in changed] == [True, True, False]
    found = ada.get("/organizations/show_many", external_ids="N1").json()["organizations"]
    assert [(one["notes"], one["tags"]) for one in found] == [("Cold.", ["ship"])]
    assert [one["id"] for one in ada.get("/organizations/search", external_id="n1").json()["organizations"]] == [north]
    assert [one["name"] for one in ada.get("/organizations/autocomplete", name="no").json()["organizations"]] == [
        "North"
    ]
    again = ada.post("/organizations/create_or_update", {"organization": {"external_id": "N1", "details": "Ice"}})
    assert (again.status_code, again.json()["organization"]["id"]) == (200, north)
    fresh = ada.post("/organizations/create_or_update", {"organization": {"external_id": "W1", "name": "West"}})
    assert fresh.status_code == 201
    assert api.as_("ana").post("/organizations/create_or_update", {"organization": {"name": "X"}}).status_code == 403
    gone = results(ada.delete(f"/organizations/destroy_many?ids={north},{south}"))
    assert [one["status"] for one in gone] == ["Deleted", "Deleted"]
    refused = results_of_agent(api, ada)
    assert refused == ["Failed"]


def results_of_agent(api: Caller, ada: Caller) -> list[str]:
    """What comes of an agent's try to delete an organization."""
    kept = ada.get("/organizations/search", name="West").json()["organizations"][0]["id"]
    ana = api.as_("ana")
    started = ana.delete(f"/organizations/destroy_many?ids={kept}").json()["job_status"]["id"]
    run_jobs()
    job = ana.get(f"/job_statuses/{started}").json()["job_status"]
    return [one["status"] for one in job["results"]]


def test_a_list_asks_as_often_for_many_organizations_as_for_few(api: Caller, cast: Cast) -> None:
    actions.create_field(OrganizationField, key="level", title="Level", type="text", now=NOW)
    counts, ada = [], api.as_("ada")
    ada.get("/organizations")  # the token's first use is written down
    for more in (1, 10):
        for number in range(more):
            actions.create_organization(name=f"Firm {more} {number}", now=NOW)
        with CaptureQueriesContext(connection) as asked:
            ada.get("/organizations")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_new_tickets_of_an_organization_go_to_its_group_unless_somebody_says_otherwise(cast: Cast) -> None:
    club = cast.organizations["Kettle Club"]
    actions.update_organization(organization=club, group=cast.returns, now=NOW)
    assert cast.ticket("cyd").group == cast.returns
    assert cast.ticket("cyd", by="ada", group_id=cast.support.pk).group == cast.support
    assert cast.ticket("eli").group is None
    Trigger.objects.create(
        title="Tag what comes to Returns",
        position=1,
        conditions={"all": [{"field": "group_id", "operator": "is", "value": str(cast.returns.pk)}], "any": []},
        actions=[{"field": "current_tags", "value": "by_group"}],
        created_at=NOW,
        updated_at=NOW,
    )
    assert "by_group" in cast.ticket("cyd").tags
    type(cast.returns).objects.filter(pk=cast.returns.pk).update(is_deleted=True)
    assert cast.ticket("cyd").group is None


def test_a_merge_moves_members_tickets_and_domains_and_keeps_access_right(api: Caller, cast: Cast) -> None:
    club = cast.organizations["Kettle Club"]
    actions.update_organization(organization=club, shared_tickets=True, domain_names=["kettles.example"], now=NOW)
    cast.join("eli", "Tent Club")
    cast.join("dee", "Tent Club", sees_tickets=True, is_default=True)
    tents = cast.organizations["Tent Club"]
    theirs, ours = cast.ticket("cyd"), cast.ticket("eli")
    closed = cast.update("ada", cast.ticket("cyd"), status="closed")
    path = f"/organizations/{club.pk}/merge"
    body = {"organization_merge": {"winner_id": tents.pk}}
    assert api.as_("ana").post(path, body).status_code == 403
    assert api.as_("ada").post(path, {"organization_merge": {"winner_id": club.pk}}).status_code == 422
    merged = api.as_("ada").post(path, body)
    told = merged.json()["organization_merge"]
    assert (merged.status_code, told["status"], told["loser_id"], told["winner_id"]) == (
        201,
        "complete",
        club.pk,
        tents.pk,
    )
    assert api.as_("ada").get(f"/organization_merges/{told['id']}").json()["organization_merge"] == told
    listed = api.as_("ada").get(f"/organizations/{tents.pk}/merges").json()["organization_merges"]
    assert [one["id"] for one in listed] == [told["id"]]
    assert api.as_("ada").get(f"/organizations/{club.pk}").status_code == 404
    assert set(Ticket.objects.filter(organization=tents)) == {theirs, ours, closed}
    assert Organization.objects.get(pk=tents.pk).domain_names == ["kettles.example"]
    assert Membership.objects.filter(user=cast.users["dee"]).count() == 1
    # dee saw all tickets of the winner by herself, and still does; cyd saw the loser's, which is no more.
    readers = {who: set(readable.tickets(actors.load(cast.users[who].pk))) for who in ("cyd", "dee", "eli")}
    assert readers == {"cyd": {theirs, closed}, "dee": {theirs, ours, closed}, "eli": {ours}}
    assert Membership.objects.get(user=cast.users["dee"]).is_default
    assert "tickets.record_end_of_organization" in run_jobs()
    moved = Event.objects.filter(audit__ticket=theirs, type="Change", data__field_name="organization_id")
    assert [(one.data["previous_value"], one.data["value"]) for one in moved] == [(str(club.pk), str(tents.pk))]


def test_a_large_organization_is_merged_in_the_background(
    api: Caller, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merges, "MEMBERS_AT_ONCE_MAX", 1)
    club, tents = cast.organizations["Kettle Club"], actions.create_organization(name="Tent Club", now=NOW)
    body = {"organization_merge": {"winner_id": tents.pk}}
    told = api.as_("ada").post(f"/organizations/{club.pk}/merge", body).json()["organization_merge"]
    assert told["status"] == "new"
    assert api.as_("ada").post(f"/organizations/{club.pk}/merge", body).status_code == 422
    run_jobs()
    after = api.as_("ada").get(f"/organization_merges/{told['id']}").json()["organization_merge"]
    assert (after["status"], tents.memberships.count()) == ("complete", 2)


def test_a_dry_run_tells_who_gains_and_loses_and_saves_nothing(api: Caller, cast: Cast) -> None:
    club, ticket, ada = cast.organizations["Kettle Club"], cast.ticket("cyd"), api.as_("ada")
    path = f"/organizations/{club.pk}"
    sharing = {"organization": {"shared_tickets": True}}
    tried = ada.put(f"{path}?dry_run=true", sharing).json()
    assert (tried["dry_run"], tried["gains"]["people"], tried["losses"]["people"]) == (True, 1, 0)
    assert [one["id"] for one in tried["gains"]["examples"][0]["examples"]] == [ticket.pk]
    assert not Organization.objects.get(pk=club.pk).shared_tickets
    ada.put(path, sharing)
    assert ada.delete(f"{path}?dry_run=true").json()["losses"]["people"] == 1
    cast.join("eli", "Tent Club", sees_tickets=True)
    merge = {"organization_merge": {"winner_id": cast.organizations["Tent Club"].pk}}
    tried = ada.post(f"{path}/merge?dry_run=true", merge).json()
    assert (tried["gains"]["people"], tried["losses"]["people"]) == (1, 1)  # eli sees theirs; dee sees it no more
    mine = Membership.objects.get(user=cast.users["dee"])
    seeing = {"organization_membership": {"view_tickets": True}}
    assert ada.put(f"/organization_memberships/{mine.pk}?dry_run=true", seeing).json()["gains"]["people"] == 0
    assert ada.delete(f"/organization_memberships/{mine.pk}?dry_run=true").json()["losses"]["people"] == 1
    joins = {"organization_membership": {"user_id": cast.users["eli"].pk, "organization_id": club.pk}}
    assert ada.post("/organization_memberships?dry_run=true", joins).json()["gains"]["people"] == 1
    assert (Organization.objects.count(), club.memberships.count()) == (2, 2)
    assert ada.put(f"{path}?dry_run=true", {"organization": {"domain_names": ["gmail.com"]}}).status_code == 422


def test_a_dry_run_of_many_at_once_starts_no_job_and_saves_nothing(api: Caller, cast: Cast) -> None:
    club, ada = cast.organizations["Kettle Club"], api.as_("ada")
    actions.update_organization(organization=club, shared_tickets=True, now=NOW)
    cast.ticket("cyd")
    dee, eli = Membership.objects.get(user=cast.users["dee"]), cast.users["eli"].pk
    joins = [{"user_id": eli, "organization_id": club.pk}, {"user_id": 987654321, "organization_id": club.pk}]
    tried = ada.post("/organization_memberships/create_many?dry_run=true", {"organization_memberships": joins})
    assert (tried.status_code, tried.json()["gains"]["people"]) == (200, 1)  # the other item would fail alone
    for path in (f"organization_memberships/destroy_many?ids={dee.pk}", f"organizations/destroy_many?ids={club.pk}"):
        assert ada.delete(f"/{path}&dry_run=true").json()["losses"]["people"] == 1
    closing = {"organization": {"shared_tickets": False}}
    tried = ada.put(f"/organizations/update_many?ids={club.pk}&dry_run=true", closing).json()
    assert (tried["gains"]["people"], tried["losses"]["people"]) == (0, 1)
    assert (club.memberships.count(), JobStatus.objects.count()) == (2, 0)
    assert Organization.objects.get(pk=club.pk).shared_tickets


def test_a_dry_run_of_groups_and_brands_deletes_nothing(api: Caller, cast: Cast) -> None:
    ana, ada = cast.users["ana"], api.as_("ada")
    vault = actions.create_group(name="Vault", is_public=False, now=NOW)
    place = actions.add_to_group(user=ana, group=vault, now=NOW)
    cast.ticket("cyd", group_id=vault.pk)
    assert ada.delete(f"/groups/{vault.pk}?dry_run=true").json()["losses"]["people"] == 1
    assert ada.delete(f"/group_memberships/destroy_many?ids={place.pk}&dry_run=true").json()["losses"]["people"] == 1
    joins = {"group_memberships": [{"user_id": cast.users["ben"].pk, "group_id": vault.pk}]}
    assert ada.post("/group_memberships/create_many?dry_run=true", joins).json()["dry_run"] is True
    brand = brand_actions.create_brand(name="New", subdomain="quite-new", now=NOW)
    assert ada.delete(f"/brands/{brand.pk}?dry_run=true").json()["losses"]["people"] == 0
    assert list(vault.memberships.values_list("user_id", flat=True)) == [ana.pk]
    assert Brand.objects.filter(pk=brand.pk).exists()


def test_a_dry_run_of_a_domain_counts_all_whom_it_would_bring(
    api: Caller, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapping, "AT_ONCE_MAX", 1)
    club = cast.organizations["Kettle Club"]
    actions.update_organization(organization=club, shared_tickets=True, now=NOW)
    cast.ticket("cyd")
    for number in range(3):
        actions.create_user(name="Rosa", email=f"rosa{number}@acme.com", is_verified=True, now=NOW)
    body = {"organization": {"domain_names": ["acme.com"]}}
    tried = api.as_("ada").put(f"/organizations/{club.pk}?dry_run=true", body).json()
    assert tried["gains"]["people"] == 3
    assert club.memberships.count() == 2


def test_tags_are_set_added_and_taken_off(api: Caller, cast: Cast) -> None:
    ada, path = api.as_("ada"), f"/organizations/{cast.organizations['Kettle Club'].pk}/tags"
    assert ada.post(path, {"tags": ["Gold", "north"]}).status_code == 201
    assert ada.put(path, {"tags": ["west"]}).json() == {"tags": ["gold", "north", "west"]}
    assert ada.delete(path, {"tags": ["north"]}).status_code == 204
    assert api.as_("ana").get(path).json() == {"tags": ["gold", "west"]}
    assert api.as_("ana").put(path, {"tags": ["x"]}).status_code == 403
