"""Agreements over their life: made in one handshake, changed, moved, given other keys, and found in a copy."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from adjoin.access import actors
from adjoin.access.actors import Actor
from adjoin.accounts import actions as accounts
from adjoin.accounts.models import Account
from adjoin.adapters import http
from adjoin.adapters.http import Answer, Request
from adjoin.brands import actions as brands
from adjoin.channels.models import OutgoingMail
from adjoin.kernel.errors import Invalid, NotAllowed
from adjoin.sharing.agreements import actions, keys, moves, news
from adjoin.sharing.delivery import copies
from adjoin.sharing.models import Delivery, SharedTicket, SharingAgreement, SharingDesk
from adjoin.sharing.terms import CommentsTerm, Failure, Happened, OnUnshare, Terms
from adjoin.sharing.tests.test_terms import MAKER, shared
from adjoin.sharing.tests.test_wire import KEY, TICKET, UUID, Peer, peer
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.partners import Network, PartnersDesk, agree

__all__ = ["peer"]
LATER = NOW + timedelta(hours=2)


def mia(desk: PartnersDesk) -> Actor:
    """Maker's admin."""
    return actors.load(desk.agent_id)


def theirs(desk: PartnersDesk) -> SharingAgreement:
    with desk.open():
        return SharingAgreement.objects.get()


