"""Statuses that the desks have named themselves: by the same name, mapped, or unknown to the other side."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from adjoin.fields import actions as fields
from adjoin.fields.models import CustomStatus
from adjoin.sharing.agreements import checking
from adjoin.sharing.agreements.forms import TermsForm
from adjoin.sharing.models import SharingAgreement
from adjoin.sharing.shares import actions as shares
from adjoin.sharing.shares import previewing
from adjoin.sharing.terms import Terms
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.partners import Network, PartnersDesk, agree
from adjoin.tickets.models import Ticket

pytestmark = pytest.mark.usefixtures("agreed")


def named(label: str, category: str = "pending") -> CustomStatus:
    return fields.create_status(status_category=category, agent_label=label, now=NOW)


def has(ticket: Ticket) -> tuple[str, str | None]:
    ticket = Ticket.objects.select_related("custom_status").get(pk=ticket.pk)
    return ticket.status, ticket.custom_status.agent_label if ticket.custom_status else None


def at(desk: PartnersDesk) -> tuple[str, str | None]:
    with desk.open():
        return has(desk.ticket)


def share(cast: Cast, network: Network, desk: PartnersDesk, terms: Terms) -> tuple[Ticket, SharingAgreement]:
    agreement = agree(network, desk.account, terms)
    ticket = cast.ticket(status="open")
    shares.share(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    return ticket, agreement


def test_the_same_name_is_the_same_status_and_another_stays_in_its_category(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    parts, lab = named("Waiting for parts"), named("At our lab")
    with makers_desk.open():
        named("waiting for PARTS")
        theirs = named("At Maker's lab")
    ticket, agreement = share(cast, network, makers_desk, Terms())
    cast.update("ana", ticket, custom_status_id=parts.pk)
    network.run()
    assert at(makers_desk) == ("pending", "waiting for PARTS")
    shown = previewing.of(cast.actor("ana"), Ticket.objects.get(pk=ticket.pk), agreement.pk)
    row = next(one for one in shown.values if one.label == "Status")
    assert (row.ours, row.theirs) == ("Waiting for parts", "Waiting for parts (Pending)")
    # Two of one category that only one desk has: neither flips the other, and nothing goes on being sent.
    cast.update("ana", ticket, custom_status_id=lab.pk)
    makers_desk.says(custom_status_id=theirs.pk)
    network.run()
    sent = len(network.bodies("maker.localhost"))
    assert (has(ticket), at(makers_desk)) == (("pending", "At our lab"), ("pending", "At Maker's lab"))
    network.run()
    assert len(network.bodies("maker.localhost")) == sent
    makers_desk.says(status="solved")
    network.run()
    assert (has(ticket), at(makers_desk)) == (("solved", None), ("solved", None))
    standard = CustomStatus.objects.get(status_category="pending", is_standard=True)
    cast.update("ana", ticket, custom_status_id=parts.pk)
    network.run()
    cast.update("ana", ticket, custom_status_id=standard.pk)
    network.run()
    assert (has(ticket), at(makers_desk)) == (("pending", None), ("pending", None))


def test_a_status_of_ours_is_one_of_theirs_there_and_theirs_is_ours_here(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    parts = named("Waiting for parts")
    with makers_desk.open():
        theirs = named("At the depot", "hold")
    mapped = {"status_out": {str(parts.pk): "hold/At the depot"}, "status_in": {"hold/At the depot": str(parts.pk)}}
    ticket, agreement = share(cast, network, makers_desk, Terms())
    SharingAgreement.objects.filter(pk=agreement.pk).update(**mapped)
    cast.update("ana", ticket, custom_status_id=parts.pk)
    network.run()
    assert (has(ticket), at(makers_desk)) == (("pending", "Waiting for parts"), ("hold", "At the depot"))
    makers_desk.says(status="open")
    network.run()
    makers_desk.says(custom_status_id=theirs.pk)
    network.run()
    assert (has(ticket), at(makers_desk)) == (("pending", "Waiting for parts"), ("hold", "At the depot"))


def test_the_page_maps_a_status_both_ways_and_keeps_what_only_the_api_can_say(cast: Cast) -> None:
    parts, plain = named("Waiting for parts"), named("Plain")
    before = Terms(status_in={"open/Far": "solved"})
    sent: dict[str, Any] = {"comments": "both", "syncs_status": "on", "on_unshare": "leave", "who_shares": "agents"}
    sent |= {f"status_out_{parts.pk}": "hold", f"status_name_{parts.pk}": "Depot", f"status_out_{plain.pk}": "open"}
    form = TermsForm({**sent, "status_in_solved": str(plain.pk)}, terms=before)
    assert form.is_valid(), form.errors
    terms = checking.checked(form.terms())
    assert terms.status_out == {str(parts.pk): "hold/Depot", str(plain.pk): "open"}
    assert terms.status_in == {"open/Far": "solved", "hold/Depot": str(parts.pk), "solved": str(plain.pk)}
    shown = TermsForm(terms=terms)
    assert [(out.value(), name.value()) for out, name in shown.told_of_own] == [("hold", "Depot"), ("open", "")]
    wrongs: list[dict[str, Any]] = [{"status_out": {"999": "open"}}, {"status_in": {"open": "999"}}]
    for wrong in [*wrongs, {"status_out": {"open": "far"}}]:
        with pytest.raises(Exception, match="is none of"):
            checking.checked(replace(terms, **wrong))


def test_the_page_of_an_agreement_asks_for_each_status_of_our_own(
    cast: Cast, makers_desk: PartnersDesk, network: Network, client: Client
) -> None:
    parts = named("Waiting for parts")
    agreement = agree(network, makers_desk.account, Terms())
    client.force_login(cast.user("ada"))
    page = client.get(f"/admin/sharing/{agreement.pk}/", headers={"host": "acme.localhost"}).content.decode()
    assert f'name="status_name_{parts.pk}"' in page
    assert "Called there, and the other way round" in page
    assert f'<option value="{parts.pk}">Waiting for parts</option>' in page  # what theirs can be here
