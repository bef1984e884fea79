"""What axe finds wrong with a page for people who do not use it with eyes and a mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

GRAVE = ("serious", "critical")
_OPTIONS = {"resultTypes": ["violations"]}  # to say in which places all is well takes axe as long again


def grave(page: Page) -> list[str]:
    """Every serious or critical finding, as a line: the rule, what it asks for, and the first element it is about.

    A page that is still arriving is waited for: half a link has no name.
    """
    page.wait_for_load_state()
    found = Axe().run(page, options=_OPTIONS).response["violations"]
    return [f"{one['id']}: {one['help']} ({one['nodes'][0]['html'][:200]})" for one in found if one["impact"] in GRAVE]
