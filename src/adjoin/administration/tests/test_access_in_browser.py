"""Asking who sees what in a real browser: by keyboard alone, on a phone, in the dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from adjoin.testing import axe
from adjoin.testing.cast import Cast
from adjoin.testing.pages import Open, shoot, too_wide

pytestmark = pytest.mark.browser


def test_somebody_asks_why_ben_cannot_read_a_ticket_and_finds_everybody_who_can(cast: Cast, open_page: Open) -> None:
    ticket = cast.ticket()
    page = open_page("/admin/access/")
    expect(page.get_by_label("Person")).to_be_focused()
    page.keyboard.type("ben")
    page.keyboard.press("Tab")
    page.keyboard.type(str(ticket.pk))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ben Example cannot read")).to_be_visible()
    expect(page.get_by_role("link", name="Their brands")).to_be_visible()
    shoot(page, "settings/access-why-not")
    assert axe.grave(page) == []
    page.get_by_role("link", name="Everybody who can read").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="people can read this.")).to_be_visible()
    shoot(page, "settings/access-card")
    assert axe.grave(page) == []


def test_the_pages_fit_a_phone_in_the_dark(cast: Cast, open_page: Open) -> None:
    ticket = cast.ticket(subject="A very long subject about a kettle " * 8)
    for path in ("/admin/access/?person=ben", f"/agent/tickets/{ticket.pk}/access/"):
        page = open_page(path, size="phone", color_scheme="dark")
        shoot(page, f"settings/access-phone-{'card' if 'agent' in path else 'person'}")
        assert too_wide(page) == []
        assert axe.grave(page) == []
