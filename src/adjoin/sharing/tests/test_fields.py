"""Ticket fields that cross: by title or as mapped, of the same type, never made on the fly."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from adjoin.fields.models import TicketField, TicketFieldOption
from adjoin.sharing.agreements import field_page, partner_fields
from adjoin.sharing.models import SharingAgreement
from adjoin.sharing.shares import previewing
from adjoin.sharing.terms import Happened, Terms
from adjoin.sharing.tests.test_terms import CANARY, MAKER, shared
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.partners import Network, PartnersDesk
from adjoin.tickets.models import Ticket

pytestmark = pytest.mark.usefixtures("agreed")

TIER = {"ours": "Tier", "theirs": "Level", "options": {"gold": "vip"}}


def field(title: str, kind: str, *options: str) -> TicketField:
    row = TicketField.objects.create(type=kind, title=title, title_in_portal=title, created_at=NOW, updated_at=NOW)
    for option in options:
        TicketFieldOption.objects.create(field=row, name=option.title(), value=option)
    return row


def kept(ticket: Ticket, row: TicketField) -> Any:
    return Ticket.objects.get(pk=ticket.pk).custom_fields.get(row.key)


def test_fields_cross_both_ways_by_title_and_as_mapped(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    serial, tier = field("Serial", "text"), field("Tier", "tagger", "gold", "tin")
    with makers_desk.open():
        their_serial, level = field("SERIAL", "text"), field("Level", "tagger", "vip", "basic")
    terms = Terms(syncs_custom_fields=True, field_map=(TIER,))
    values = {serial.pk: "K-17", tier.pk: "gold"}
    ticket, agreement = shared(cast, network, makers_desk, terms, custom_fields=values)
    with makers_desk.open():
        assert (kept(makers_desk.ticket, their_serial), kept(makers_desk.ticket, level)) == ("K-17", "vip")
    shown = previewing.of(cast.actor("ana"), ticket, agreement.pk).values
    assert [(row.ours, row.theirs) for row in shown if row.label in ("Serial", "Tier")] == [
        ("K-17", "K-17"),
        ("gold", "vip (Level)"),
    ]
    makers_desk.says(custom_fields={their_serial.pk: "K-18"})
    network.run()
    assert (kept(ticket, serial), kept(ticket, tier)) == ("K-18", "gold")
    cast.update("ana", ticket, custom_fields={serial.pk: None})
    network.run()
    with makers_desk.open():
        assert kept(makers_desk.ticket, their_serial) is None


def test_fields_outside_the_mapping_are_dropped_and_shown_never_made(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    color, size = field("Colour", "text"), field("Size", "text")
    with makers_desk.open():
        field("Size", "integer")
    terms = Terms(syncs_custom_fields=True)
    shared(cast, network, makers_desk, terms, custom_fields={color.pk: "red", size.pk: "large"})
    with makers_desk.open():
        assert set(TicketField.objects.custom().values_list("title", flat=True)) == {"Size"}
        assert makers_desk.ticket.custom_fields == {}
        (event,) = SharingAgreement.objects.get().events.filter(kind=Happened.LEFT_OUT)
        assert "Colour, Size" in event.words


def test_fields_stay_unless_agreed(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    note = field("Note", "text")
    ticket, _ = shared(cast, network, makers_desk, Terms(), custom_fields={note.pk: CANARY})
    cast.update("ana", ticket, say="Hello.", custom_fields={note.pk: f"{CANARY} again"})
    network.run()
    assert CANARY not in network.bodies(MAKER)


def test_a_mapping_is_checked_by_the_fields_the_partner_tells_of(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    tier = field("Tier", "tagger", "gold")
    with makers_desk.open():
        field("Level", "tagger", "vip")
        field("Since", "date")
    _ticket, agreement = shared(cast, network, makers_desk, Terms(syncs_custom_fields=True))
    client = Client(HTTP_HOST="acme.localhost")
    client.force_login(cast.user("ada"))
    address = reverse("sharing:map_fields", args=[agreement.pk])
    gold = f"option_{tier.options.get().pk}"

    def answered(theirs: str, tag: str = "") -> str:
        return client.post(address, {f"field_{tier.pk}": theirs, gold: tag}).content.decode()

    page = client.get(address).content.decode()
    assert "stays: Maker has no such field" in page
    assert '<option value="vip">' not in page
    for headers in ({}, {"HX-Request": "true"}):  # the choices of a field are there before it is saved
        asked = {f"field_{tier.pk}": "Level", "show": "1"}
        page = client.post(address, asked, headers=headers).content.decode()
        assert '<option value="Level" selected>' in page
        assert '<option value="vip">vip</option>' in page
        assert ("<title>" in page) is not bool(headers)
    agreement.refresh_from_db()
    assert agreement.field_map == []
    page = client.get(address).content.decode()
    assert "Only at Maker" in page
    assert "Maker has no field Rank." in answered("Rank")
    assert "Tier is of another type: one of several here, date at Maker." in answered("Since")
    assert "Level at Maker has no choice with the tag best." in answered("Level", "best")
    assert answered("level", "vip") == ""
    page = client.get(address).content.decode()
    assert '<option value="Level" selected>Level (one of several)</option>' in page
    assert '<option value="vip" selected>' in page
    with makers_desk.open():  # whose admin need not match what Acme's has
        copy = SharingAgreement.objects.get()
        rows = {row.title: row.becomes for row in field_page.rows(copy, partner_fields.ask(copy))}
    assert rows == {"Level": "crosses by its title", "Since": "stays: Acme has no such field"}
    network.down.add(MAKER)
    answered("Rank")
    agreement.refresh_from_db()
    assert agreement.field_map[0]["theirs"] == "Rank"
    assert "types were not compared" in client.get(address).content.decode()
