"""Searching by the fields that an account has added."""

from __future__ import annotations

import pytest

from adjoin.fields import actions as fields
from adjoin.people import actions as people
from adjoin.people.models import OrganizationField, UserField
from adjoin.search import queries
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast

LEVELS = [{"name": "Gold", "value": "gold"}, {"name": "Tin", "value": "tin"}]


def test_tickets_are_found_by_what_their_fields_hold(cast: Cast) -> None:
    kinds = ("tagger", "multiselect", "checkbox", "integer", "date", "text")
    made = {}
    for kind in kinds:
        options = [{**one, "value": f"{kind}_{one['value']}"} for one in LEVELS]
        more = {"options": options} if kind in ("tagger", "multiselect") else {}
        made[kind] = fields.create_field(type=kind, title=kind, now=NOW, **more).pk
    given = ("tagger_gold", ["multiselect_tin"], True, 7, "2026-03-04", "Serial ab-17")
    full = cast.ticket(custom_fields={made[kind]: value for kind, value in zip(kinds, given, strict=True)})
    empty = cast.ticket()

    def found(kind: str, asked: str, who: str = "ana") -> list[int]:
        rows = queries.tickets(cast.actor(who), f"custom_field_{made[kind]}{asked}", NOW)
        return list(rows.order_by("pk").values_list("pk", flat=True))

    hits = {
        "tagger": (":tagger_gold", ":*"),
        "multiselect": (":multiselect_tin",),
        "checkbox": (":true",),
        "integer": (":7", ">6.5", "<=7"),
        "date": (":2026-03-04", "<2026-04-01"),
        "text": (":ab-17", ':"serial ab"'),
    }
    for kind, asked in hits.items():
        assert {one: found(kind, one) for one in asked} == {one: [full.pk] for one in asked}
        assert found(kind, ":none") == [empty.pk]
        assert found(kind, asked[0], who="cyd") == []
    assert found("integer", ">7") == found("tagger", ":tagger_tin") == []
    by_any = queries.tickets(cast.actor("ana"), "fieldvalue:tagger_go*", NOW)
    assert list(by_any.values_list("pk", flat=True)) == [full.pk]


@pytest.mark.parametrize("asked", ["custom_field_999:gold", "fieldvalue:nowhere", "custom_field_x:1"])
def test_a_field_that_is_not_there_finds_nothing(cast: Cast, asked: str) -> None:
    cast.ticket()
    assert not queries.tickets(cast.actor("ana"), asked, NOW).exists()


def test_people_and_organizations_are_found_by_the_keys_of_their_fields(api: Caller, cast: Cast) -> None:
    people.create_field(UserField, key="level", type="dropdown", title="Level", now=NOW, options=LEVELS)
    people.create_field(OrganizationField, key="contract", type="text", title="Contract", now=NOW)
    people.update_user(user=cast.users["cyd"], now=NOW, custom_fields={"level": "gold"})
    club = cast.organizations["Kettle Club"]
    people.update_organization(organization=club, now=NOW, custom_fields={"contract": "No. 12-7"})

    def found(asked: str, who: str = "ana") -> list[int]:
        return [one["id"] for one in api.as_(who).get("/search", query=asked).json()["results"]]

    assert found("level:gold") == [cast.users["cyd"].pk]
    assert found("type:organization contract:12-7") == [club.pk]
    assert found("level:tin") == found("type:user contract:12-7") == []
    assert cast.users["cyd"].pk not in found("type:user level:none")
