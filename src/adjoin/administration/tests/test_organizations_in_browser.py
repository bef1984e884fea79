"""The rooms of organizations and end users in a real browser: by keyboard alone, on a phone, in the dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from adjoin.people import actions
from adjoin.people.models import OrganizationField
from adjoin.testing import axe
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.pages import Open, look_like, shoot, too_wide

pytestmark = pytest.mark.browser


def test_an_organization_is_shared_and_filled_without_touching_the_mouse(cast: Cast, open_page: Open) -> None:
    club = cast.organizations["Kettle Club"]
    cast.ticket("cyd")
    page = open_page(f"/admin/organizations/{club.pk}/")
    assert axe.grave(page) == []
    page.get_by_label("Members see their own tickets only").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Let 1 person in")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Saved.")
    expect(page.get_by_label("Members see all its tickets", exact=True)).to_be_checked()

    page.wait_for_load_state()  # what suggests people comes with the scripts
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


def test_the_rooms_fit_a_phone_and_have_no_grave_findings(cast: Cast, open_page: Open) -> None:
    long = actions.create_organization(
        name="Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 3,
        domain_names=[f"{'donaudampfschifffahrt' * 2}.example"],
        now=NOW,
    )
    actions.join_organization(user=cast.users["cyd"], organization=long, now=NOW)
    actions.create_field(OrganizationField, key="level", title="Service level", type="text", now=NOW)
    rooms = {
        "organizations": "/admin/organizations/",
        "organization": f"/admin/organizations/{long.pk}/",
        "organization-fields": "/admin/organizations/fields/",
        "people": "/admin/people/",
        "person": f"/admin/people/{cast.users['cyd'].pk}/",
    }
    page = open_page("/admin/organizations/?q=nothing", size="phone")
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    for name, path in rooms.items():
        page.goto(path)
        for scheme in ("light", "dark"):
            look_like(page, "phone", scheme)
            assert (name, too_wide(page)) == (name, [])
            assert axe.grave(page) == [], name
        page.set_viewport_size({"width": 390, "height": 2400})  # the page scrolls inside: show all of it
        shoot(page, f"settings/{name}-phone-dark")
