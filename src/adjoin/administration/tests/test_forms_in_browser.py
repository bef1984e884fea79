"""The forms that make something, filled in by keyboard alone: each in its room, one window for all of them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from adjoin.brands.models import Brand
from adjoin.desk_settings import actions as settings
from adjoin.people.models import Group, Organization, User
from adjoin.testing.cast import Cast
from adjoin.testing.pages import Open

pytestmark = pytest.mark.browser


def _fill(page: Page, path: str, *words: str) -> None:
    """Type into the first fields of a page's form, from one to the next, and send it."""
    page.goto(path)
    page.locator("main form.form [name=name]").focus()
    for at, word in enumerate(words):
        if at:
            page.keyboard.press("Tab")
        page.keyboard.type(word)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_groups_brands_organizations_and_people_are_made_without_touching_the_mouse(
    cast: Cast, open_page: Open
) -> None:
    page = open_page("/admin/groups/")
    _fill(page, "/admin/groups/new/", "Night shift", "After ten.")
    expect(page.get_by_role("link", name="Night shift")).to_be_visible()
    _fill(page, "/admin/brands/new/", "Acme Garden", "acme-garden")
    _fill(page, "/admin/organizations/new/", "Tent Club")
    _fill(page, "/admin/people/new/", "Zoe Example", "zoe@example.org")
    _fill(page, "/admin/team/invite/", "Yan Example", "yan@example.org")
    assert Group.objects.get(name="Night shift").description == "After ten."
    assert Brand.objects.get(name="Acme Garden").subdomain == "acme-garden"
    assert Organization.objects.filter(name="Tent Club").exists()
    made = User.objects.filter(email__in=("zoe@example.org", "yan@example.org")).order_by("name")
    assert [user.is_agent for user in made] == [True, False]


def test_a_setting_is_changed_without_touching_the_mouse(cast: Cast, open_page: Open) -> None:
    page = open_page("/admin/settings/")
    page.get_by_label("End users make API tokens for themselves").press("Space")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert settings.current().end_users_make_tokens
