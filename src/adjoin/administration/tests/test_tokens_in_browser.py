"""API tokens and the audit log in a real browser: by keyboard, on a phone, for people who do not see them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from adjoin.desk_settings import actions as settings
from adjoin.people import actions as people
from adjoin.testing import axe
from adjoin.testing.accounts import NOW
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


def test_a_customer_makes_a_token_and_follows_their_organization_by_keyboard(cast: Cast, open_page: Open) -> None:
    settings.change(now=NOW, end_users_make_tokens=True)
    people.update_organization(organization=cast.organizations["Kettle Club"], now=NOW, shared_tickets=True)
    page = open_page("/hc/en/", name="cyd", size="phone")
    page.get_by_label("Cyd Example: your account").press("Enter")
    page.get_by_role("link", name="API tokens").press("Enter")
    page.get_by_label("Name").press_sequentially("Till")
    page.keyboard.press("Enter")
    expect(page.get_by_label("The token", exact=True)).to_be_visible()
    assert axe.grave(page) == []
    assert too_wide(page) == []
    page.goto("/hc/en/requests/organizations/")
    page.get_by_role("button", name="Mail me about new requests").press("Enter")
    expect(page.get_by_role("button", name="Stop the mails")).to_be_visible()
    assert axe.grave(page) == []
