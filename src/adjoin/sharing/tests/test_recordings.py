"""Requests of other makes of help desk, byte for byte as they were seen on the wire, and what each is answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from adjoin.sharing.agreements import actions
from adjoin.sharing.models import SharedTicket, SharingAgreement
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.partners import Network
from adjoin.tickets.models import Audit, Ticket

RECORDINGS = Path(__file__).parent / "recordings"
PEERS = ("zendesk", "rt5", "node")


@dataclass(frozen=True)
class Recorded:
    """One request, what it is about, and the status it must be answered with."""

    about: str
    status: int
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def play(self) -> Any:
        """Our answer to exactly these bytes."""
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("content-type", "host")}
        client = Client(HTTP_HOST=self.headers["Host"], raise_request_exception=False)
        content_type = next(value for name, value in self.headers.items() if name.lower() == "content-type")
        return client.generic(self.method, self.path, self.body, content_type, headers=headers)


def recorded(peer: str) -> list[Recorded]:
    """The session of one peer, in its order."""
    return [_request(raw) for raw in (RECORDINGS / f"{peer}.http").read_bytes().split(b"\n=====\n")]


def _request(raw: bytes) -> Recorded:
    head, _, body = raw.partition(b"\n\n")
    about, status, line, *headers = head.decode().splitlines()
    method, path, _ = line.split(" ")
    pairs = dict(header.split(": ", 1) for header in headers)
    return Recorded(about.lstrip("# "), int(status.split()[-1]), method, path, pairs, body.removesuffix(b"\n"))


@pytest.fixture
def fresh(cast: Cast, network: Network) -> Iterator[Cast]:
    """Acme, whom nobody has asked too often yet."""
    cache.clear()
    yield cast
    cache.clear()


@pytest.mark.parametrize("peer", PEERS)
def test_every_recorded_request_is_answered_as_its_maker_expects(fresh: Cast, peer: str) -> None:
    for request in recorded(peer):
        assert len(request.body) == int(request.headers["Content-Length"]), request.about
        answer = request.play()
        assert answer.status_code == request.status, f"{request.about}: {answer.content!r}"
        assert answer["Content-Type"].startswith("application/json"), request.about
        if request.path.endswith(SharingAgreement.objects.get().uuid) and request.method == "POST":
            actions.accept(actor=fresh.actor("ada"), agreement_id=SharingAgreement.objects.get().pk, now=NOW)


@pytest.mark.parametrize("peer", PEERS)
def test_what_the_recorded_requests_say_stands_on_the_ticket(fresh: Cast, peer: str) -> None:
    audits = _play_until_shared(fresh, peer)
    ticket = Ticket.objects.get(pk=SharedTicket.objects.get().ticket_id)
    assert (ticket.subject, ticket.status, ticket.requester.name) == ("Kessel für Zoë", "open", "Rita")
    said = ticket.comments.get()
    assert (said.body, said.is_public) == ("Der Kessel läuft über.", True)
    assert said.created_at.isoformat() == "2010-11-24T22:13:54+00:00"
    assert audits == 1


def test_nulls_of_zendesks_change_nothing(fresh: Cast) -> None:
    _play_until_shared(fresh, "zendesk")
    about = {request.about: request for request in recorded("zendesk")}
    before = Audit.objects.count()
    about["an update that says nothing at all"].play()
    about["the same once more"].play()
    assert Audit.objects.count() == before
    about["an update: null for what it does not say"].play()
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.status, ticket.tags) == ("Kessel für Zoë", "pending", ["kettle"])
    assert [one.is_public for one in ticket.comments.order_by("pk")] == [True, False]


def _play_until_shared(cast: Cast, peer: str) -> int:
    """The invitation, accepted, and the first share; how many audits there are then."""
    invitation, share, *_ = recorded(peer)
    invitation.play()
    actions.accept(actor=cast.actor("ada"), agreement_id=SharingAgreement.objects.get().pk, now=NOW)
    assert share.play().status_code == 201
    return Audit.objects.count()
