"""Seeing the desk as somebody else in a real browser, over two hosts, by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, expect

from adjoin.testing import axe
from adjoin.testing.cast import PASSWORD, Cast

pytestmark = pytest.mark.browser
SHOTS = Path(__file__).parents[4] / ".screenshots" / "administration"


@pytest.fixture
def at_port(server_port: int) -> Any:
    """Addresses that pages name lead to the test's own server."""
    with override_settings(ADJOIN_URL_SUFFIX=f":{server_port}"):
        yield server_port


@pytest.fixture
def ada(cast: Cast, at_port: int, browser: Browser) -> Any:
    """Ada, signed in, in front of the page where one chooses whom to see the desk as."""
    context = browser.new_context(base_url=f"http://acme.localhost:{at_port}", viewport={"width": 1440, "height": 900})
    context.route("**/live/**", lambda route: route.abort())  # this server has none
    page = context.new_page()
    page.goto("/accounts/login/?next=/admin/view-as/")
    page.get_by_label("Email address").fill("ada@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="See the desk as somebody else")).to_be_visible()
    yield page
    context.close()


def _shoot(page: Any) -> Callable[[str], None]:
    SHOTS.mkdir(parents=True, exist_ok=True)
    return lambda name: page.screenshot(path=SHOTS / f"{name}.png", caret="initial")


def test_an_admin_looks_as_a_customer_at_another_brands_host_and_comes_back(cast: Cast, ada: Any) -> None:
    cast.ticket("cyd", subject="Tent that leaks", brand_id=cast.outdoor.pk)
    shoot = _shoot(ada)
    assert axe.grave(ada) == []
    expect(ada.get_by_label("Name or address")).to_be_focused()
    ada.keyboard.type("cyd")
    ada.keyboard.press("Enter")
    ada.get_by_label("Help center to see as Cyd Example").select_option(label="Acme Outdoor")
    ada.get_by_role("button", name="View as Cyd Example").press("Enter")
    ada.wait_for_url("**//acme-outdoor.localhost:*/hc/en/")
    expect(ada.get_by_text("Ada Example sees this as Cyd Example")).to_be_visible()
    ada.get_by_role("link", name="My requests", exact=True).first.click()
    ada.get_by_role("link", name="Tent that leaks").click()
    ada.get_by_label("Your reply").fill("I am not Cyd")
    ada.get_by_role("button", name="Send reply").click()
    expect(ada.get_by_text("You see the desk as Cyd Example and change nothing.")).to_be_visible()
    shoot("view-as-customer")
    assert axe.grave(ada) == []
    ada.get_by_role("button", name="End", exact=True).click()
    ada.wait_for_url("**//acme.localhost:*/admin/view-as/")
    assert ada.locator(".viewing").count() == 0


def test_an_admin_looks_as_an_agent_and_the_page_still_fits(cast: Cast, ada: Any) -> None:
    cast.ticket(subject="Kettle outdoors", brand_id=cast.outdoor.pk)
    ada.get_by_role("button", name="View as Ben Example").click()
    expect(ada.get_by_text("Ada Example sees this as Ben Example")).to_be_visible()
    for width in (1440, 390):
        ada.set_viewport_size({"width": width, "height": 844})
        assert ada.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert ada.evaluate("document.documentElement.scrollHeight <= document.documentElement.clientHeight")
        _shoot(ada)(f"view-as-agent-{width}")
