"""The rooms of organizations and end users in a real browser: by keyboard alone, on a phone, in the dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from adjoin.people import actions
from adjoin.testing import axe
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast

pytestmark = pytest.mark.browser

SHOTS = Path(__file__).parents[4] / ".screenshots" / "settings"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
FITS = "[...document.querySelectorAll('html, main, .page')].every((one) => one.scrollWidth <= one.clientWidth)"
Open = Callable[..., Page]


@pytest.fixture
def open_room(cast: Cast, server_port: int, browser: Browser) -> Iterator[Open]:
    """A page of the settings with Ada signed in. Complaints of the browser fail the test."""
    complaints: list[str] = []
    expect.set_options(timeout=20_000)  # other programs may have the machine too
    contexts = []

    def open_room(path: str, *, is_phone: bool = False, scheme: str = "light") -> Page:
        context = browser.new_context(
            base_url=f"http://acme.localhost:{server_port}",
            viewport=PHONE if is_phone else DESK,  # type: ignore[arg-type]
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        contexts.append(context)
        client = Client(headers={"host": "acme.localhost"})
        client.force_login(cast.user("ada"), backend="adjoin.people.backends.PasswordBackend")
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "domain": "acme.localhost", "path": "/"}]
        )
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(path)
        page.wait_for_load_state()
        return page

    yield open_room
    for context in contexts:
        context.close()
    assert complaints == []


def test_an_organization_is_shared_and_filled_without_touching_the_mouse(cast: Cast, open_room: Open) -> None:
    club = cast.organizations["Kettle Club"]
    cast.ticket("cyd")
    page = open_room(f"/admin/organizations/{club.pk}/")
    assert axe.grave(page) == []
    page.get_by_label("Members see their own tickets only").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Let 1 person in")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Saved.")
    expect(page.get_by_label("Members see all its tickets", exact=True)).to_be_checked()

    page.get_by_label("One more member").focus()
    page.keyboard.type("eli@example")
    expect(page.get_by_role("listbox").get_by_role("option", name="Eli Example")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_label("One more member")).to_have_value("eli@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Let 1 person in")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Eli Example")).to_be_visible()
    assert set(club.memberships.values_list("user__name", flat=True)) == {"Cyd Example", "Dee Example", "Eli Example"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_rooms_fit_a_phone_and_have_no_grave_findings(cast: Cast, open_room: Open, scheme: str) -> None:
    long = actions.create_organization(
        name="Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 3,
        domain_names=[f"{'donaudampfschifffahrt' * 2}.example"],
        now=NOW,
    )
    actions.join_organization(user=cast.users["cyd"], organization=long, now=NOW)
    actions.create_field(key="level", title="Service level", type="text", now=NOW)
    rooms = {
        "organizations": "/admin/organizations/",
        "organization": f"/admin/organizations/{long.pk}/",
        "organization-fields": "/admin/organizations/fields/",
        "people": "/admin/people/",
        "person": f"/admin/people/{cast.users['cyd'].pk}/",
    }
    page = open_room("/admin/organizations/?q=nothing", is_phone=True, scheme=scheme)
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    for name, path in rooms.items():
        page.goto(path)
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.set_viewport_size({"width": 390, "height": 2400})  # the page scrolls inside: show all of it
        page.screenshot(path=SHOTS / f"{name}-phone-{scheme}.png", caret="initial")
        assert page.evaluate(FITS), name
        assert axe.grave(page) == [], name
