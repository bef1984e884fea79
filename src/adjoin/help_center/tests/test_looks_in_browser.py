"""Looks in a real browser: tried on while one chooses, light enough for a slow line, still, and readable by all."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from adjoin.help_center.looks import actions
from adjoin.help_center.looks.pictures import fit
from adjoin.help_center.looks.terms import Part
from adjoin.help_center.models import Look, LookPicture
from adjoin.help_center.tests.test_looks import photo
from adjoin.knowledge.actions import articles, shelves
from adjoin.knowledge.models import Category
from adjoin.testing import axe
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.pages import Open, look_like, shoot, too_wide

pytestmark = pytest.mark.browser
BUDGET_BYTES = 150_000  # all a first visit fetches
LOADED = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .reduce((sum, one) => sum + one.transferSize, 0)"""
SHIFTED = """() => new Promise((tell) => {
  new PerformanceObserver((seen) => tell(seen.getEntries().reduce((sum, one) => sum + one.value, 0)))
    .observe({type: "layout-shift", buffered: true})
  requestAnimationFrame(() => requestAnimationFrame(() => tell(0)))
})"""


def wear(cast: Cast, colour: str, band: str) -> None:
    """Acme Home with a logo, a picture, and these colours."""
    pictures = {
        part.value: LookPicture(part=part, **vars(fit(part, photo(1600, 640)))) for part in (Part.LOGO, Part.HERO)
    }
    look = Look(brand=cast.home, colour=colour, background=band, band=band, colours_header=True, **pictures)
    look.header_links, look.footer_words = [["Shop", "https://shop.example/"]], "Made in the rain."
    actions.choose(actor=cast.actor("ada"), look=look, now=NOW)


def address_of_an_article(cast: Cast) -> str:
    ada = cast.actor("ada")
    category = shelves.create_category(actor=ada, brand=cast.home, name="Care", now=NOW)
    section = shelves.create_section(actor=ada, category=category, name="Kettles", now=NOW)
    row = articles.create_article(
        actor=ada,
        section=section,
        title="Descale",
        body="<h2>How</h2><p>Vinegar and water.</p>",
        audience="everybody",
        is_draft=False,
        now=NOW,
    )
    return f"/hc/en/articles/{row.pk}-descale/"


def check(page: Page) -> None:
    page.wait_for_load_state("load")
    assert page.evaluate(SHIFTED) == 0
    assert 20_000 < page.evaluate(LOADED) < BUDGET_BYTES


def test_long_links_at_the_top_leave_room_for_the_brand_and_the_account(cast: Cast, open_page: Open) -> None:
    links = [[f"A rather long name of a link, number {number}", "https://shop.example/"] for number in range(5)]
    actions.choose(actor=cast.actor("ada"), look=Look(brand=cast.home, colour="#14213d", header_links=links), now=NOW)
    page = open_page("/hc/en/", name="cyd")
    for size in ("desk", "laptop", "phone"):
        look_like(page, size, "light")
        assert too_wide(page) == []
        expect(page.locator("header .portal-brand .cut")).to_be_in_viewport(ratio=1)
        expect(page.locator("summary.portal-me")).to_be_in_viewport(ratio=1)


def test_pages_are_light_and_still_and_readable_in_dark_and_light_colours(cast: Cast, open_page: Open) -> None:
    article, ticket = address_of_an_article(cast), cast.ticket(requester="cyd")
    wear(cast, "#14213d", "#14213d")
    mended, shelf = "/hc/en/search/?query=descael", f"/hc/en/categories/{Category.objects.get().pk}/"
    for path, name in ((mended, ""), (shelf, ""), ("/hc/en/requests/new/", "cyd")):
        page = open_page(path, name=name)
        check(page)
        shoot(page, f"help_center/light{path.split('/')[3]}")
    for path, name in (("/hc/en/", ""), (article, ""), (f"/hc/en/requests/{ticket.pk}/", "cyd")):
        page = open_page(path, name=name)
        check(page)
        assert axe.grave(page) == []
    wear(cast, "#ffe14d", "#fff3b0")
    page = open_page("/hc/en/", size="phone")
    assert too_wide(page) == []
    for scheme in ("light", "dark"):
        look_like(page, "phone", scheme)
        assert axe.grave(page) == []
        shoot(page, f"help_center/look_{scheme}")


def test_a_look_is_seen_while_it_is_chosen(cast: Cast, open_page: Open) -> None:
    page = open_page(f"/admin/brands/{cast.home.pk}/looks/", name="ada")
    shown = page.frame_locator("iframe[name=look-frame]")
    expect(shown.get_by_role("heading", level=1)).to_have_text("How can we help?")
    page.locator("[name=heading]").fill("What broke?")
    expect(shown.get_by_role("heading", level=1)).to_have_text("What broke?")
    page.get_by_label("Logo", exact=True).set_input_files(
        {"name": "logo.png", "mimeType": "image/jpeg", "buffer": photo()}
    )
    expect(shown.get_by_role("img", name="Acme")).to_be_visible()
    assert axe.grave(page) == []
    shoot(page, "administration/looks")
    page.get_by_role("button", name="Save the looks").click()
    expect(page.get_by_role("img", name="Logo now")).to_be_visible()
