from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from adjoin.testing.cast import Cast

SHOTS = Path(__file__).parents[4] / ".screenshots" / "settings"
SIZES = {"desk": (1440, 900), "phone": (390, 844)}
Open = Callable[..., Page]


@pytest.fixture
def open_page(cast: Cast, server_port: int, browser: Browser) -> Iterator[Open]:
    """A page of the settings with Ada, or somebody else, signed in. Complaints of the browser fail the test."""
    complaints: list[str] = []
    contexts = []
    expect.set_options(timeout=20_000)  # other programs may have the machine too

    def open_page(path: str, *, name: str = "ada", size: str = "desk", **how: Any) -> Page:
        width, height = SIZES[size]
        how.setdefault("viewport", {"width": width, "height": height})
        context = browser.new_context(base_url=f"http://acme.localhost:{server_port}", **how)
        contexts.append(context)
        client = Client(headers={"host": "acme.localhost"})
        client.force_login(cast.user(name), backend="adjoin.people.backends.PasswordBackend")
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "domain": "acme.localhost", "path": "/"}
        context.add_cookies([cookie])  # type: ignore[list-item]
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type == "error" and "422" not in said.text else None,
        )
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def shoot() -> Callable[[Page, str], None]:
    """Keep a picture for people to look at. The caret stays: hiding it would take a style the policy forbids."""

    def shoot(page: Page, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png", caret="initial")

    return shoot
