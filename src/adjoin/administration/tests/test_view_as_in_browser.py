"""Seeing the desk as somebody else in a real browser, over two hosts, by keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import expect

from adjoin.testing import axe
from adjoin.testing.cast import Cast
from adjoin.testing.pages import Open, look_like, shoot, too_wide

pytestmark = pytest.mark.browser


@pytest.fixture
def at_port(server_port: int) -> Any:
    """Addresses that pages name lead to the test's own server."""
    with override_settings(ADJOIN_URL_SUFFIX=f":{server_port}"):
        yield server_port


@pytest.fixture
def ada(at_port: int, open_page: Open) -> Any:
    """Ada in front of the page where one chooses whom to see the desk as."""
    page = open_page("/admin/view-as/")
    expect(page.get_by_role("heading", name="See the desk as somebody else")).to_be_visible()
    return page


def test_an_admin_looks_as_a_customer_at_another_brands_host_and_comes_back(cast: Cast, ada: Any) -> None:
    cast.ticket("cyd", subject="Tent that leaks", brand_id=cast.outdoor.pk)
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
    shoot(ada, "administration/view-as-customer")
    assert axe.grave(ada) == []
    ada.get_by_role("button", name="End", exact=True).click()
    ada.wait_for_url("**//acme.localhost:*/admin/view-as/")
    assert ada.locator(".viewing").count() == 0


def test_an_admin_looks_as_an_agent_and_the_page_still_fits(cast: Cast, ada: Any) -> None:
    cast.ticket(subject="Kettle outdoors", brand_id=cast.outdoor.pk)
    ada.get_by_role("button", name="View as Ben Example").click()
    expect(ada.get_by_text("Ada Example sees this as Ben Example")).to_be_visible()
    for size in ("desk", "phone"):
        look_like(ada, size, "light")
        assert too_wide(ada) == []
        assert ada.evaluate("document.documentElement.scrollHeight <= document.documentElement.clientHeight")
        shoot(ada, f"administration/view-as-agent-{size}")
