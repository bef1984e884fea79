"""What crossed can be looked up, by those who may read it, without secrets, and sent again."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from adjoin.access.actors import Actor
from adjoin.adapters.http import Answer
from adjoin.sharing.journal import actions, arrivals, queries
from adjoin.sharing.journal.queries import Question
from adjoin.sharing.models import ReceivedRequest, SharedTicket, SharingAgreement
from adjoin.sharing.shares import actions as shares
from adjoin.sharing.terms import CommentsTerm, Terms
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.testing.partners import Network, PartnersDesk, agree
from adjoin.tickets.models import Ticket

MAKER = "maker.localhost"


@pytest.fixture
def agreement(agreed: None, cast: Cast, makers_desk: PartnersDesk, network: Network) -> SharingAgreement:
    return agree(network, makers_desk.account, Terms(comments=CommentsTerm.BOTH))


@pytest.fixture
def ticket(cast: Cast, agreement: SharingAgreement, network: Network) -> Ticket:
    """A ticket that Maker has, and an update Maker did not take."""
    ticket = cast.ticket()
    shares.share(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    network.answers[MAKER] = Answer(422, {}, b'{"error": {"message": "the kettle says no"}}')
    cast.update("ana", ticket, note="canary-in-a-note", status="pending")
    network.run()
    network.answers.clear()
    return ticket


def _everything(actor: Actor, agreement: SharingAgreement, **asked: str) -> str:
    return repr(queries.of_agreement(actor, agreement.pk, Question.read(asked)))


def test_each_delivery_tells_when_what_and_what_was_answered(cast: Cast, ticket: Ticket) -> None:
    newest, first = queries.of_ticket(cast.actor("ana"), ticket.pk, Question()).entries
    assert (first.what, first.state, first.status, first.attempts) == ("Shared", "Sent", 201, 1)
    assert (newest.what, newest.state, newest.answer) == (
        "Update: 1 comment, status",
        "Not taken",
        "the kettle says no",
    )
    assert newest.may_be_sent_again
    assert json.loads(newest.payload)["comments"][0]["body"] == "canary-in-a-note"


def test_what_came_in_is_there_too_with_what_was_left_out(
    cast: Cast, ticket: Ticket, makers_desk: PartnersDesk, network: Network
) -> None:
    makers_desk.says("Hello", status="open", tags=["urgent"])
    network.run()
    SharingAgreement.objects.update(syncs_status=False, comments=CommentsTerm.PUBLIC)
    makers_desk.says("psst", is_public=False, status="solved")
    network.run()
    left_out, taken = queries.of_ticket(cast.actor("ana"), ticket.pk, Question(direction=queries.RECEIVED)).entries
    assert (taken.what, taken.state, taken.ticket_id) == ("Update: 1 comment, status", "Taken", ticket.pk)
    assert left_out.state == "Something left out"
    assert "private note" in left_out.answer
    assert "Not part of the agreement: status." in left_out.answer
    assert "psst" not in left_out.payload  # it never came in, so nobody here reads it


def test_who_may_not_read_the_ticket_learns_nothing_of_it(
    cast: Cast, ticket: Ticket, agreement: SharingAgreement
) -> None:
    ben = cast.actor("ben")  # another brand
    told = _everything(ben, agreement)
    assert "canary" not in told
    assert "Broken kettle" not in told
    assert "the kettle says no" not in told
    assert f"ticket_id={ticket.pk}" not in told
    assert "canary-in-a-note" in _everything(cast.actor("ada"), agreement)


def test_no_key_and_no_address_of_a_file_is_shown(cast: Cast, ticket: Ticket, agreement: SharingAgreement) -> None:
    arrivals.keep(
        arrivals.Arrival(
            agreement,
            SharedTicket.objects.get().uuid,
            "PUT",
            body={"comments": [{"uuid": "x", "attachments": [{"url": "https://peer.example.com/secret"}]}]},
        ),
        200,
        "",
        NOW,
    )
    assert "secret" not in json.dumps(ReceivedRequest.objects.latest("pk").payload)
    told = _everything(cast.actor("ada"), agreement)
    assert agreement.access_key not in told


def test_one_refused_update_or_all_can_be_sent_again(
    cast: Cast, ticket: Ticket, agreement: SharingAgreement, makers_desk: PartnersDesk, network: Network
) -> None:
    assert actions.send_all_again(actor=cast.actor("ada"), agreement_id=agreement.pk, now=NOW) == 1
    network.run()
    assert ("canary-in-a-note", False) in makers_desk.said()
    assert actions.send_ticket_again(actor=cast.actor("ana"), ticket_id=ticket.pk, now=NOW) == 0


@pytest.mark.parametrize(
    ("asked", "found"),
    [({"q": "kettle says"}, 1), ({"q": "canary"}, 0), ({"state": "failed"}, 1), ({"state": "waiting"}, 0)],
)
def test_words_are_looked_for_in_answers_never_in_what_was_said(
    cast: Cast, ticket: Ticket, asked: dict[str, str], found: int
) -> None:
    assert len(queries.of_ticket(cast.actor("ana"), ticket.pk, Question.read(asked)).entries) == found


def test_the_pages_show_it_and_the_button_sends_it_again(
    cast: Cast, ticket: Ticket, agreement: SharingAgreement, makers_desk: PartnersDesk, network: Network
) -> None:
    client = Client(HTTP_HOST="acme.localhost")
    client.force_login(cast.user("ada"))
    page = client.get(f"/admin/sharing/{agreement.pk}/deliveries/")
    assert "the kettle says no" in page.content.decode()
    assert client.get(f"/admin/sharing/tickets/{ticket.pk}/deliveries/?direction=received").status_code == 200
    assert client.post(f"/admin/sharing/tickets/{ticket.pk}/deliveries/again/").status_code == 302
    network.run()
    assert ("canary-in-a-note", False) in makers_desk.said()
    for who in ("ben", "cyd"):
        client.force_login(cast.user(who))
        for path in (f"tickets/{ticket.pk}/deliveries/", f"tickets/{ticket.pk}/deliveries/?direction=received"):
            assert client.get(f"/admin/sharing/{path}").status_code in (403, 404)
        assert client.get(f"/admin/sharing/{agreement.pk}/deliveries/").status_code in (403, 404)


def test_the_api_tells_the_same(api: Caller, ticket: Ticket, agreement: SharingAgreement) -> None:
    ada, ben = api.as_("ada"), api.as_("ben")
    told = ada.get(f"/api/adjoin/v1/tickets/{ticket.pk}/sharing_deliveries").json()
    assert [one["state"] for one in told["deliveries"]] == ["Not taken", "Sent"]
    refused = told["deliveries"][0]
    assert refused["payload"]["comments"][0]["body"] == "canary-in-a-note"
    under = ada.get(f"/api/adjoin/v1/sharing_agreements/{agreement.pk}/deliveries", state="failed").json()
    assert [one["ticket_id"] for one in under["deliveries"]] == [ticket.pk]
    assert ben.get(f"/api/adjoin/v1/tickets/{ticket.pk}/sharing_deliveries").status_code == 404
    assert ben.post(f"/api/adjoin/v1/sharing_deliveries/{refused['id']}/send_again").status_code == 404
    assert ben.post(f"/api/adjoin/v1/sharing_agreements/{agreement.pk}/deliveries/send_again").status_code == 403
    assert ada.post(f"/api/adjoin/v1/sharing_deliveries/{refused['id']}/send_again").json() == {"sent_again": 1}
