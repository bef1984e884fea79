"""A browser without script: Django's test client, at a host, as somebody."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from adjoin.testing.cast import PASSWORD, Cast

ACME, OUTDOOR, MAKER = "acme.localhost", "acme-outdoor.localhost", "maker.localhost"


class Visitor:
    """Somebody at one host, who follows links and sends forms."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.client = Client(headers={"host": host}, enforce_csrf_checks=True)

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(path, **more)

    def send(self, path: str, data: dict[str, Any] | None = None, *, to: str = "", **more: Any) -> Any:
        """Fill in the form at `path` and send it, to another address if `to` says so."""
        page = self.client.get(path)
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode())
        return self.client.post(to or path, {**dict(hidden), **(data or {})}, **more)

    def sign_in(self, name: str, password: str = PASSWORD, *, path: str = "/accounts/login/") -> Any:
        return self.send(path, {"login": f"{name}@example.com", "password": password})

    def file(self, subject: str = "Broken kettle", body: str = "It leaks.", **more: Any) -> Any:
        return self.send("/hc/en/requests/new/", {"subject": subject, "body": body, **more})


@pytest.fixture(autouse=True)
def no_tries_yet(cast: Cast) -> None:
    """Failed sign-ins are counted in the cache, which a test must not inherit."""
    cache.clear()


@pytest.fixture
def visit(cast: Cast) -> Callable[..., Visitor]:
    """A visitor at a host, signed in if a name is given."""

    def visit(name: str = "", host: str = ACME) -> Visitor:
        visitor = Visitor(host)
        if name:
            assert visitor.sign_in(name).status_code == 302
        return visitor

    return visit
