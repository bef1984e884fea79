"""Brands over the API and their pages: who works for them, and what cannot be done to them."""

from __future__ import annotations

import pytest
from django.test import Client

from adjoin.accounts.models import Domain
from adjoin.audit_log.models import Entry
from adjoin.brands import actions
from adjoin.brands.models import Brand, BrandMembership
from adjoin.kernel.errors import Invalid
from adjoin.people import actions as people
from adjoin.people.terms import Role
from adjoin.testing.accounts import NOW
from adjoin.testing.api import HOST, Caller
from adjoin.testing.cast import Cast


def hosts() -> set[str]:
    return set(Domain.objects.values_list("domain", flat=True))


def test_admins_change_brands_and_delete_those_without_tickets(api: Caller, cast: Cast) -> None:
    ada = api.as_("ada")
    made = ada.post("/brands", {"brand": {"name": "Tents", "subdomain": "acme-tents", "colour": "red"}})
    brand = made.json()["brand"]
    assert (made.status_code, "brand.colour" in made["x-zendesk-api-warn"]) == (201, True)
    path = f"/brands/{brand['id']}"
    for host in ("no host name", "help.invalid"):  # the second one leads nowhere
        assert ada.put(path, {"brand": {"host_mapping": host}}).status_code == 422
    assert ada.put(path, {"brand": {"host_mapping": None}}).json()["brand"]["host_mapping"] is None
    changed = ada.put(path, {"brand": {"subdomain": "acme-camping", "active": False}}).json()["brand"]
    assert (changed["subdomain"], changed["active"]) == ("acme-camping", False)
    assert {"acme-tents.localhost", "acme-camping.localhost"} & hosts() == {"acme-camping.localhost"}
    assert ada.delete(path).status_code == 204
    assert "acme-camping.localhost" not in hosts()
    assert ada.get(path).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [({"active": False}, "active"), ({"subdomain": "else"}, "subdomain"), ({"name": " "}, "name")],
)
def test_the_default_brand_stays_where_it_is(api: Caller, cast: Cast, change: dict[str, object], field: str) -> None:
    answer = api.as_("ada").put(f"/brands/{cast.home.pk}", {"brand": change})
    assert (answer.status_code, list(answer.json()["details"])) == (422, [field])
    assert api.as_("ada").delete(f"/brands/{cast.home.pk}").status_code == 422


def test_a_brand_with_tickets_is_put_out_of_use_instead(api: Caller, cast: Cast) -> None:
    cast.ticket(brand_id=cast.outdoor.pk)
    answer = api.as_("ada").delete(f"/brands/{cast.outdoor.pk}")
    assert (answer.status_code, "Deactivate it instead" in str(answer.json())) == (422, True)
    assert Brand.objects.filter(pk=cast.outdoor.pk).exists()


def test_putting_a_brand_out_of_use_says_first_who_gains(api: Caller, cast: Cast) -> None:
    ada, path = api.as_("ada"), f"/brands/{cast.outdoor.pk}?dry_run=true"
    tried = ada.put(path, {"brand": {"active": False, "name": "Other", "subdomain": "elsewhere"}}).json()
    assert (tried["dry_run"], set(tried)) == (True, {"dry_run", "gains", "losses"})
    before = Brand.objects.get(pk=cast.outdoor.pk)
    assert (before.is_active, before.name, "elsewhere.localhost" in hosts()) == (True, cast.outdoor.name, False)
    assert ada.put(path, {"brand": {"name": " "}}).status_code == 422


def test_agents_change_no_brands_and_see_their_own(api: Caller, cast: Cast) -> None:
    ben, path = api.as_("ben"), f"/brands/{cast.outdoor.pk}"
    assert [one["id"] for one in ben.get("/brands").json()["brands"]] == [cast.outdoor.pk]
    assert ben.get(f"/brands/{cast.home.pk}").status_code == 404
    for answer in (ben.put(path, {"brand": {"name": "x"}}), ben.delete(path), ben.get("/brand_agents")):
        assert answer.status_code == 403


def test_whoever_gives_tickets_to_any_brand_sees_them_all(api: Caller, cast: Cast) -> None:
    role = people.create_role(name="Giver", configuration={"assign_tickets_to_any_brand": True}, now=NOW)
    people.update_user(user=cast.users["ben"], now=NOW, custom_role=role)
    assert len(api.as_("ben").get("/brands").json()["brands"]) == 2


def test_brand_agents_are_read_with_ids_of_text(api: Caller, cast: Cast) -> None:
    ada, ben = api.as_("ada"), cast.users["ben"]
    row = BrandMembership.objects.get(user=ben)
    (shown,) = ada.get(f"/users/{ben.pk}/brand_agents").json()["brand_agents"]
    assert (shown["id"], shown["brand_id"], shown["user_id"]) == (str(row.pk), cast.outdoor.pk, ben.pk)
    assert shown["url"].endswith(f"/brand_agents/{row.pk}.json")
    assert {one["user_id"] for one in ada.get(f"/brands/{cast.home.pk}/agents").json()["brand_agents"]} == {
        cast.users["ana"].pk
    }
    assert len(ada.get("/brand_agents?page[size]=2").json()["brand_agents"]) == 2
    assert ada.get(f"/brand_agents/{row.pk}").json()["brand_agent"] == shown
    assert ada.get(f"/users/{ben.pk}/brand_agents/{row.pk}").json()["brand_agent"] == shown
    assert ada.get(f"/users/{cast.users['ana'].pk}/brand_agents/{row.pk}").status_code == 404
    assert ada.get("/brand_agents/none").status_code == 404


def test_a_brand_page_shows_admins_who_are_always_there_and_changes_the_others(cast: Cast) -> None:
    ada = Client(headers={"host": HOST})
    ada.force_login(cast.users["ada"])
    path = f"/admin/brands/{cast.outdoor.pk}/"
    page = ada.get(path).content.decode()
    assert "Admins work for every brand and cannot be taken out" in page
    assert 'value="ana@example.com, ben@example.com"' in page
    told = {"name": "Outdoor", "subdomain": "acme-outdoor", "colour": "#112233", "tagline": "", "is_active": "on"}
    stays = {"members": "ana@example.com", "members_shown": "ana@example.com, ben@example.com"}
    ada.post(path, {**told, **stays, "confirmed": "1"})
    assert set(BrandMembership.objects.filter(brand=cast.outdoor).values_list("user_id", flat=True)) == {
        cast.users["ana"].pk
    }
    refused = ada.post(path, {**told, "members": "ada@example.com, cyd@example.com", "members_shown": ""})
    assert (refused.status_code, "nobody on the team has this address" in refused.content.decode()) == (422, True)


def test_many_people_move_in_one_change_that_is_all_or_nothing(cast: Cast) -> None:
    admin = cast.add("gil", Role.ADMIN)
    users = [cast.users["ana"], cast.users["ben"], admin]
    assert actions.change_brands(users=users, brands=[cast.home], how=actions.How.SET, now=NOW) == 2
    entry = Entry.objects.filter(kind="user", subject_id=cast.users["ana"].pk).latest("pk")
    assert entry.changes == {"brands": [["Acme", "Acme Outdoor"], ["Acme"]]}
    with pytest.raises(Invalid, match="Only agents work for brands"):
        actions.change_brands(
            users=[cast.users["ana"], cast.users["cyd"]], brands=[cast.outdoor], how=actions.How.ADD, now=NOW
        )
    assert BrandMembership.objects.filter(user=cast.users["ana"], brand=cast.home).exists()
