"""Lookup fields of people and organizations, and what points at somebody or something."""

from __future__ import annotations

from typing import Any

from django.test import Client

from adjoin.fields import actions as fields
from adjoin.people import actions as people
from adjoin.people.models import OrganizationField, User, UserField
from adjoin.testing.accounts import NOW
from adjoin.testing.api import HOST, Caller
from adjoin.testing.cast import Cast


def lookup(api: Caller, noun: str, key: str, target: str, **more: Any) -> Any:
    body = {"key": key, "title": key.capitalize(), "type": "lookup", "relationship_target_type": target, **more}
    return api.as_("ada").post(f"/{noun}s", {noun: body})


def test_a_lookup_points_at_what_its_writer_may_look_up_and_is_followed_back(api: Caller, cast: Cast) -> None:
    ada, cyd, club = api.as_("ada"), cast.users["cyd"], cast.organizations["Kettle Club"]
    assert lookup(api, "user_field", "tutor", "zen:nothing").status_code == 422
    tutor = lookup(api, "user_field", "tutor", "zen:user").json()["user_field"]
    assert tutor["relationship_target_type"] == "zen:user"
    seat = lookup(api, "organization_field", "owner", "zen:user").json()["organization_field"]
    again = ada.put("/user_fields/tutor", {"user_field": {"relationship_target_type": "zen:ticket"}})
    assert again.json()["user_field"]["relationship_target_type"] == "zen:user"  # chosen once
    dee = cast.users["dee"]
    wrote = ada.put(f"/users/{cyd.pk}", {"user": {"user_fields": {"tutor": dee.pk}}})
    assert wrote.json()["user"]["user_fields"] == {"tutor": str(dee.pk)}
    assert ada.put(f"/users/{cyd.pk}", {"user": {"user_fields": {"tutor": 987654}}}).status_code == 422
    ada.put(f"/organizations/{club.pk}", {"organization": {"organization_fields": {"owner": dee.pk}}})
    at = f"/zen:user/{dee.pk}/relationship_fields"
    assert [one["id"] for one in ada.get(f"{at}/{tutor['id']}/zen:user").json()["users"]] == [cyd.pk]
    assert [one["id"] for one in ada.get(f"{at}/{seat['id']}/zen:organization").json()["organizations"]] == [club.pk]
    for wrong in (f"{at}/{tutor['id']}/zen:ticket", f"{at}/999/zen:user", f"{at}/{tutor['id']}/zen:cloud"):
        assert ada.get(wrong).status_code == 404
    assert api.as_("cyd").get(f"{at}/{tutor['id']}/zen:user").status_code == 403
    page = page_of(cast, "ada", f"/admin/people/{dee.pk}/")
    assert "People who point here" in page
    assert f"/admin/organizations/{club.pk}/" in page


def test_a_ticket_that_a_reader_cannot_read_is_neither_named_nor_found(api: Caller, cast: Cast) -> None:
    people.create_field(UserField, key="first", type="lookup", title="First", target="zen:ticket", now=NOW)
    people.create_field(OrganizationField, key="case", type="lookup", title="Case", target="zen:ticket", now=NOW)
    about = fields.create_field(type="lookup", title="About", target="zen:user", now=NOW)
    cyd, club = cast.users["cyd"], cast.organizations["Kettle Club"]
    hidden = cast.ticket(subject="Secret tents", custom_fields={about.pk: cyd.pk})
    people.update_user(user=cyd, now=NOW, custom_fields={"first": str(hidden.pk)})
    people.update_organization(organization=club, now=NOW, custom_fields={"case": str(hidden.pk)})
    back = f"/zen:user/{cyd.pk}/relationship_fields/{about.pk}/zen:ticket"
    for who, value, count in (("ada", str(hidden.pk), 1), ("ben", None, 0)):
        caller = api.as_(who)
        assert caller.get(f"/users/{cyd.pk}").json()["user"]["user_fields"] == {"first": value}
        shown = caller.get(f"/organizations/{club.pk}").json()["organization"]["organization_fields"]
        assert shown == {"case": value}
        assert len(caller.get(back).json()["tickets"]) == count
        page = page_of(cast, who, f"/admin/people/{cyd.pk}/")
        assert ("Secret tents" in page) is bool(count)
    refused = api.as_("ben").put(f"/users/{cyd.pk}", {"user": {"user_fields": {"first": hidden.pk}}})
    assert refused.status_code == 422
    assert User.objects.get(pk=cyd.pk).custom_fields == {"first": str(hidden.pk)}


def page_of(cast: Cast, who: str, path: str) -> str:
    client = Client(headers={"host": HOST})
    client.force_login(cast.user(who))
    return client.get(path).content.decode()
