"""What a provider says of own fields of people, of organizations by their id, and of locales."""

from __future__ import annotations

from typing import Any

import pytest

from adjoin.help_center.tests.conftest import Visit
from adjoin.people import actions as people
from adjoin.people.models import Organization, User, UserField
from adjoin.sign_in import vouched
from adjoin.sign_in.models import Provider
from adjoin.sign_in.tests.test_signed_tokens import post, provider, signed
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast

__all__ = ["provider"]
LEVELS = [{"id": 1, "name": "Gold", "value": "gold"}, {"id": 2, "name": "Tin", "value": "tin"}]
FIELDS: dict[str, dict[str, Any]] = {
    "plan": {"type": "dropdown", "options": LEVELS},
    "levels": {"type": "multiselect", "options": LEVELS},
    "vip": {"type": "checkbox", "tag": "vip"},
    "seats": {"type": "integer"},
    "since": {"type": "date"},
    "remark": {"type": "textarea"},
    "boss": {"type": "lookup", "target": "zen:user"},
    "old": {"type": "text", "is_active": False},
}


@pytest.fixture
def site(cast: Cast, provider: Provider) -> Provider:
    for key, more in FIELDS.items():
        UserField.objects.create(key=key, title=key, created_at=NOW, updated_at=NOW, **more)
    Provider.objects.update(sets_fields=True)
    return provider


def come(cast: Cast, **more: Any) -> User:
    """Cyd, once a token has said this of her."""
    assert post(signed(**more))[0].status_code == 302
    return cast.user("cyd")


def test_a_token_fills_fields_in_and_what_it_leaves_out_stays(cast: Cast, visit: Visit, site: Provider) -> None:
    said = {"plan": "gold", "levels": ["gold", "tin"], "vip": True, "seats": 7, "since": "2026-03-04", "remark": "A\nb"}
    cyd = come(cast, user_fields=said)
    assert (cyd.custom_fields, cyd.tags) == (said, ["gold", "tin", "vip"])
    cyd = come(cast, user_fields={"seats": 8, "vip": None, "levels": "", "plan": "tin"})
    assert cyd.custom_fields == {"plan": "tin", "vip": False, "seats": 8, "since": "2026-03-04", "remark": "A\nb"}
    assert cyd.tags == ["tin"]
    assert come(cast).custom_fields == cyd.custom_fields


@pytest.mark.parametrize(
    "wrong",
    [
        {"seats": "many"},
        {"plan": "lead"},
        {"plan": {"a": 1}},
        {"levels": [["gold"]]},
        {"since": "soon"},
        {"remark": {"a": "b"}},
        {"plan": "gold\0"},
        {"boss": "1"},
        {"old": "x"},
        {"nobody knows": "x"},
    ],
    ids=str,
)
def test_what_fits_no_field_is_left_out_alone(cast: Cast, visit: Visit, site: Provider, wrong: dict[str, Any]) -> None:
    assert come(cast, user_fields={**wrong, "vip": True}).custom_fields == {"vip": True}


@pytest.mark.parametrize("said", [5, "plan=gold", ["plan"], True, {}], ids=str)
def test_fields_that_are_no_object_are_none(cast: Cast, visit: Visit, site: Provider, said: object) -> None:
    assert come(cast, user_fields=said).custom_fields == {}


def test_62_a_provider_fills_in_nothing_until_an_admin_lets_it(cast: Cast, visit: Visit, site: Provider) -> None:
    Provider.objects.update(sets_fields=False)
    cyd = come(cast, user_fields={"plan": "gold"})
    assert (cyd.custom_fields, cyd.tags) == ({}, [])


def test_tags_that_fields_give_stay_when_the_others_are_replaced(cast: Cast, visit: Visit, site: Provider) -> None:
    Provider.objects.update(sets_tags=True)
    assert come(cast, user_fields={"plan": "gold"}, tags=["old"]).tags == ["gold", "old"]
    assert come(cast, tags=["new"]).tags == ["gold", "new"]
    Provider.objects.update(sets_fields=False)
    cyd = come(cast, tags=[])
    assert (cyd.tags, cyd.custom_fields) == (["gold"], {"plan": "gold"})


def test_attributes_name_a_field_each_or_under_a_name_of_their_own(cast: Cast, visit: Visit, site: Provider) -> None:
    Provider.objects.update(claims={"user_field_seats": "http://schemas.example/seats"})
    site.refresh_from_db()
    said = {
        "email": ["cyd@example.com"],
        "user_field_plan": ["gold"],
        "user_field_levels": ["tin", "gold"],
        "user_field_vip": ["true"],
        "http://schemas.example/seats": ["7"],
        "user_field_seats": ["9"],
    }
    found = vouched.read(site, said, subject="cyd", is_verified=True)
    assert found.fields == {"plan": ["gold"], "levels": ["tin", "gold"], "vip": ["true"], "seats": ["7"]}
    assert vouched.Vouched(**found.kept()) == found
    kept = come(cast, **{name: value for name, value in said.items() if name != "email"}).custom_fields
    assert kept == {"plan": "gold", "levels": ["tin", "gold"], "vip": True, "seats": 7}
    assert come(cast, user_field_plan=[""], user_field_levels=[]).custom_fields == {"vip": True, "seats": 7}


def test_an_organization_is_named_by_its_external_id_and_its_name_then_counts_no_more(
    cast: Cast, visit: Visit, site: Provider
) -> None:
    mill = people.create_organization(name="Mill", external_id="42", now=NOW)
    people.create_organization(name="Tower", external_id=None, now=NOW)
    come(cast, organization_id=42, organization="Tower")
    assert not cast.users["cyd"].memberships.filter(organization=mill).exists()  # it puts people into none
    Provider.objects.update(organization_reach="any")
    come(cast, organization_id=42, organization="Tower")
    assert cast.users["cyd"].memberships.filter(organization=mill).exists()
    assert not cast.users["cyd"].memberships.filter(organization__name="Tower").exists()
    come(cast, organization_id="nobody's", organization="Tower")
    come(cast, organization_id=mill.pk + 1)  # an id of ours is no external id
    assert not cast.users["cyd"].memberships.filter(organization__name="Tower").exists()
    come(cast, organization_id=None, organization="Tower")
    assert cast.users["cyd"].memberships.filter(organization__name="Tower").exists()


def test_62_an_id_leads_into_no_other_organization_than_the_chosen_ones(
    cast: Cast, visit: Visit, site: Provider
) -> None:
    mill, tower = (people.create_organization(name=name, external_id=name, now=NOW) for name in ("Mill", "Tower"))
    Provider.objects.update(organization_reach="chosen", organization_ids=[tower.pk])
    come(cast, organization_id="Mill")
    come(cast, organization_ids="Mill, Tower")
    mine = Organization.objects.filter(memberships__user=cast.users["cyd"], pk__in=[mill.pk, tower.pk])
    assert list(mine) == [tower]


@pytest.mark.parametrize(
    ("said", "kept"),
    [({"locale": "fr"}, "fr"), ({"locale_id": 16}, "fr"), ({"locale": 16}, "fr"), ({"locale": "16"}, "fr")],
    ids=str,
)
def test_a_locale_may_be_zendesks_number(
    cast: Cast, visit: Visit, site: Provider, said: dict[str, Any], kept: str
) -> None:
    assert come(cast, **said).locale == kept
    assert come(cast, locale_id=999).locale == kept  # one that is not spoken here changes nothing
