"""A pytest plugin: pages of Acme in a real browser, with somebody signed in; how they look, and pictures of it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from adjoin.testing.cast import Cast

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

SHOTS = Path(__file__).parents[3] / ".screenshots"
SIZES = {"desk": (1440, 900), "laptop": (1024, 768), "zoomed": (720, 450), "phone": (390, 844)}
LOOKS = [("desk", "light"), ("desk", "dark"), ("laptop", "light"), ("zoomed", "dark"), ("phone", "light")]
PATIENCE_MS = 60_000  # other programs may have the machine too
_REFUSAL = re.compile(r"Failed to load resource: .* status of 4\d\d |Response Status Error Code 4\d\d")
_CALLED_OFF = ("htmx:sendAbort", "htmx:afterRequest")  # a newer question took the place of one without an answer
_LOST = ("htmx:sendError", "Failed to load resource: net::ERR_FAILED")  # a test that cuts the connection
Open = Callable[..., "Page"]

# What could be scrolled to the side: the page itself, and the parts of it that scroll.
_TOO_WIDE = """() => [document.documentElement, ...document.querySelectorAll("main, .page")]
  .filter((one) => one.scrollWidth > one.clientWidth)
  .filter((one) => one.localName === "html" || getComputedStyle(one).overflowX !== "visible")
  .map((one) => `${one.localName}: ${one.scrollWidth} > ${one.clientWidth}`)"""


class Windows:
    """The windows of one test. What the browser complains of in any of them fails the test when they are closed."""

    def __init__(self, browser: Browser, port: int, cast: Cast) -> None:
        self._browser = browser
        self._port = port
        self._cast = cast
        self._contexts: list[BrowserContext] = []
        self._complaints: list[str] = []

    def open(
        self, path: str = "/hc/en/", *, name: str = "", host: str = "acme", size: str = "desk", **how: Any
    ) -> Page:
        """A new window at `path`, with somebody of the cast signed in if a `name` is given.

        `how` goes to Playwright's `new_context`."""
        width, height = SIZES[size]
        how.setdefault("viewport", {"width": width, "height": height})
        context = self._browser.new_context(base_url=f"http://{host}.localhost:{self._port}", **how)
        self._contexts.append(context)
        if name:
            context.add_cookies([self._signed_in(name, f"{host}.localhost")])  # type: ignore[list-item]
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: self._complaints.append(f"{error} {error.stack}"))
        page.on("console", self._note)
        page.goto(path)
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()
        assert not self._complaints, "\n".join(self._complaints)

    def _signed_in(self, name: str, host: str) -> dict[str, str]:
        client = Client(headers={"host": host})
        client.force_login(self._cast.user(name), backend="adjoin.people.backends.PasswordBackend")
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        return {"name": settings.SESSION_COOKIE_NAME, "value": session, "domain": host, "path": "/"}

    def _note(self, said: Any) -> None:
        """Keep what the policy forbids, errors of scripts, and files of ours that are missing.

        That something asked for is refused or called off, and streams are not there, is nothing to complain of."""
        at = said.location["url"]
        is_refusal = _REFUSAL.match(said.text) and (said.text.startswith("Response") or "/static/" not in at)
        is_refusal = is_refusal or said.text.startswith((*_CALLED_OFF, *_LOST))
        if said.type == "error" and not is_refusal and "/live/" not in at:
            self._complaints.append(f"{said.text} {at}")


@pytest.fixture
def open_page(cast: Cast, server_port: int, browser: Browser) -> Iterator[Open]:
    """`Windows.open`."""
    from playwright.sync_api import expect

    cache.clear()
    expect.set_options(timeout=20_000)
    windows = Windows(browser, server_port, cast)
    yield windows.open
    windows.close()


def look_like(page: Page, size: str, scheme: Any) -> None:
    """Have the page in a window of that size, by day (`light`) or by night (`dark`)."""
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)


def too_wide(page: Page) -> list[str]:
    """What sticks out of the page to the side."""
    found: list[str] = page.evaluate(_TOO_WIDE)
    return found


def shoot(page: Page, name: str, *, is_whole: bool = False) -> None:
    """Keep a picture for people to look at, `.screenshots/{name}.png`, where they asked for pictures.

    `make pictures` does: nothing here looks at them, and a run draws some three hundred."""
    if not os.environ.get("ADJOIN_PICTURES"):
        return
    path = SHOTS / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=is_whole, caret="initial")  # hiding the caret takes a style that is forbidden
