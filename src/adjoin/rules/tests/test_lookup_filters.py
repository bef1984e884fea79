"""Lookup fields that offer only some of what they point at, and rules that set lookup fields."""

from __future__ import annotations

from typing import Any

from django.test import Client

from adjoin.fields import actions as fields
from adjoin.people import actions as people
from adjoin.people.models import UserField
from adjoin.testing.accounts import NOW
from adjoin.testing.api import HOST, Caller
from adjoin.testing.cast import Cast
from adjoin.tickets.models import Event, Ticket


def line(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def page_at(cast: Cast, path: str, asked: dict[str, Any] | None = None) -> Any:
    client = Client(headers={"host": HOST})
    client.force_login(cast.users["ada"])
    return client.get(path, asked or {})


def test_a_lookup_field_offers_and_takes_only_what_its_filter_says(api: Caller, cast: Cast) -> None:
    ada, dee, cyd = api.as_("ada"), cast.users["dee"], cast.users["cyd"]
    people.create_field(UserField, key="level", type="text", title="Level", now=NOW)
    ada.put(f"/users/{dee.pk}", {"user": {"tags": ["fitter"], "user_fields": {"level": "gold"}}})
    asked = {"all": [line("tags", "includes", "fitter"), line("role", "is", "end-user")],
             "any": [line("custom_fields.level", "is", "gold")]}  # fmt: skip
    body = {"type": "lookup", "title": "Fitter", "relationship_target_type": "zen:user", "relationship_filter": asked}
    made = ada.post("/ticket_fields", {"ticket_field": body}).json()["ticket_field"]
    assert made["relationship_filter"] == asked
    source = {"source": "zen:ticket", "field_id": made["id"], "name": dee.name[:3]}
    assert [one["id"] for one in ada.get("/users/autocomplete", **source).json()["users"]] == [dee.pk]
    assert ada.get("/users/autocomplete", **{**source, "name": cyd.name[:3]}).json()["users"] == []
    path = f"/tickets/{cast.ticket().pk}"
    put = [ada.put(path, {"ticket": {"custom_fields": [{"id": made["id"], "value": one.pk}]}}) for one in (cyd, dee)]
    assert [one.status_code for one in put] == [422, 200]
    suggested = page_at(cast, "/agent/tickets/lookup/", {**source, "q": cyd.name})
    assert b"data-value" not in suggested.content
    page = page_at(cast, f"/admin/ticket-fields/{made['id']}/").content.decode()
    assert "Tags includes at least one of fitter" in page
    wrong = {"relationship_filter": {"all": [line("shoe_size", "is", "44")]}}
    refused = ada.put(f"/ticket_fields/{made['id']}", {"ticket_field": wrong})
    assert (refused.status_code, b"no such field as shoe_size" in refused.content) == (422, True)
    ada.put(f"/users/{dee.pk}", {"user": {"tags": []}})  # offered no more, and may stay
    kept = {"ticket": {"subject": "Lid", "custom_fields": [{"id": made["id"], "value": dee.pk}]}}
    assert ada.put(path, kept).status_code == 200


def test_tickets_and_organizations_are_narrowed_too(api: Caller, cast: Cast) -> None:
    ada, club = api.as_("ada"), cast.organizations["Kettle Club"]
    ada.put(f"/organizations/{club.pk}", {"organization": {"tags": ["vip"]}})
    for target, rows in (
        ("zen:organization", [line("tags", "not_includes", "vip")]),
        ("zen:ticket", [line("type", "is", "problem")]),
    ):
        body: dict[str, Any] = {"key": target[4:], "type": "lookup", "title": "To", "relationship_target_type": target}
        body |= {"relationship_filter": {"all": rows}}
        assert ada.post("/user_fields", {"user_field": body}).status_code == 201
    problem, other = cast.ticket(type="problem"), cast.ticket()
    for key, pk, status in (("organization", club.pk, 422), ("ticket", other.pk, 422), ("ticket", problem.pk, 200)):
        put = ada.put(f"/users/{cast.users['cyd'].pk}", {"user": {"user_fields": {key: pk}}})
        assert put.status_code == status, (key, put.content)


def test_a_rule_points_a_lookup_at_what_is_there_and_tickets_flow_when_it_has_gone(api: Caller, cast: Cast) -> None:
    ada, cyd, first = api.as_("ada"), cast.users["cyd"], cast.ticket()
    cause = fields.create_field(type="lookup", title="Cause", target="zen:ticket", now=NOW)
    people.create_field(UserField, key="tutor", type="lookup", title="Tutor", target="zen:user", now=NOW)
    does = [{"field": f"custom_fields_{cause.pk}", "value": str(first.pk)},
            {"field": "requester.custom_fields.tutor", "value": str(cyd.pk)}]  # fmt: skip
    rule = {"title": "Point", "conditions": {"all": [line("update_type", "is", "Create")]}, "actions": does}
    made = ada.post("/triggers", {"trigger": rule})
    assert made.status_code == 201, made.content
    for at in (0, 1):
        gone = [{**one, "value": "987654"} if place == at else one for place, one in enumerate(does)]
        assert ada.post("/triggers", {"trigger": {**rule, "actions": gone}}).status_code == 422
    ticket = cast.ticket("dee")
    assert ticket.custom_fields == {cause.key: str(first.pk)}
    cast.users["dee"].refresh_from_db()
    assert cast.users["dee"].custom_fields == {"tutor": str(cyd.pk)}
    Ticket.objects.filter(pk=first.pk).update(deleted_at=NOW)
    later = cast.ticket()
    assert later.custom_fields == {}
    assert Event.objects.filter(audit__ticket=later, type="Error").exists()
