"""The pages of sharing in a real browser: by keyboard, on a phone, without anything axe finds grave."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from adjoin.sharing.models import SharingAgreement
from adjoin.sharing.shares import actions as shares
from adjoin.sharing.terms import OnUnshare, Terms
from adjoin.sharing.tests.test_fields import field
from adjoin.testing import axe
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.pages import Open, too_wide
from adjoin.testing.partners import Network, PartnersDesk, agree
from adjoin.tickets.models import Ticket

pytestmark = pytest.mark.browser


@pytest.fixture
def agreement(agreed: None, cast: Cast, makers_desk: PartnersDesk, network: Network) -> SharingAgreement:
    """In force, under terms of recall. Made before the server runs, which shares its connection with nobody."""
    return agree(network, makers_desk.account, Terms(on_unshare=OnUnshare.RECALL))


@pytest.fixture
def ticket(cast: Cast, agreement: SharingAgreement, network: Network) -> Ticket:
    """What Maker has of it is Cyd's question; Ana's word is held back."""
    ticket = cast.ticket()
    held = cast.update("ana", ticket, say="Not for Maker.").comments.latest("pk")
    where: dict[str, Any] = {
        "actor": cast.actor("ana"),
        "ticket_id": ticket.pk,
        "agreement_id": agreement.pk,
        "now": NOW,
    }
    shares.hold(**where, comment_id=held.pk)
    shares.share(**where)
    network.run()
    return ticket


def test_an_agreement_is_looked_at_and_its_terms_are_changed_by_keyboard(
    agreement: SharingAgreement, open_page: Open
) -> None:
    field("Tier", "tagger", "gold")
    SharingAgreement.objects.update(partner_version=None)  # whose desk tells no fields, so nobody is asked
    page = open_page("/admin/sharing/", name="ada", size="phone")
    expect(page.get_by_role("article", name="Agreement with Maker")).to_be_visible()
    assert axe.grave(page) == []
    page.goto(f"/admin/sharing/{agreement.pk}/")
    page.get_by_text("Change the terms").press("Enter")
    page.get_by_label("Share tags").press("Space")
    page.get_by_role("button", name="Save the terms").press("Enter")
    expect(page.get_by_text("Changed the terms.")).to_be_visible()
    assert axe.grave(page) == []
    page.goto(f"/admin/sharing/{agreement.pk}/fields/")
    page.get_by_label("Tier at Maker", exact=True).fill("Level")
    page.keyboard.press("Enter")
    expect(page.get_by_text("types were not compared")).to_be_visible()
    assert axe.grave(page) == []
    assert too_wide(page) == []


def test_what_a_partner_has_is_looked_at_released_and_taken_back_by_keyboard(
    agreement: SharingAgreement, ticket: Ticket, open_page: Open
) -> None:
    page = open_page(f"/admin/sharing/tickets/{ticket.pk}/preview/{agreement.pk}/", name="ana", size="phone")
    page.get_by_role("button", name="Release what Ana Example said").press("Enter")
    expect(page.get_by_text("Held back, until you release it.")).not_to_be_visible()
    page.locator("summary", has_text="Take back what Cyd Example said").press("Enter")
    page.get_by_role("button", name="Take it back").press("Enter")
    expect(page.get_by_text("Taken back.")).to_be_visible()
    assert axe.grave(page) == []
    page.goto(f"/admin/sharing/tickets/{ticket.pk}/deliveries/")
    page.get_by_text("What it says").first.press("Enter")
    expect(page.get_by_label("Payload").first).to_be_visible()
    assert axe.grave(page) == []
    assert too_wide(page) == []


def test_a_question_that_is_open_stays_and_so_does_the_focus_when_the_ticket_changes(
    ticket: Ticket, open_page: Open
) -> None:
    page = open_page(f"/agent/tickets/{ticket.pk}/", name="ana")
    changed = "() => document.body.dispatchEvent(new CustomEvent('ticket-changed'))"
    panel = page.locator("#sharing")
    seen = panel.get_by_role("link", name="See what Maker sees")
    seen.focus()
    with page.expect_response("**/panel/"):
        page.evaluate(changed)
    expect(panel.locator(".htmx-request, .htmx-settling")).to_have_count(0)
    expect(seen).to_be_focused()
    panel.locator("summary", has_text="Unshare").press("Enter")
    with page.expect_response(f"**/agent/tickets/{ticket.pk}/live/*"):
        page.evaluate(changed)
    page.evaluate("() => new Promise((resolve) => setTimeout(resolve, 300))")  # until what follows would be there
    expect(panel.get_by_role("button", name="Unshare and recall")).to_be_visible()
