"""Who belongs where: the limits, the default, and that changing one membership never touches another."""

from __future__ import annotations

import pytest

from adjoin.access import actors, permissions, readable
from adjoin.access.permissions import Permission
from adjoin.desk_settings import actions as desk_settings
from adjoin.kernel.errors import Invalid
from adjoin.people import actions
from adjoin.people.actions import MEMBERSHIPS_MAX
from adjoin.people.models import Membership, Organization
from adjoin.people.terms import Role
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs
from adjoin.tickets.models import Ticket


def organizations(count: int) -> list[Organization]:
    rows = [Organization(name=f"Firm {number:03}", created_at=NOW, updated_at=NOW) for number in range(count)]
    return Organization.objects.bulk_create(rows)


def test_the_300th_organization_is_taken_and_the_301st_refused_in_words(api: Caller, cast: Cast) -> None:
    *most, last, one_more = organizations(MEMBERSHIPS_MAX + 1)
    eli = cast.users["eli"]
    Membership.objects.bulk_create(
        [Membership(user=eli, organization=one, created_at=NOW, updated_at=NOW) for one in most]
    )
    actions.join_organization(user=eli, organization=last, now=NOW)
    assert eli.memberships.count() == 300
    body = {"organization_membership": {"user_id": eli.pk, "organization_id": one_more.pk}}
    refused = api.as_("ana").post("/organization_memberships", body)
    assert refused.status_code == 422
    assert "Eli Example is in 300 organizations already. Remove one first." in refused.content.decode()
    assert eli.memberships.count() == 300


def test_where_people_belong_to_one_organization_a_second_is_refused_in_words(api: Caller, cast: Cast) -> None:
    desk_settings.change(multiple_organizations=False, now=NOW)
    tents = actions.create_organization(name="Tent Club", now=NOW)
    body = {"organization_membership": {"user_id": cast.users["cyd"].pk, "organization_id": tents.pk}}
    refused = api.as_("ana").post("/organization_memberships", body)
    assert refused.status_code == 422
    assert "this desk allows one a person" in refused.content.decode()
    assert (
        api.as_("ana").put(f"/users/{cast.users['cyd'].pk}", {"user": {"organization_id": tents.pk}}).status_code == 200
    )
    assert [one.organization for one in cast.users["cyd"].memberships.all()] == [tents]


SHARING = {"own only": (False, False), "see all": (True, False), "see and comment": (True, True)}


@pytest.mark.parametrize("of_member", SHARING)
@pytest.mark.parametrize("of_organization", SHARING)
def test_the_more_permissive_of_organization_and_membership_wins(
    cast: Cast, of_organization: str, of_member: str
) -> None:
    club = cast.organizations["Kettle Club"]
    ticket = cast.ticket("cyd")
    shared, commented = SHARING[of_organization]
    actions.update_organization(organization=club, shared_tickets=shared, shared_comments=commented, now=NOW)
    sees, comments = SHARING[of_member]
    mine = Membership.objects.get(user=cast.users["dee"], organization=club)
    actions.update_membership(membership=mine, sees_tickets=sees, comments_tickets=comments, now=NOW)
    dee = actors.load(cast.users["dee"].pk)
    assert readable.tickets(dee).filter(pk=ticket.pk).exists() is (shared or sees)
    assert permissions.allows(dee, Permission.COMMENT_PUBLICLY, ticket) is (commented or comments)


def test_commenting_without_seeing_is_refused(cast: Cast) -> None:
    mine = Membership.objects.get(user=cast.users["dee"])
    with pytest.raises(Invalid):
        actions.update_membership(membership=mine, sees_tickets=False, comments_tickets=True, now=NOW)


def test_changing_one_membership_leaves_all_others_as_they_are(api: Caller, cast: Cast) -> None:
    eli = cast.users["eli"]
    for one in organizations(30):
        actions.join_organization(user=eli, organization=one, now=NOW)
    before = set(eli.memberships.values_list("organization_id", flat=True))
    first_page = api.as_("ada").get(f"/users/{eli.pk}/organization_memberships", **{"page[size]": 5}).json()
    shown = first_page["organization_memberships"]
    path = f"/organization_memberships/{shown[0]['id']}"
    changed = api.as_("ada").put(path, {"organization_membership": {"view_tickets": True, "comment_tickets": True}})
    assert (changed.json()["organization_membership"]["view_tickets"], changed.status_code) == (True, 200)
    assert api.as_("ada").delete(f"/organization_memberships/{shown[1]['id']}").status_code == 204
    left = set(eli.memberships.values_list("organization_id", flat=True))
    assert before - left == {shown[1]["organization_id"]}
    assert api.as_("ana").put(path, {"organization_membership": {"view_tickets": False}}).status_code == 403


