"""A browser without script: Django's test client, at a host, as somebody."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from adjoin.testing.cast import PASSWORD, Cast

ACME, OUTDOOR, MAKER = "acme.localhost", "acme-outdoor.localhost", "maker.localhost"


class Visitor:
    """Somebody at one host, coming from one network address, who follows links and sends forms."""

    def __init__(self, host: str, address: str = "127.0.0.1") -> None:
        self.client = Client(headers={"host": host}, enforce_csrf_checks=True, REMOTE_ADDR=address)

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(path, **more)

    def words(self, path: str, part: str = "") -> str:
        """What one reads at `path`; with "step", only the step a request stands at."""
        answer = self.get(path)
        if part == "step":
            return words_of(answer, r'<li[^>]*aria-current="step".*?</li>')
        return words_of(answer)

    @staticmethod
    def hidden(page: Any) -> dict[str, str]:
        """What a page's forms send without being asked."""
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode()))

    def send(self, path: str, data: dict[str, Any] | None = None, *, to: str = "", **more: Any) -> Any:
        """Fill in the form at `path` and send it, to another address if `to` says so."""
        return self.client.post(to or path, {**self.hidden(self.get(path)), **(data or {})}, **more)

    def sign_in(self, name: str, password: str = PASSWORD, *, path: str = "/accounts/login/") -> Any:
        return self.send(path, {"login": f"{name}@example.com", "password": password})

    def file(self, subject: str = "Broken kettle", body: str = "It leaks.", **more: Any) -> Any:
        return self.send("/hc/en/requests/new/", {"subject": subject, "body": body, **more})

    @staticmethod
    def subjects(page: str) -> list[str]:
        return re.findall(r'request-row__subject" href="[^"]*">([^<]*)<', page)

    @staticmethod
    def link(page: str, label: str) -> str:
        """The address of the link that begins with `label`; empty if there is none."""
        found = re.search(rf'href="([^"]*)">{label}', page)
        return "/hc/en/requests/" + html.unescape(found[1]) if found else ""


Visit = Callable[..., Visitor]


def words_of(answer: Any, pattern: str = r"<body>.*</body>") -> str:
    """What one reads of an answer, or of a part of it, with single spaces."""
    page = answer.content.decode()
    found = re.search(pattern, page, re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", found[0] if found else page)).split())


@pytest.fixture
def visit(cast: Cast) -> Visit:
    """A visitor at a host, signed in if a name is given. Nobody has tried a wrong password yet."""
    cache.clear()

    def visit(name: str = "", host: str = ACME, address: str = "127.0.0.1") -> Visitor:
        visitor = Visitor(host, address)
        if name:
            assert visitor.sign_in(name).status_code == 302
        return visitor

    return visit
