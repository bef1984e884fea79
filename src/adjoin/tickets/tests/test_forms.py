"""The forms of tickets: which brand has which, and what a form asks for."""

from __future__ import annotations

from typing import Any

import pytest

from adjoin.access.actors import Actor
from adjoin.fields import actions as fields
from adjoin.fields.models import TicketForm
from adjoin.kernel.errors import Invalid
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.tickets import actions
from adjoin.tickets.changes import Via
from adjoin.tickets.merging import Words, merge
from adjoin.tickets.models import Ticket
from adjoin.tickets.terms import Channel


def form(cast: Cast, name: str = "Tents", **columns: Any) -> TicketForm:
    return fields.create_form(name=name, now=NOW, **columns)


def only_outdoor(cast: Cast) -> TicketForm:
    return form(cast, in_all_brands=False, brand_ids=[cast.outdoor.pk])


def test_a_new_ticket_has_the_default_form_unless_another_was_chosen(api: Caller, cast: Cast) -> None:
    default, tents = TicketForm.objects.get(is_default=True), form(cast)
    assert cast.ticket().ticket_form_id == default.pk
    ticket = cast.ticket(ticket_form_id=tents.pk)
    assert api.as_("ana").get(f"/tickets/{ticket.pk}").json()["ticket"]["ticket_form_id"] == tents.pk
    fields.delete_form(form=tents, now=NOW)
    assert api.as_("ana").get(f"/tickets/{ticket.pk}").json()["ticket"]["ticket_form_id"] == default.pk


def test_a_form_that_requires_a_brand_refuses_a_ticket_without_one(api: Caller, cast: Cast) -> None:
    strict = form(cast, requires_brand=True)
    ticket = cast.ticket(ticket_form_id=strict.pk)
    refused = api.as_("ada").put(f"/tickets/{ticket.pk}", {"ticket": {"brand_id": None}})
    assert (refused.status_code, list(refused.json()["details"])) == (422, ["brand_id"])
    assert "a ticket of the form Tents needs one" in refused.content.decode()
    loose = cast.ticket()
    assert api.as_("ada").put(f"/tickets/{loose.pk}", {"ticket": {"brand_id": None}}).status_code == 200
    refused = api.as_("ada").put(f"/tickets/{loose.pk}", {"ticket": {"ticket_form_id": strict.pk}})
    assert refused.status_code == 422


def test_what_no_person_does_loses_the_form_and_not_the_ticket(cast: Cast) -> None:
    strict, default = form(cast, requires_brand=True), TicketForm.objects.get(is_default=True)
    for actor, channel in ((Actor.system(), Channel.SYSTEM), (cast.actor("ada"), Channel.EMAIL)):
        ticket = cast.ticket(ticket_form_id=strict.pk)
        via = Via(channel)
        done = actions.update(actor=actor, ticket_id=ticket.pk, now=NOW, via=via, brand_id=None).ticket
        assert (done.brand_id, done.ticket_form_id) == (None, default.pk)


def test_a_form_is_there_only_for_tickets_of_its_brands(api: Caller, cast: Cast) -> None:
    tents, default = only_outdoor(cast), TicketForm.objects.get(is_default=True)
    ana = api.as_("ana")
    body = {"comment": {"body": "Wet"}, "brand_id": cast.home.pk, "ticket_form_id": tents.pk}
    refused = ana.post("/tickets", {"ticket": body})
    assert (refused.status_code, list(refused.json()["details"])) == (422, ["ticket_form_id"])
    made = ana.post("/tickets", {"ticket": {**body, "brand_id": cast.outdoor.pk}}).json()["ticket"]
    assert made["ticket_form_id"] == tents.pk
    moved = ana.put(f"/tickets/{made['id']}", {"ticket": {"brand_id": cast.home.pk}}).json()
    assert moved["ticket"]["ticket_form_id"] == default.pk
    told = [one["value"] for one in moved["audit"]["events"] if one["field_name"] == "ticket_form_id"]
    assert told == [str(default.pk)]


def test_end_users_choose_among_the_forms_of_their_help_center(api: Caller, cast: Cast) -> None:
    tents, hidden = only_outdoor(cast), form(cast, "Hidden", end_user_visible=False)
    body = {"subject": "Tent", "comment": {"body": "Wet"}}
    for host, chosen, status in (
        ("acme.localhost", tents, 422),
        ("acme-outdoor.localhost", tents, 201),
        ("acme-outdoor.localhost", hidden, 422),
    ):
        answer = api.as_("cyd", host=host).post("/requests", {"request": {**body, "ticket_form_id": chosen.pk}})
        assert answer.status_code == status
    row = Ticket.objects.get(ticket_form=tents)
    assert api.as_("cyd", host="acme-outdoor.localhost").get(f"/requests/{row.pk}").json()["request"][
        "ticket_form_id"
    ] == tents.pk  # fmt: skip


def test_conditions_ask_agents_and_end_users_each_for_their_own(api: Caller, cast: Cast) -> None:
    broken = fields.create_field(type="checkbox", title="Broken", now=NOW, editable_in_portal=True)
    serial = fields.create_field(type="text", title="Serial", now=NOW, editable_in_portal=True)
    shows = {"parent_field_id": broken.pk, "value": True}
    rows = [{**shows, "child_fields": [{"id": serial.pk, "is_required": True}]}]
    kettles = form(cast, ticket_field_ids=[broken.pk, serial.pk], agent_conditions=rows, end_user_conditions=rows)
    body = {"subject": "K", "comment": {"body": "B"}, "ticket_form_id": kettles.pk}
    ticked, filled = {"id": broken.pk, "value": True}, {"id": serial.pk, "value": "A1"}
    asked = [([], 201), ([ticked], 422), ([ticked, filled], 201)]
    for given, status in asked:
        answer = api.as_("cyd").post("/requests", {"request": {**body, "custom_fields": given}})
        assert answer.status_code == status
        answer = api.as_("ana").post("/tickets", {"ticket": {**body, "custom_fields": given}})
        assert answer.status_code == status
    with pytest.raises(Invalid, match="Serial is needed in this status"):
        cast.ticket(by="ada", ticket_form_id=kettles.pk, custom_fields={broken.pk: True})


def test_a_merge_asks_for_nothing(cast: Cast) -> None:
    cause = fields.create_field(type="text", title="Cause", now=NOW, is_required=True)
    default = TicketForm.objects.get(is_default=True)
    fields.update_form(form=default, now=NOW, ticket_field_ids=[cause.pk])
    one, other = cast.ticket(), cast.ticket()
    merge(actor=cast.actor("ana"), target_id=one.pk, source_ids=[other.pk], words=Words(), channel=Channel.WEB, now=NOW)
    assert Ticket.objects.get(pk=other.pk).status == "closed"