def test_one_handshake_can_set_up_both_directions(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    actions.invite(actor=cast.actor("ada"), partner="maker", terms=Terms(), both_ways=True, now=NOW)
    network.run()
    with makers_desk.open():
        first = SharingAgreement.objects.get(direction="inbound")
        actions.accept(actor=mia(makers_desk), agreement_id=first.pk, now=NOW)
    network.run()
    ours = set(SharingAgreement.objects.values_list("direction", "status", "uuid"))
    with makers_desk.open():
        mirrored = set(SharingAgreement.objects.values_list("direction", "status", "uuid"))
    other = {"inbound": "outbound", "outbound": "inbound"}
    assert {status for _, status, _ in ours} == {"accepted"}
    assert len(ours) == 2
    assert mirrored == {(other[direction], status, uuid) for direction, status, uuid in ours}


def test_declining_declines_both_directions(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    actions.invite(actor=cast.actor("ada"), partner="maker", terms=Terms(), both_ways=True, now=NOW)
    network.run()
    with makers_desk.open():
        first = SharingAgreement.objects.get(direction="inbound")
        actions.decline(actor=mia(makers_desk), agreement_id=first.pk, now=NOW)
        assert set(SharingAgreement.objects.values_list("status", flat=True)) == {"declined"}
    network.run()
    assert set(SharingAgreement.objects.values_list("status", flat=True)) == {"declined"}


def test_an_invitation_reaches_the_admins_by_mail_and_badge(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    actions.invite(actor=cast.actor("ada"), partner="maker", terms=Terms(), now=NOW)
    network.run()
    with makers_desk.open():
        (mail,) = OutgoingMail.objects.all()
        assert (mail.to_address, mail.subject) == ("mia@maker.example", "Acme asks to share tickets with you")
        assert news.waiting() == 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (actions.accept, "Maker accepted your invitation to share tickets"),
        (actions.decline, "Maker declined your invitation to share tickets"),
    ],
)
def test_the_mail_about_an_answer_says_what_was_answered(
    cast: Cast, makers_desk: PartnersDesk, network: Network, answer: Any, said: str
) -> None:
    actions.invite(actor=cast.actor("ada"), partner="maker", terms=Terms(), now=NOW)
    network.run()
    with makers_desk.open():
        answer(actor=mia(makers_desk), agreement_id=SharingAgreement.objects.get().pk, now=NOW)
    network.run()
    assert [mail.subject for mail in OutgoingMail.objects.order_by("pk")] == [said]


def test_the_mail_about_an_end_says_that_it_ended(
    agreed: None, cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    agree(network, makers_desk.account)
    with makers_desk.open():
        actions.deactivate(actor=mia(makers_desk), agreement_id=SharingAgreement.objects.get().pk, now=LATER)
    network.run(LATER)
    assert OutgoingMail.objects.latest("pk").subject == "Maker ended the sharing of tickets"


def test_a_desk_that_declines_invitations_asks_nobody(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    with makers_desk.open():
        actions.set_declining(actor=mia(makers_desk), declines=True, now=NOW)
    agreement = actions.invite(actor=cast.actor("ada"), partner="maker", terms=Terms(), now=NOW)
    network.run()
    agreement.refresh_from_db()
    assert agreement.status == "declined"
    with makers_desk.open():
        assert not OutgoingMail.objects.exists()


def test_changed_terms_hold_on_both_sides_and_both_see_what_changed(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    agreement = agree(network, makers_desk.account, Terms())
    terms = Terms(comments="public", syncs_tags=True, on_unshare=OnUnshare.FREEZE, excluded_tags=("int_",))
    note = {"note": "As we said\non the phone."}
    actions.change_terms(actor=cast.actor("ada"), agreement_id=agreement.pk, terms=terms, now=LATER, **note)
    network.lost_answers = 1  # it is said twice, and told once
    network.run(LATER)
    network.run(LATER + timedelta(minutes=1))
    with makers_desk.open():
        copy = SharingAgreement.objects.get()
        assert (copy.comments, copy.syncs_tags, copy.on_unshare, copy.has_news) == ("public", True, "freeze", True)
        event = copy.events.get(kind=Happened.TERMS)
        assert (event.by_name, event.is_partners, event.changes["comments"]) == ("Acme", True, ["both", "public"])
        assert event.words == "As we said on the phone."
        mail = OutgoingMail.objects.get(subject="Acme changed the terms of sharing")
        assert "> As we said on the phone." in mail.text_body
    assert agreement.events.get(kind=Happened.TERMS).changes["excluded_tags"] == [[], ["int_"]]


def test_the_receiver_sets_only_what_is_its_own(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    agree(network, makers_desk.account, Terms())
    with makers_desk.open():
        pk = SharingAgreement.objects.get().pk
        with pytest.raises(actions.NotYours):
            actions.change_terms(actor=mia(makers_desk), agreement_id=pk, terms=Terms(syncs_tags=True), now=NOW)
        own = Terms(status_in={"pending": "open"})
        actions.change_terms(actor=mia(makers_desk), agreement_id=pk, terms=own, now=NOW)
        assert SharingAgreement.objects.get().terms == own


@pytest.mark.parametrize(
    ("terms", "named"),
    [
        (Terms(attachment_max_mb=0), "attachment_max_mb"),
        (Terms(status_out={"open": "lost"}), "status_out"),
        (Terms(status_in={"open": "new"}), "status_in"),
        (Terms(excluded_tags=("two words",)), "excluded_tags"),
        (Terms(field_map=({"ours": "Tier"},)), "custom_field_map"),
        (Terms(who_shares="nobody"), "who_shares"),
    ],
)
def test_terms_that_make_no_sense_are_refused_by_name(cast: Cast, terms: Terms, named: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.invite(actor=cast.actor("ada"), partner="maker", terms=terms, now=NOW)
    assert named in json.dumps(refused.value.details)


def test_the_old_key_is_dead_after_a_rotation_and_nothing_is_lost(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket, agreement = shared(cast, network, makers_desk, Terms())
    old = agreement.access_key
    keys.rotate(actor=cast.actor("ada"), agreement_id=agreement.pk, now=LATER)
    cast.update("ana", ticket, say="On the way.")
    network.lost_answers = 1  # the partner has the new key, and we do not know it yet
    network.run(LATER)
    makers_desk.says("Still here.")
    network.run(LATER + timedelta(minutes=1))
    agreement.refresh_from_db()
    assert agreement.access_key == theirs(makers_desk).access_key != old
    assert {body for body, _ in makers_desk.said()} >= {"On the way.", "Still here."}
    assert ticket.comments.filter(body="Still here.").exists()
    with makers_desk.open():
        assert not theirs(makers_desk).knows_key(old, LATER + timedelta(hours=1))
    assert not agreement.knows_key(old, LATER + timedelta(hours=1))


def test_no_key_lies_in_the_queue(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    agreement = agree(network, makers_desk.account, Terms())
    keys.rotate(actor=cast.actor("ada"), agreement_id=agreement.pk, now=NOW)
    agreement.refresh_from_db()
    kept = json.dumps(list(Delivery.objects.values_list("payload", flat=True)))
    assert agreement.access_key not in kept
    assert agreement.next_access_key not in kept


def test_a_plain_peer_is_said_to_take_no_new_key(cast: Cast, peer: Peer) -> None:
    with pytest.raises(keys.CannotRotate, match="does not run Adjoin"):
        keys.rotate(actor=cast.actor("ada"), agreement_id=SharingAgreement.objects.get().pk, now=NOW)


@pytest.mark.parametrize("token", [f"{UUID}:{'x' * 40}", f"{'9' * 40}:{KEY}"], ids=["wrong key", "wrong agreement"])
def test_a_request_under_a_wrong_key_or_agreement_is_rejected_and_changes_nothing(
    cast: Cast, peer: Peer, token: str
) -> None:
    peer.share()
    before = list(SharedTicket.objects.values()), list(SharingAgreement.objects.values())
    peer.headers = {"X-Ticket-Sharing-Token": token}
    assert peer.update(subject="Mine now", status="solved").status_code == 403
    assert peer.send("PUT", f"/agreements/{UUID}", {"status": "inactive"}).status_code == 403
    assert peer.send("DELETE", f"/tickets/{TICKET}").status_code == 403
    assert (list(SharedTicket.objects.values()), list(SharingAgreement.objects.values())) == before


def test_a_desk_that_is_renamed_keeps_its_agreements(
    cast: Cast, makers_desk: PartnersDesk, network: Network, acme: Account
) -> None:
    ticket, _agreement = shared(cast, network, makers_desk, Terms())
    accounts.rename_account(acme, "acme-new")
    brands.follow_account(now=LATER)
    assert moves.announce(LATER) == 1
    network.run(LATER)
    with makers_desk.open():
        moves.verify(SharingAgreement.objects.get().pk, LATER)
        assert SharingAgreement.objects.get().partner_url == "http://acme-new.localhost:8000/sharing"
    makers_desk.says("Found you.")
    cast.update("ana", ticket, say="Here I am.")
    network.run(LATER)
    assert ticket.comments.filter(body="Found you.").exists()
    assert [body for body, _ in makers_desk.said()].count("Here I am.") == 1


def test_a_stolen_key_does_not_take_the_tickets_elsewhere(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    agreement = agree(network, makers_desk.account, Terms())
    lie = json.dumps(
        {"uuid": agreement.uuid, "sender_url": "http://evil.localhost/sharing", "status": "accepted"}
    ).encode()
    network.answers["evil.localhost"] = Answer(200, {}, lie)
    headers = {"X-Ticket-Sharing-Token": agreement.token, "Content-Type": "application/json"}
    url = f"http://{MAKER}:8000/sharing/agreements/{agreement.uuid}"
    assert http.client().send(Request("PUT", url, headers, lie)).status == 200
    with makers_desk.open():
        moves.verify(SharingAgreement.objects.get().pk, LATER)
        copy = SharingAgreement.objects.get()
        assert copy.partner_url == "http://acme.localhost:8000/sharing"
        assert "evil.localhost" in copy.warning
        assert copy.has_news
    assert not [request for request in network.log if "evil" in request.url]  # it was not even asked


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (Failure.CERTIFICATE, "ssl_error"),
        (Failure.WRONG_ADDRESS, "configuration_error"),
        (Failure.NO_DESK, "configuration_error"),
        (Failure.REFUSED, "failed"),
    ],
)
def test_the_api_says_why_an_agreement_failed(cast: Cast, kind: str, status: str) -> None:
    SharingAgreement.objects.create(
        uuid="f" * 40,
        access_key="k" * 40,
        direction="outbound",
        status="failed",
        failure_kind=kind,
        partner_url="https://x.example/sharing",
        created_at=NOW,
        updated_at=NOW,
    )
    client = Client(HTTP_HOST="acme.localhost")
    client.force_login(cast.users["ada"])
    shown = client.get("/api/v2/sharing_agreements").json()["sharing_agreements"][0]
    assert shown["status"] == status


# A restored backup or a clone.


def _mark(**values: Any) -> None:
    """What the file outside the database says."""
    path = copies._path()
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


@pytest.mark.parametrize("how", ["restored", "cloned", "other server"])
def test_a_copy_of_a_desk_does_not_send_until_somebody_says_so(
    cast: Cast, makers_desk: PartnersDesk, network: Network, how: str
) -> None:
    ticket, agreement = shared(cast, network, makers_desk, Terms())
    copies.beat(NOW)
    if how == "restored":
        _mark(heartbeat=SharingDesk.objects.get().heartbeat + 1)
    elif how == "cloned":
        _mark(installation="another")
    else:
        SharingDesk.objects.update(database="1")
    cast.update("ana", ticket, say="From the copy.")
    network.run(LATER)
    assert "From the copy." not in network.bodies(MAKER)
    assert copies.is_paused()
    assert agreement.events.filter(kind=Happened.PAUSED).count() == 1
    with pytest.raises(NotAllowed):
        actions.resume(actor=cast.actor("ana"), now=LATER)
    actions.resume(actor=cast.actor("ada"), now=LATER)
    network.run(LATER)
    cast.update("ana", ticket, say="From the desk itself.", status="pending")
    network.run(LATER)
    said = [body for body, _ in makers_desk.said()]
    assert (said.count("From the copy."), said.count("From the desk itself.")) == (1, 1)
    assert makers_desk.ticket.status == "pending"


def test_a_desk_that_goes_on_as_ever_is_never_taken_for_a_copy(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    agree(network, makers_desk.account, Terms())
    for _ in range(3):
        copies.beat(NOW)
    copies._path().unlink()  # another machine of the same desk
    assert copies.may_send(NOW)
    assert copies._path().exists()


def test_the_finer_terms_travel_and_a_plain_desk_reads_the_protocols_own(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    terms = Terms(comments=CommentsTerm.PUBLIC, syncs_status=False, syncs_tags=True, shares_attachments=False)
    agree(network, makers_desk.account, terms)
    invitation = json.loads(network.log[0].body)
    assert invitation["allows_public_comments"] is True
    assert invitation["custom_fields"]["adjoin"]["comments"] == "public"
    with makers_desk.open():
        assert SharingAgreement.objects.get().terms == terms
