"""Live updates as browsers get them from a running desk, and what becomes of them when somebody loses a ticket."""

from __future__ import annotations

import queue
import threading
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
import requests

from adjoin.testing import zenpy_session
from adjoin.testing.desk_process import DeskProcess

ARRIVES_SECONDS = 20
ENDED = None


class Stream:
    """An open stream: what it tells, line by line, and that it ended."""

    def __init__(self, session: requests.Session, address: str) -> None:
        self.answer = session.get(address, stream=True, timeout=60)
        self.lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def next(self, *, within_seconds: float = ARRIVES_SECONDS) -> str | None:
        """The next piece of news, or that it ended. Raises `queue.Empty`."""
        return self.lines.get(timeout=within_seconds)

    def tells_of(self, ticket: int, *, within_seconds: float = 2) -> bool:
        """Whether it tells of that ticket before it has been silent for so long."""
        try:
            while (news := self.next(within_seconds=within_seconds)) is not ENDED:
                if news == f'data: {{"ticket": {ticket}}}':
                    return True
        except queue.Empty:
            pass
        return False

    def _read(self) -> None:
        with suppress(requests.RequestException, AttributeError):  # closed here, or the desk was
            for line in self.answer.iter_lines(chunk_size=1, decode_unicode=True):
                if line.startswith("data:"):
                    self.lines.put(line)
        self.lines.put(ENDED)


def signed_in(demo: DeskProcess, name: str) -> requests.Session:
    """A browser's session of somebody of the demo."""
    session, who = zenpy_session.session(demo.port), demo.people[name]
    address = demo.url(who["subdomain"], "/accounts/login/")
    session.get(address, timeout=30)
    token = session.cookies["adjoin_csrf"]
    form = {"login": who["email"], "password": who["password"], "csrfmiddlewaretoken": token}
    session.post(address, data=form, headers={"Referer": address}, timeout=30, allow_redirects=False)
    return session


@pytest.mark.slow
def test_a_stream_ends_without_a_word_when_its_listener_loses_the_ticket(demo: DeskProcess) -> None:
    ada, hanna = demo.api("ada"), signed_in(demo, "hanna")  # hanna works for Acme Home alone
    brands = {brand["name"]: brand["id"] for brand in ada.get("/brands")["brands"]}
    filed: dict[str, Any] = {"subject": f"Kettle {uuid4().hex}", "comment": {"body": "Broken"}}
    ticket = ada.post("/tickets", {"ticket": {**filed, "brand_id": brands["Acme Home"]}})["ticket"]["id"]
    of_ticket = Stream(hanna, demo.url("acme", f"/live/tickets/{ticket}/"))
    of_list = Stream(hanna, demo.url("acme", "/live/list/"))
    assert (of_ticket.answer.status_code, of_list.answer.status_code) == (200, 200)

    ada.put(f"/tickets/{ticket}", {"ticket": {"tags": ["seen"]}})
    assert of_ticket.next() == f'data: {{"ticket": {ticket}}}'  # the number, and nothing of what is in it
    # The desk listens by now. The first stream of all makes it begin, and lists may have heard of no number at first.
    ada.put(f"/tickets/{ticket}", {"ticket": {"tags": ["seen", "again"]}})
    assert of_list.tells_of(ticket, within_seconds=ARRIVES_SECONDS)
    while of_ticket.tells_of(ticket):  # all that was on its way
        pass

    ada.put(f"/tickets/{ticket}", {"ticket": {"brand_id": brands["Acme Outdoor"], "comment": {"body": "Moved"}}})
    told = []
    while (news := of_ticket.next()) is not ENDED:
        told.append(news)
    assert told == []
    while of_list.tells_of(ticket):  # the same here
        pass
    ada.put(f"/tickets/{ticket}", {"ticket": {"comment": {"body": "Not for Home", "public": True}}})
    assert not of_list.tells_of(ticket)
    assert hanna.get(demo.url("acme", f"/live/tickets/{ticket}/"), timeout=30).status_code == 404
