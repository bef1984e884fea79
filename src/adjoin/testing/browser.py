"""A pytest plugin: a real browser. The system's own Chromium, for Playwright's would have to be downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.db import connections

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
MISSING = (
    "The browser tests need Chromium. Install it (Debian: apt-get install chromium), or name one with "
    "ADJOIN_CHROMIUM=/path/to/chromium."
)


def executable() -> str:
    """The path of a Chromium. Fails the test when there is none: a promise nobody looked at is not kept."""
    found = os.environ.get("ADJOIN_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "")
    if not found:
        pytest.fail(MISSING, pytrace=False)
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a file; make a context of it for each person who signs in.

    Not for the whole run: tests of asynchronous code need a thread without Playwright's event loop."""
    from playwright.sync_api import sync_playwright

    path = executable()
    # Playwright keeps an event loop in this thread, in which nothing of ours runs; Django cannot tell.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    # Without its sandbox, which root may not use; it only ever sees our own pages.
    arguments = ["--no-sandbox", "--disable-dev-shm-usage"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()
        connections.close_all()  # beside that loop Django opened a connection of its own
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
