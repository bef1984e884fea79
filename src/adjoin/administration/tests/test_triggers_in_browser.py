"""A trigger built by keyboard in a real browser, a mistake that says where it is, and the page on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from adjoin.rules.models import Trigger
from adjoin.testing import axe
from adjoin.testing.cast import Cast
from adjoin.testing.pages import Open, shoot, too_wide

pytestmark = pytest.mark.browser


def test_somebody_builds_a_trigger_by_keyboard_and_is_told_which_line_is_wrong(cast: Cast, open_page: Open) -> None:
    page = open_page("/admin/triggers/new/")
    page.get_by_label("Title").focus()
    page.keyboard.type("Tents first")
    field = page.locator("#all-0-field")
    field.focus()
    page.keyboard.type("Subject")
    expect(page.locator("#all-0-value-0")).to_be_visible()
    expect(field).to_be_focused()  # the line is another, the place is the same
    page.locator("#all-0-value-0").focus()
    page.keyboard.type("tent")
    page.locator("#actions-0-field").focus()
    page.keyboard.type("Add CC")
    expect(page.locator("#actions-0-value-0")).to_be_visible()
    page.locator("#actions-0-value-0").focus()
    page.keyboard.type("nobody@x.example")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Action 1: No person is called nobody@x.example")).to_be_visible()
    assert axe.grave(page) == []
    page.locator("#actions-0-value-0").fill("cyd@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Tents first")).to_be_visible()
    assert Trigger.objects.get(title="Tents first").actions == [{"field": "cc", "value": str(cast.users["cyd"].pk)}]
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    shoot(page, "settings/trigger-phone")
    assert too_wide(page) == []
    assert axe.grave(page) == []
