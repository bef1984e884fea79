"""An automation tried before it is made, and a view previewed, in a real browser and on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from adjoin.testing import axe
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.pages import Open, shoot, too_wide

pytestmark = pytest.mark.browser


def choose(page: Page, selector: str, value: str) -> None:
    """Choose a field or an operator, and wait until its line is there anew."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator(selector).select_option(value)
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


def test_what_a_rule_on_hours_and_a_view_would_hold_is_seen_before_they_are_saved(cast: Cast, open_page: Open) -> None:
    ticket = cast.ticket(subject="A kettle that waits", status="pending", at=NOW - timedelta(days=400))
    page = open_page("/admin/automations/new/")
    choose(page, "#all-0-field", "PENDING")
    expect(page.locator("#all-0-operator")).to_be_visible()
    choose(page, "#all-0-operator", "greater_than")
    page.locator("#all-0-value-0").fill("24")
    page.locator("#all-0-operator").select_option("is")
    page.locator("#add-all").click()  # at once: neither undoes the other
    expect(page.locator("#all-1-field")).to_be_visible()
    expect(page.locator("#all-0-operator")).to_have_value("is")
    choose(page, "#all-0-operator", "greater_than")
    choose(page, "#all-1-field", "status")
    page.locator("#all-1-value-0").select_option("pending")
    choose(page, "#actions-0-field", "status")
    page.locator("#actions-0-value-0").select_option("pending")
    page.locator("#try-it").click()
    expect(page.get_by_text("none of them makes a condition false")).to_be_visible()
    page.locator("#actions-0-value-0").select_option("solved")
    page.locator("#try-it").click()
    expect(page.get_by_role("link", name=f"#{ticket.pk}")).to_be_visible()
    assert axe.grave(page) == []
    page.goto(page.url.replace("/admin/automations/new/", "/agent/view-editor/new/"))
    page.locator("#preview").click()
    expect(page.get_by_text("A kettle that waits")).to_be_visible()
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    shoot(page, "settings/view-editor-phone")
    assert too_wide(page) == []
    assert axe.grave(page) == []
