"""What a partner may do to us on purpose or by accident, and what comes of it.

Of the abuse this desk promises to bear, other files hold these: rings `test_rings`, redirects, private addresses and
names that change their mind between check and connection, answers without end and answers a byte at a time
`adapters/tests/test_http.py`, pages instead of answers and three days of silence `test_delivery`, words that must not
leave `test_terms`, addresses of files `test_files`, deletion, redaction and erasure `test_endings`,
`test_redacting_and_merging` and `test_people`, and all of it at once, in any order, `simulation`."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from adjoin.adapters.http import Answer, Request
from adjoin.fields.models import TicketField
from adjoin.sharing.delivery import rounds
from adjoin.sharing.models import ReceivedRequest, SharedTicket, SharingAgreement
from adjoin.sharing.shares import actions as shares
from adjoin.sharing.terms import TOKEN_HEADER, Happened, Terms
from adjoin.sharing.tests.test_wire import Peer, ours, peer
from adjoin.sharing.wire import floods
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.partners import Network, PartnersDesk, agree
from adjoin.tickets.models import Audit, Comment, Ticket

__all__ = ["peer"]
MAKER = "maker.localhost"
UUID = "7" * 40


@pytest.fixture
def ticket(agreed: None, cast: Cast, makers_desk: PartnersDesk, network: Network) -> Ticket:
    """A ticket that Maker has."""
    agreement = agree(network, makers_desk.account, Terms(syncs_tags=True))
    ticket = cast.ticket()
    shares.share(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    return ticket


def _peer(number: int, **terms: Any) -> SharingAgreement:
    """An agreement under which somebody shares with Acme."""
    return SharingAgreement.objects.create(
        uuid=f"{number}" * 40,
        access_key="6" * 40,
        direction="inbound",
        status="accepted",
        partner_name=f"Peer {number}",
        own_url="http://acme.localhost:8000/sharing",
        partner_url=f"https://peer{number}.example.com/sharing",
        created_at=NOW,
        updated_at=NOW,
        **terms,
    )


def _send(agreement: SharingAgreement, method: str, uuid: str, **body: Any) -> Any:
    headers = {"X-Ticket-Sharing-Token": agreement.token}
    client = Client(HTTP_HOST="acme.localhost")
    raw = json.dumps({"uuid": uuid, **body})
    return client.generic(method, f"/sharing/tickets/{uuid}", raw, "application/json", headers=headers)


def _said(body: str, number: int = 1) -> dict[str, Any]:
    return {"uuid": f"{number}" * 40, "body": body, "public": True, "author": {"uuid": "a" * 40, "name": "P"}}


def test_a_share_that_is_sent_again_is_applied_once_and_answered_alike(cast: Cast) -> None:
    peer = _peer(1)
    answers = [_send(peer, "POST", UUID, subject="Kettle", comments=[_said("Hello")]) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert len({answer.content for answer in answers}) == 1
    assert (Ticket.objects.count(), Comment.objects.count(), Audit.objects.count()) == (1, 1, 1)


def test_a_request_that_is_sent_again_with_another_body_changes_nothing_and_is_written_down(cast: Cast) -> None:
    peer, numbered = _peer(1, partner_version=1), {"custom_fields": {"adjoin": {"version": 1, "number": 7}}}
    _send(peer, "POST", UUID, subject="Kettle", status="open", comments=[_said("Hello")], **numbered)
    again = _send(peer, "PUT", UUID, subject="Mine", status="solved", comments=[_said("Other words")], **numbered)
    ticket = Ticket.objects.get()
    assert (again.status_code, ticket.subject, ticket.status) == (200, "Kettle", "open")
    assert (Comment.objects.get().body, Audit.objects.count()) == ("Hello", 1)
    assert list(ReceivedRequest.objects.order_by("pk").values_list("number", "verb")) == [(7, "POST"), (7, "PUT")]


def test_updates_that_arrive_three_one_two_and_a_week_late_leave_the_latest(
    cast: Cast, ticket: Ticket, makers_desk: PartnersDesk, network: Network
) -> None:
    network.log.clear()
    network.answers[MAKER] = Answer(200, {}, b"{}")  # somebody between the two keeps them back
    for word, status in (("one", "pending"), ("two", "hold"), ("three", "solved")):
        cast.update("ana", ticket, say=word, status=status)
        network.run()
    network.answers.clear()
    first, second, third = network.log
    network.now = NOW + timedelta(days=7)
    seen = [_status_after(request, network, makers_desk) for request in (third, first, second, first)]
    assert seen == ["solved"] * 4
    words = [body for body, _ in makers_desk.said()]
    assert sorted(words) == sorted(["My kettle is broken.", "one", "two", "three"])


def _status_after(request: Request, network: Network, desk: PartnersDesk) -> str:
    network.send(request)
    return desk.ticket.status


def test_what_lies_outside_the_terms_is_dropped_told_in_the_history_and_made_nowhere(cast: Cast) -> None:
    peer = _peer(1, syncs_status=False, syncs_tags=False)
    fields = {"zd_custom_fields": {"Colour of the kettle": "red"}}
    before = TicketField.objects.count()
    _send(peer, "POST", UUID, subject="Kettle", status="open", comments=[_said("Hello")])
    answer = _send(peer, "PUT", UUID, status="solved", tags=["vip"], custom_fields=fields)
    assert answer.status_code == 200
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.tags, TicketField.objects.count()) == ("open", [], before)
    assert ReceivedRequest.objects.latest("pk").problem == "Not part of the agreement: status, tags, fields."


def test_a_key_of_another_agreement_opens_no_ticket_and_changes_nothing(cast: Cast) -> None:
    peer, other = _peer(1), _peer(2)
    _send(peer, "POST", UUID, subject="Kettle", comments=[_said("Hello")])
    assert _send(other, "PUT", UUID, subject="Mine now", comments=[_said("Ha", 2)]).status_code == 404
    assert _send(other, "POST", UUID, subject="Mine now").status_code == 422
    assert (Ticket.objects.get().subject, Comment.objects.count()) == ("Kettle", 1)
    told = ReceivedRequest.objects.filter(agreement=other).order_by("pk").values_list("status", flat=True)
    assert list(told) == [404, 422]


def test_a_partner_who_floods_us_is_slowed_down_and_others_are_not(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floods, "NEW_TICKETS_MAX", 3)
    monkeypatch.setattr(floods, "REQUESTS_MAX", 12)
    flooding, other = _peer(1), _peer(2)
    now = {"created_at": "2100-01-01T00:00:00Z"}
    codes = []
    for number in range(16):
        codes.append(_send(flooding, "POST", f"{number:040}", subject="Flood").status_code)
        SharedTicket.objects.update(**now)
    assert codes == [201] * 3 + [503] * 13
    assert Ticket.objects.count() == 3
    assert ReceivedRequest.objects.count() == 3  # what is turned away fills no disk
    flooding.refresh_from_db()
    assert flooding.slowed_at is not None  # its page says so
    assert "more than 3 new tickets in a minute" in flooding.events.get().words
    assert _send(other, "POST", "e" * 40, subject="Kettle").status_code == 201
    assert _send(other, "PUT", "e" * 40, comments=[_said("Hello")]).status_code == 200


def test_a_flood_of_new_tickets_ends_at_the_real_limit_and_begins_again_a_minute_later(cast: Cast) -> None:
    flooding, other, first = _peer(1), _peer(2), cast.ticket()
    rows = [Ticket(**{**_columns(first), "subject": f"Flood {number}"}) for number in range(599)]
    soon = timezone.now() + timedelta(seconds=30)
    SharedTicket.objects.bulk_create(
        SharedTicket(
            agreement=flooding,
            ticket=ticket,
            uuid=f"{ticket.pk:040}",
            role="received",
            created_at=soon,
            updated_at=soon,
        )
        for ticket in Ticket.objects.bulk_create(rows)
    )
    assert _send(flooding, "POST", "a" * 40, subject="The last one").status_code == 201
    refused = _send(flooding, "POST", "b" * 40, subject="One too many")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "60")
    assert _send(other, "POST", "c" * 40, subject="Kettle").status_code == 201
    SharedTicket.objects.filter(agreement=flooding).update(created_at=soon - timedelta(seconds=120))
    assert _send(flooding, "POST", "b" * 40, subject="One too many").status_code == 201


def _columns(ticket: Ticket) -> dict[str, Any]:
    """What another ticket like it is made of."""
    return {
        field.attname: getattr(ticket, field.attname) for field in Ticket._meta.concrete_fields if field.name != "id"
    }


def test_a_partner_who_hangs_takes_one_worker_at_most_and_others_all_they_need(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    silent = agree(network, makers_desk.account)
    other = _peer(2, partner_version=1)
    SharingAgreement.objects.filter(pk=other.pk).update(direction="outbound")
    for _ in range(5):
        ticket = cast.ticket()
        for agreement in (silent, other):
            shares.share(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    SharingAgreement.objects.filter(pk=silent.pk).update(unanswered_since=NOW, failures=3)
    network.down.add(MAKER)
    network.log.clear()
    for agreement in (silent, other):
        rounds.send_waiting(agreement.pk, lambda: NOW)
    asked = [request.headers[TOKEN_HEADER].partition(":")[0] for request in network.log]
    assert (asked.count(silent.uuid), asked.count(other.uuid)) == (1, 5)


def test_a_share_brings_no_tag_that_the_terms_keep_out(cast: Cast, peer: Peer) -> None:
    SharingAgreement.objects.update(excluded_tags=["vip"], syncs_tags=True)
    peer.share(tags=["kettle", "vip_gold"])
    assert ours().tags == ["kettle"]
    assert "vip_gold" in SharingAgreement.objects.get().events.get(kind=Happened.LEFT_OUT).words


def test_tags_and_statuses_outside_the_terms_are_dropped_and_shown_in_history(cast: Cast, peer: Peer) -> None:
    SharingAgreement.objects.update(excluded_tags=["vip"], syncs_tags=True)
    peer.share(status="new", tags=["kettle"])
    assert peer.update(status="escalated", tags=["kettle", "vip_gold"]).status_code == 200
    peer.update(status="escalated", tags=["kettle", "vip_gold"], subject="Again")
    assert (ours().status, ours().tags) == ("new", ["kettle"])
    told = SharingAgreement.objects.get().events.filter(kind=Happened.LEFT_OUT)
    assert [("vip_gold" in event.words, "escalated" in event.words) for event in told] == [(True, True)]
