"""A network on which anything may happen to a request, and to its answer."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any
from urllib.parse import urlsplit

from django.db import connection, transaction
from django.http import FileResponse
from django.test import RequestFactory
from django.urls import resolve
from django_tenants.utils import tenant_context

from adjoin.accounts.models import Account
from adjoin.adapters import http
from adjoin.adapters.http import Answer, Request
from adjoin.sharing.terms import TOKEN_HEADER

_factory = RequestFactory()


class Crash(BaseException):
    """A process is gone, as far as one process can tell."""


class _RolledBack(Exception):
    """The process that answered died just before its commit."""


@dataclass
class BadNetwork:
    """The port `HttpClient`: with `is_bad`, requests and answers are lost, late, doubled, and whoever answers dies."""

    accounts: dict[str, Account]  # by host
    chance: random.Random = field(default_factory=random.Random)
    is_bad: bool = True
    late: list[Request] = field(default_factory=list)  # still under way
    crossed: list[tuple[str, bytes]] = field(default_factory=list)  # all that ever left, with the token it left under
    crash_after: str = ""  # "sent": the sender dies before it hears the answer
    story: list[str] = field(default_factory=list)  # of the whole world

    def reset(self, chance: random.Random) -> None:
        """Begin anew."""
        self.chance, self.is_bad, self.late, self.crossed, self.crash_after = chance, True, [], [], ""
        self.story = []

    @contextmanager
    def branch(self, chance: random.Random) -> Iterator[None]:
        """Another future from here; afterwards everything is as it was."""
        late, crossed, before, crash_after = list(self.late), list(self.crossed), self.chance, self.crash_after
        story, self.story, self.chance = self.story, list(self.story), chance
        yield
        self.chance, self.is_bad, self.late, self.crossed, self.crash_after = before, True, late, crossed, crash_after
        self.story = story

    def send(self, request: Request, *, into: IO[bytes] | None = None) -> Answer:
        """What the other desk answers, if the request gets there and the answer gets back. Raises `NoAnswer`."""
        token = request.headers.get(TOKEN_HEADER, "")
        luck = self.chance.random() if self.is_bad else 1.0
        if luck < 0.05:
            raise http.NoAnswer("Nobody takes connections.", should_retry=True, may_have_left=False)
        self.crossed.append((token, request.body))
        if luck < 0.10:
            raise _lost("Nobody took the request.")
        if luck < 0.20:
            self.late.append(request)
            raise _lost("The request takes its time.")
        if luck < 0.26:
            self._arrive(request, dies=True)
            raise _lost("Whoever answered has died.")
        answer = self._arrive(request)
        self.crossed.append((token, answer.body))
        if luck < 0.36:
            self.late.append(request)  # and once more, some time
        if luck < 0.30 or 0.36 <= luck < 0.44:
            raise _lost("The answer was lost.")
        if self.is_bad and self.crash_after == "sent":
            self.crash_after = ""
            raise Crash
        if into is None:
            return answer
        into.write(answer.body)
        return Answer(answer.status, answer.headers)

    def deliver_something_late(self) -> bool:
        """One of the requests under way arrives, whichever; its sender has long given up waiting."""
        if not self.late:
            return False
        self._arrive(self.late.pop(self.chance.randrange(len(self.late))))
        return True

    def _arrive(self, request: Request, *, dies: bool = False) -> Answer:
        parts = urlsplit(request.url)
        here: Any = connection
        tenant = here.tenant
        try:
            with tenant_context(self.accounts[parts.hostname or ""]), transaction.atomic():
                answer = _answer(request)
                self.story.append(f"    {_named(request)} {'not ' if dies else ''}answered {answer.status}")
                if dies:
                    raise _RolledBack
                return answer
        except _RolledBack:
            return Answer(0, {})
        finally:
            here.set_tenant(tenant)


def _answer(request: Request) -> Answer:
    """What the real view answers; without middleware, which knows nothing of partners."""
    parts = urlsplit(request.url)
    content_type = request.headers.get("Content-Type", "application/json")
    headers = {name: value for name, value in request.headers.items() if name != "Content-Type"} | {
        "Host": parts.netloc
    }
    asked = _factory.generic(request.method, parts.path, request.body, content_type, headers=headers)
    found = resolve(parts.path)
    response = found.func(asked, **found.kwargs)
    body = b"".join(response) if isinstance(response, FileResponse) else response.content
    if isinstance(response, FileResponse) and response.file_to_stream is not None:
        response.file_to_stream.close()
    return Answer(response.status_code, {name.lower(): value for name, value in response.items()}, body)


def _named(request: Request) -> str:
    """A request as the story tells it: without what is another each time, as the ids of tickets are."""
    parts = urlsplit(request.url)
    _, _, what, *_ = parts.path.split("/")
    under = request.headers.get(TOKEN_HEADER, "")[:4]
    return f"{request.method} {what} at {parts.hostname} under {under}"


def _lost(words: str) -> http.NoAnswer:
    return http.NoAnswer(words, should_retry=True)
