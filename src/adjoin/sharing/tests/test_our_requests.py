"""What leaves our desk: the documented keys in their order, their types, and dates as peers read them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from adjoin.adapters.http import Answer, Request
from adjoin.sharing.agreements import actions
from adjoin.sharing.models import SharingAgreement
from adjoin.sharing.shares import actions as shares
from adjoin.sharing.terms import Terms
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.partners import Network
from adjoin.tickets.changes import NewComment

PEER = "https://peer.example.com/sharing"
MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}")
AGREEMENT_KEYS = [
    *("receiver_url", "sender_url", "status", "uuid", "access_key", "name", "current_actor"),
    *("sync_tags", "sync_custom_fields", "allows_public_comments"),
]
TICKET_KEYS = ["uuid", "subject", "requested_at", "status", "requester", "comments", "current_actor", "tags"]
COMMENT_KEYS = ["uuid", "author", "body", "html_body", "authored_at", "public", "attachments"]


@pytest.fixture
def sent(cast: Cast, network: Network) -> list[Request]:
    """Acme invites a peer of another make, shares a ticket, writes on it, takes it back, and ends it all."""
    network.answers["peer.example.com"] = Answer(201, {}, b"")
    ada = cast.actor("ada")
    terms = Terms(syncs_tags=True)
    agreement = actions.invite(actor=ada, partner=PEER, terms=terms, now=NOW)
    network.run()
    SharingAgreement.objects.update(status="accepted")
    ticket = cast.ticket(subject="Kessel für Zoë", tags=["kettle"], comment=NewComment(body="Läuft über."))
    shares.share(actor=ada, ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    cast.update("ana", ticket, say="Schon wieder?", status="hold")
    network.run()
    shares.unshare(actor=ada, ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    actions.deactivate(actor=ada, agreement_id=agreement.pk, now=NOW)
    network.run()
    return network.log


def test_each_request_has_the_method_path_and_headers_of_the_protocol(sent: list[Request]) -> None:
    found = SharingAgreement.objects.get()
    lines = [(request.method, re.sub(r"/[0-9a-f]{40}$", "", request.url)) for request in sent]
    agreements, tickets = f"{PEER}/agreements", f"{PEER}/tickets"
    steps = [("POST", agreements), ("POST", tickets), ("PUT", tickets), ("DELETE", tickets), ("PUT", agreements)]
    assert lines == steps
    for request in sent:
        assert request.headers["X-Ticket-Sharing-Token"] == f"{found.uuid}:{found.access_key}"
        assert request.headers["X-Ticket-Sharing-Version"] == "1"
        assert (request.headers["Content-Type"], request.headers["Accept"]) == ("application/json",) * 2
        assert re.fullmatch(r"[0-9a-f]{40}", request.url.rpartition("/")[2])
    assert sent[3].body == b""


def test_invitation_and_share_have_the_documented_keys_in_their_order_and_no_others(sent: list[Request]) -> None:
    body = json.loads(sent[0].body)
    assert list(body)[: len(AGREEMENT_KEYS)] == AGREEMENT_KEYS
    assert set(body) - set(AGREEMENT_KEYS) <= {"custom_fields"}
    assert all(isinstance(body[key], bool) for key in AGREEMENT_KEYS[-3:])
    assert list(body["current_actor"]) == ["uuid", "name", "role"]
    assert re.fullmatch(r"[0-9a-f]{40}", body["access_key"])

    body = json.loads(sent[1].body)
    assert [key for key in body if key in TICKET_KEYS] == TICKET_KEYS
    assert set(body) - set(TICKET_KEYS) <= {"original_id", "custom_fields"}
    assert isinstance(body["original_id"], str)
    [comment] = body["comments"]
    assert list(comment) == COMMENT_KEYS
    assert comment["public"] is True
    assert comment["attachments"] == []
    _check_people([body["requester"], body["current_actor"], comment["author"]])

    # Moments are written as every peer reads them, and words as they are, without needless spaces.
    moments = [value for request in sent[:3] for key, value in _values(json.loads(request.body)) if key.endswith("_at")]
    assert moments
    assert all(MOMENT.fullmatch(moment) for moment in moments), moments

    assert "Kessel für Zoë".encode() in sent[1].body
    assert b'", "' not in sent[1].body
    assert sent[1].body.startswith(b'{"uuid":"')


def test_an_update_says_only_what_changed_and_the_end_who_ended_it(sent: list[Request]) -> None:
    body = json.loads(sent[2].body)
    assert set(body) <= {"uuid", "comments", "status", "current_actor", "custom_fields"}
    assert body["status"] == "open"
    assert [comment["body"] for comment in body["comments"]] == ["Schon wieder?"]

    body = json.loads(sent[4].body)
    assert (body["status"], body["deactivated_by"]) == ("inactive", "sender")
    assert not any(b"@" in request.body for request in sent)


def _check_people(people: list[dict[str, Any]]) -> None:
    for person in people:
        assert list(person) == ["uuid", "name", "role"]
        assert person["role"] in ("agent", "user")


def _values(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, list):
        return [pair for one in value for pair in _values(one)]
    if not isinstance(value, dict):
        return []
    return [*value.items(), *(pair for one in value.values() for pair in _values(one))]