def test_leaving_takes_open_tickets_along_soon_and_access_at_once(cast: Cast) -> None:
    club = cast.organizations["Kettle Club"]
    actions.update_organization(organization=club, shared_tickets=True, now=NOW)
    ticket, closed = cast.ticket("cyd"), cast.update("ada", cast.ticket("cyd"), status="closed")
    theirs = cast.ticket("dee")
    actions.leave_organization(membership=cast.users["cyd"].memberships.get(), now=NOW)
    assert set(readable.tickets(actors.load(cast.users["cyd"].pk))) == {ticket, closed}
    assert Ticket.objects.get(pk=ticket.pk).organization == club
    assert "tickets.leave_organization" in run_jobs()
    assert Ticket.objects.get(pk=ticket.pk).organization is None
    assert Ticket.objects.get(pk=closed.pk).organization == club
    assert Ticket.objects.get(pk=theirs.pk).organization == club
    assert set(readable.tickets(actors.load(cast.users["dee"].pk))) == {theirs, closed}
    assert ticket.audits.count() == 2


def test_who_comes_back_before_the_tickets_have_left_keeps_them(cast: Cast) -> None:
    club, ticket = cast.organizations["Kettle Club"], cast.ticket("cyd")
    actions.leave_organization(membership=cast.users["cyd"].memberships.get(), now=NOW)
    actions.join_organization(user=cast.users["cyd"], organization=club, now=NOW)
    run_jobs()
    assert Ticket.objects.get(pk=ticket.pk).organization == club


def test_the_oldest_membership_becomes_the_default_when_that_one_ends(cast: Cast) -> None:
    for name in ("Tent Club", "Boot Club"):
        cast.join("cyd", name)
    ended = cast.users["cyd"].memberships.get(is_default=True)
    actions.leave_organization(membership=ended, now=NOW)
    assert cast.users["cyd"].memberships.get(is_default=True).organization.name == "Tent Club"


def test_bulk_calls_deal_with_each_membership_alone(api: Caller, cast: Cast) -> None:
    tents = actions.create_organization(name="Tent Club", now=NOW)
    ids = [cast.users[name].pk for name in ("cyd", "dee", "cyd")]
    body = {"organization_memberships": [{"user_id": pk, "organization_id": tents.pk} for pk in ids]}
    started = api.as_("ana").post("/organization_memberships/create_many", body)
    assert (started.status_code, started.json()["job_status"]["total"]) == (200, 3)
    run_jobs()
    key = started.json()["job_status"]["id"]
    done = api.as_("ana").get(f"/job_statuses/{key}").json()["job_status"]
    assert [one["success"] for one in done["results"]] == [True, True, False]
    ended = ",".join(str(one["id"]) for one in done["results"][:2])
    api.as_("ana").delete(f"/organization_memberships/destroy_many?ids={ended}")
    run_jobs()
    assert not tents.memberships.exists()
    assert cast.users["cyd"].memberships.count() == 1


def test_agents_move_only_whom_their_role_lets_them(api: Caller, cast: Cast) -> None:
    def hire(name: str, **configuration: object) -> None:
        role = actions.create_role(name=name, configuration=configuration, now=NOW)
        cast.add(name, Role.AGENT, custom_role=role)

    hire("ina", end_user_profile_access="edit-within-org", ticket_access="within-organization")
    hire("tom", manage_team_members="all-with-self-restriction")
    cast.join("ina", "Kettle Club")
    tents = actions.create_organization(name="Tent Club", now=NOW)

    def into(name: str, organization: Organization) -> int:
        body = {"user_id": cast.users[name].pk, "organization_id": organization.pk}
        answer = api.as_("tom" if name == "tom" else "ina").post(
            "/organization_memberships", {"organization_membership": body}
        )
        return int(answer.status_code)

    assert into("eli", cast.organizations["Kettle Club"]) == 403  # of no organization of hers
    assert into("cyd", tents) == 422  # which she may not look up
    assert into("tom", tents) == 403  # himself
    assert (
        api.as_("ina").delete(f"/organization_memberships/{cast.users['dee'].memberships.get().pk}").status_code == 204
    )
