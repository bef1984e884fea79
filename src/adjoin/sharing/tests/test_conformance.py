"""The check of sharing addresses: our own passes over real HTTP, and what is broken elsewhere is named."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django_tenants.utils import tenant_context

from adjoin.access.actors import Actor
from adjoin.accounts.models import Account
from adjoin.project.cli import _parser
from adjoin.project.commands import sharing as command
from adjoin.sharing.agreements import actions
from adjoin.sharing.conformance.check import Options
from adjoin.sharing.models import SharedTicket, SharingAgreement
from adjoin.testing.accounts import NOW
from adjoin.tickets.models import Ticket


@pytest.fixture
def loaded(acme: Account) -> None:
    """All of the site, before anybody waits for an answer.

    Not once the server runs: a `Client` has each request close old connections again, and the test's is one."""
    Client(HTTP_HOST="acme.localhost").get("/healthz")


@pytest.fixture
def address(loaded: None, server_port: int) -> Iterator[str]:
    """Our own sharing address, behind a real port."""
    cache.clear()
    yield f"http://acme.localhost:{server_port}/sharing"
    cache.clear()


def test_our_own_address_keeps_to_the_protocol(acme: Account, address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.check(Options(address, may_write=True)) == 0
    printed = capsys.readouterr().out
    assert "broken" not in printed
    assert "odd" not in printed
    with tenant_context(acme):
        left = SharingAgreement.objects.get()
        assert (left.status, left.partner_name) == ("inactive", "Adjoin conformance check")


def test_tickets_under_an_agreement_of_ours_keep_to_it_too_and_are_taken_back(
    acme: Account, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with tenant_context(acme):
        agreement = _inbound(address)
    assert command.check(Options(address, token=agreement.token, may_write=True)) == 0
    printed = capsys.readouterr().out
    assert "broken" not in printed
    assert "odd" not in printed
    with tenant_context(acme):
        assert SharingAgreement.objects.get().status == "accepted"
        assert SharedTicket.objects.get().state == "orphan"
        assert "please ignore" in Ticket.objects.get().subject
        assert not any(comment.is_public for comment in Ticket.objects.get().comments.all())


def test_without_leave_nothing_is_written(acme: Account, address: str) -> None:
    assert command.check(Options(address)) == 0
    with tenant_context(acme):
        assert not SharingAgreement.objects.exists()


class _Broken(BaseHTTPRequestHandler):
    """A peer that takes everything from everybody, chokes on null, and keeps what is sent twice, twice."""

    kept: list[Any] = []

    def do_POST(self) -> None:
        self._answer(201)

    def do_PUT(self) -> None:
        body = json.loads(self._read() or b"{}")
        self.kept.extend(body.get("comments") or [])
        self._answer(400 if body.get("subject", "") is None else 200, read=False)

    def do_DELETE(self) -> None:
        self._answer(500)

    def do_GET(self) -> None:
        found = {"subject": None, "status": "accepted", "comments": self.kept}
        self._answer(200, json.dumps(found).encode())

    def log_message(self, format: str, *arguments: Any) -> None:
        """Silent."""

    def _read(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _answer(self, status: int, body: bytes = b"", *, read: bool = True) -> None:
        if read:
            self._read()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def broken() -> Iterator[str]:
    """The address of the broken peer."""
    _Broken.kept = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Broken)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://broken.localhost:{server.server_port}/sharing"
    server.shutdown()
    server.server_close()


def test_what_is_broken_is_named_with_its_reason(broken: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.check(Options(broken, may_write=True, wait_seconds=5)) == 1
    printed = capsys.readouterr().out
    for told in (
        "broken   An agreement is not shown without a key. It answers 200",
        "broken   A wrong key is refused",
        "broken   An update with null for what it does not say is taken. It answers 400",
        "and Zendesk's client fails on such a status",
        "a comment that was sent twice stands there twice",
        "the subject is another, or null has emptied it",
        "broken   A ticket can be taken back, with an empty body. It answers 500",
    ):
        assert told in printed


def test_nobody_at_the_address_is_said_and_ends_the_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.check(Options("http://nobody.localhost:9/sharing", may_write=True)) == 1
    assert "takes no connections" in capsys.readouterr().out


def test_an_address_where_nothing_is_is_broken_and_gets_no_invitation(
    acme: Account, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.check(Options(f"{address}/mistyped", may_write=True)) == 1
    assert "It answers 404 to everything" in capsys.readouterr().out
    with tenant_context(acme):
        assert not SharingAgreement.objects.exists()


def test_the_command_takes_a_token_and_asks_before_it_writes() -> None:
    parsed = _parser().parse_args(["sharing", "check", "https://peer.example.com/sharing", "--token", "a:b"])
    assert (parsed.url, parsed.token, parsed.yes) == ("https://peer.example.com/sharing", "a:b", False)


def _inbound(address: str) -> SharingAgreement:
    """An agreement under which the check may share with Acme."""
    made = SharingAgreement.objects.create(
        uuid="5" * 40,
        access_key="6" * 40,
        direction="inbound",
        partner_name="Peer",
        own_url=address,
        partner_url="https://peer.example.com/sharing",
        created_at=NOW,
        updated_at=NOW,
    )
    return actions.accept(actor=Actor.system(), agreement_id=made.pk, now=NOW)
