"""A sharing address under test, asked the way partners ask."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from adjoin.adapters import http
from adjoin.sharing.conformance.report import Outcome, Report
from adjoin.sharing.terms import TOKEN_HEADER, VERSION, VERSION_HEADER

# Zendesk's client raises on any other than these, so no peer may answer them.
BEARABLE = frozenset({200, 201, 202, 204, 401, 403, 404, 405, 408, 410, 422, 500, 502, 503})
JSON = "application/json"


@dataclass(frozen=True)
class Heard:
    """An answer; status 0 when there was none, and then `words` say why."""

    status: int
    words: str = ""
    body: bytes = b""
    content_type: str = ""

    @property
    def data(self) -> dict[str, Any] | None:
        """The JSON object in it; None for anything else."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return None
        return found if isinstance(found, dict) else None


@dataclass
class Peer:
    """The address, without a slash at its end, and the token of the agreement to speak under."""

    url: str
    report: Report
    token: str = ""

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        content_type: str = JSON,
        version: str | None = str(VERSION),
    ) -> Heard:
        """The answer to one request. `body` is an object, raw bytes or nothing; `token=""` sends none."""
        said = self.token if token is None else token
        headers = {"Accept": JSON, "Content-Type": content_type}
        headers |= {TOKEN_HEADER: said} if said else {}
        headers |= {VERSION_HEADER: version} if version is not None else {}
        raw = body if isinstance(body, bytes) else b"" if body is None else _json(body)
        try:
            answer = http.client().send(http.Request(method, self.url + path, headers, raw))
        except http.NoAnswer as problem:
            return Heard(0, str(problem))
        return Heard(answer.status, "", answer.body, answer.headers.get("content-type", ""))

    def expect(self, what: str, heard: Heard, good: set[int], *, bearable: set[int] | None = None) -> bool:
        """One line on an answer: `good` are the documented statuses, `bearable` others that partners get by with."""
        if heard.status == 0:
            self.report.add(what, Outcome.BROKEN, heard.words)
        elif heard.status in good and not _is_page(heard):
            self.report.add(what, Outcome.WORKS)
            return True
        elif heard.status in good:
            self.report.add(what, Outcome.ODD, f"It answers {heard.status} with a page instead of JSON")
            return True
        elif heard.status in (bearable or set()):
            self.report.add(what, Outcome.ODD, f"It answers {heard.status}; documented is {_words(good)}")
            return True
        else:
            self.report.add(what, Outcome.BROKEN, _why(heard.status, good))
        return False


def _why(status: int, good: set[int]) -> str:
    hurt = "" if status in BEARABLE else ", and Zendesk's client fails on such a status"
    return f"It answers {status}; documented is {_words(good)}{hurt}"


def _words(statuses: set[int]) -> str:
    return " or ".join(str(status) for status in sorted(statuses))


def _is_page(heard: Heard) -> bool:
    return heard.status < 300 and bool(heard.body.strip()) and heard.data is None


def _json(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
