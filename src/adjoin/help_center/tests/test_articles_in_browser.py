"""Articles in a real browser: found by keyboard, read, and written."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from adjoin.knowledge.actions import articles, shelves
from adjoin.knowledge.models import Article
from adjoin.testing import axe
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.pages import Open, shoot, too_wide

pytestmark = pytest.mark.browser


@pytest.fixture
def section_id(cast: Cast) -> int:
    """A section of Acme Home with one article for everybody."""
    ada = cast.actor("ada")
    category = shelves.create_category(actor=ada, brand=cast.home, name="Care", now=NOW)
    section = shelves.create_section(actor=ada, category=category, name="Kettles", now=NOW)
    articles.create_article(
        actor=ada,
        section=section,
        title="Descale your kettle",
        body="<h2>How</h2><p>Vinegar and water.</p><table><tr><th>Water</th><td>Hard</td></tr></table>",
        audience="everybody",
        is_draft=False,
        now=NOW,
    )
    return section.pk


def test_an_article_is_found_and_read_without_a_mouse(cast: Cast, section_id: int, open_page: Open) -> None:
    page = open_page("/hc/en/")
    assert axe.grave(page) == []
    page.get_by_role("searchbox", name="Search the help center").focus()
    page.keyboard.type("descaling ketle")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Descale your kettle").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Descale your kettle", level=1)).to_be_visible()
    assert axe.grave(page) == []
    shoot(page, "help_center/article")
    page.set_viewport_size({"width": 390, "height": 844})
    assert too_wide(page) == []


def test_an_article_is_written_in_the_editor(cast: Cast, section_id: int, open_page: Open) -> None:
    page = open_page("/agent/knowledge/articles/new/", name="ada")
    page.get_by_label("Title").fill("Clean the tray")
    words = page.get_by_role("textbox", name="What it says")
    words.click()
    page.get_by_role("button", name="Bold").click()
    expect(words).to_be_focused()  # the button hands it back with the next frame
    page.keyboard.type("Pull the plug.")
    page.get_by_label("Section").select_option(label="Kettles")
    page.get_by_label("Everybody").check()
    assert axe.grave(page) == []
    shoot(page, "knowledge/editor")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("link", name="See it")).to_be_visible()
    written = Article.objects.get(translations__title="Clean the tray").translations.get()
    assert (written.body, written.is_draft) == ("<p><strong>Pull the plug.</strong></p>", False)
