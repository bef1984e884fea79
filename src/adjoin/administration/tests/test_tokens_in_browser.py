"""API tokens and the audit log in a real browser: by keyboard, on a phone, for people who do not see them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from adjoin.testing import axe
from adjoin.testing.cast import Cast
from adjoin.testing.pages import Open, too_wide

pytestmark = pytest.mark.browser


def test_a_token_is_made_by_keyboard_and_stands_in_the_log(cast: Cast, open_page: Open) -> None:
    page = open_page("/agent/tokens/", size="phone")
    page.get_by_label("Name").fill("Night export")
    page.get_by_label("Only what is ticked here").press("Space")
    page.get_by_label("Read tickets").press("Space")
    page.get_by_role("button", name="Make the token").press("Enter")
    assert len(page.get_by_label("The token", exact=True).inner_text()) == 40
    assert axe.grave(page) == []
    page.goto("/admin/tokens/")
    expect(page.get_by_text("Night export of Ada Example")).to_be_visible()
    assert axe.grave(page) == []
    page.goto("/admin/audit-log/")
    expect(page.get_by_text("made the API token Night export of Ada Example")).to_be_visible()
    assert axe.grave(page) == []
    page.get_by_label("Words").fill("no such thing")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    assert too_wide(page) == []
