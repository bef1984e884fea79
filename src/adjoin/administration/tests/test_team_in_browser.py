"""The team's pages in a real browser: by keyboard alone, on a phone, in the dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from adjoin.administration import places
from adjoin.brands.models import BrandMembership
from adjoin.people.models import CustomRole
from adjoin.testing import axe
from adjoin.testing.cast import Cast
from adjoin.testing.pages import Open, shoot, too_wide

pytestmark = pytest.mark.browser


def test_brands_of_several_agents_are_set_without_touching_the_mouse(cast: Cast, open_page: Open) -> None:
    cast.ticket()  # of Acme Home, which Ben does not read yet
    page = open_page("/admin/team/")
    page.wait_for_load_state()
    page.get_by_label("Everybody on this page").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", name="Brands of 2 people")).to_be_visible()
    shoot(page, "settings/team")
    assert axe.grave(page) == []
    page.get_by_label("What to do").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("group", name="Brands").get_by_label("Acme", exact=True)).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Let 1 person in")).to_be_focused()
    shoot(page, "settings/team-asked")
    assert axe.grave(page) == []
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Add Acme for 2 people: saved")
    brands = BrandMembership.objects.filter(user=cast.users["ben"]).values_list("brand__name", flat=True)
    assert set(brands) == {"Acme", "Acme Outdoor"}


def test_a_role_is_made_from_another_without_touching_the_mouse(cast: Cast, open_page: Open) -> None:
    page = open_page("/admin/roles/new/", color_scheme="dark")
    page.get_by_role("link", name="Staff").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/?from=*")
    expect(page.get_by_label("Tickets they read")).to_have_value("within-groups")
    page.get_by_label("Name").focus()
    page.keyboard.type("Night shift")
    page.get_by_label("Merge tickets").focus()
    page.keyboard.press("Space")
    shoot(page, "settings/role-dark")
    assert axe.grave(page) == []
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Night shift")).to_be_visible()
    role = CustomRole.objects.get(name="Night shift")
    assert (role.configuration["ticket_access"], role.configuration["ticket_merge"]) == ("within-groups", True)


def test_every_room_fits_a_phone_and_has_no_grave_findings(cast: Cast, open_page: Open) -> None:
    page = open_page(f"/admin/team/{cast.users['ana'].pk}/", size="phone")
    assert axe.grave(page) == []
    for place in places.PLACES:
        page.goto(place.url)
        shoot(page, f"settings/{place.section}-phone")
        assert too_wide(page) == [], place.label
        assert axe.grave(page) == [], place.label
