"""What becomes of a copy when a ticket is unshared, left or deleted, and the proof of it on both sides."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from adjoin.access import actors
from adjoin.adapters import http, storage
from adjoin.audit_log.models import Entry
from adjoin.kernel.errors import DeskError, NotFound
from adjoin.people.models import User
from adjoin.sharing.agreements import actions as agreements
from adjoin.sharing.agreements import closing
from adjoin.sharing.models import (
    Delivery,
    PartnerFile,
    ReceivedRequest,
    SharedTicket,
    SharingAgreement,
    SharingProof,
)
from adjoin.sharing.shares import actions, orphans, queries
from adjoin.sharing.shares.actions import NotOurs
from adjoin.sharing.terms import TOKEN_HEADER, OnUnshare, Terms
from adjoin.sharing.tests.test_terms import MAKER, shared
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import WEB, Cast
from adjoin.testing.partners import Network, PartnersDesk, agree
from adjoin.tickets import actions as tickets
from adjoin.tickets import redacting, uploads
from adjoin.tickets.actions import TicketIsFrozen
from adjoin.tickets.changes import NewComment, Via
from adjoin.tickets.models import Attachment, Comment, Event, Ticket
from adjoin.tickets.terms import Channel

pytestmark = pytest.mark.usefixtures("agreed")

SECRET = "zqkettlesecret"


def talk(cast: Cast, ticket: Ticket) -> None:
    """Ana says something secret, with a file."""
    file = uploads.receive(actor=cast.actor("ana"), stream=io.BytesIO(b"zqbytes"), file_name=f"{SECRET}.txt", now=NOW)
    said = NewComment(body=f"The code is {SECRET}.", upload_tokens=(file.token,))
    tickets.update(actor=cast.actor("ana"), ticket_id=ticket.pk, now=NOW, via=WEB, comment=said)


def unshare(cast: Cast, network: Network, ticket: Ticket, agreement_id: int) -> None:
    actions.unshare(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement_id, now=NOW)
    network.run()


def test_a_recalled_copy_keeps_no_word_and_no_file_and_both_sides_have_the_proof(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    terms = Terms(on_unshare=OnUnshare.RECALL)
    ticket, agreement = shared(cast, network, makers_desk, terms, subject=f"About {SECRET}")
    talk(cast, ticket)
    network.run()
    makers_desk.says("Our own word, which crossed.")
    with makers_desk.open():
        note = NewComment(body="Local to Maker.", is_local=True)
        actor, pk = actors.load(makers_desk.agent_id), makers_desk.ticket.pk
        tickets.update(actor=actor, ticket_id=pk, now=NOW, via=WEB, comment=note)
        digest = Attachment.objects.exclude(comment=None).get().sha256
    network.run()
    unshare(cast, network, ticket, agreement.pk)
    assert (makers_desk.shared.state, makers_desk.ticket.subject) == ("recalled", "Recalled by Acme")
    assert sorted({body for body, _ in makers_desk.said()}) == ["Local to Maker.", "Recalled by Acme"]
    with makers_desk.open():
        kept: list[Any] = [Comment, Event, Delivery, ReceivedRequest, PartnerFile, SharedTicket, Ticket]
        everything = json.dumps([list(model.objects.values()) for model in kept], default=str)
        assert SECRET not in everything
        assert not Attachment.objects.exclude(comment=None).exists()
        theirs = SharingProof.objects.get()
        events = list(Event.objects.filter(data__has_key="action").values_list("type", "data__action").order_by("pk"))
        assert events[-2:] == [("TicketSharingEvent", "unshared"), ("SharingRecallEvent", "recalled")]
    assert (theirs.kind, theirs.by_name, theirs.comments, theirs.files) == ("recalled", "Ana Example", 3, 1)
    ours = SharingProof.objects.get()
    assert (ours.kind, ours.by_name, ours.comments, ours.files) == ("recalled", "Ana Example", 3, 1)
    assert ours.confirmed_at == NOW
    with storage.files().open(digest) as file:
        assert file.read() == b"zqbytes"  # we have it still
    (told,) = queries.panel(cast.actor("ana"), ticket).proofs
    assert told.endswith("Maker has blanked 3 comments and 1 file.")
    actions.share(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    assert makers_desk.shared.state == "active"
    assert (f"The code is {SECRET}.", True) in makers_desk.said()
    makers_desk.says("Here again.")
    network.run()
    assert "Recalled by Acme" not in ticket.comments.values_list("body", flat=True)


def test_what_proves_an_end_names_the_partner_and_speaks_the_readers_language(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket, agreement = shared(cast, network, makers_desk, Terms())
    unshare(cast, network, ticket, agreement.pk)
    with translation.override("fr"):
        (told,) = queries.panel(cast.actor("ana"), ticket).proofs
    assert told == "Ana Example a mis fin au partage avec Maker le 4 mars 2026, 10:00 UTC."


def test_a_frozen_copy_is_read_and_not_changed_until_it_is_shared_again(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket, agreement = shared(cast, network, makers_desk, Terms(on_unshare=OnUnshare.FREEZE))
    unshare(cast, network, ticket, agreement.pk)
    assert (makers_desk.shared.state, makers_desk.ticket.frozen_by) == ("frozen", "Acme")
    with pytest.raises(DeskError, match="Acme took this ticket back"):
        makers_desk.says("Hello?")
    with makers_desk.open():
        mia, copy = actors.load(makers_desk.agent_id), makers_desk.ticket
        with pytest.raises(TicketIsFrozen):
            tickets.update(
                actor=actors.Actor.system(), ticket_id=copy.pk, now=NOW, via=Via(Channel.RULE), tags=["late"]
            )
        with pytest.raises(NotOurs):
            actions.take_over(actor=mia, ticket_id=copy.pk, now=NOW)
    actions.share(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    makers_desk.says("Here again.")
    network.run()
    assert ticket.comments.latest("pk").body == "Here again."
    unshare(cast, network, ticket, agreement.pk)
    with makers_desk.open():
        actions.close_orphan(actor=mia, ticket_id=copy.pk, now=NOW)
        copy.refresh_from_db()
        assert (copy.status, copy.frozen_by) == ("closed", "Acme")


@pytest.mark.parametrize("policy", OnUnshare.values)
def test_after_unsharing_no_edit_of_either_side_changes_anything_across(
    cast: Cast, makers_desk: PartnersDesk, network: Network, policy: str
) -> None:
    ticket, agreement = shared(cast, network, makers_desk, Terms(on_unshare=policy, syncs_tags=True))
    unshare(cast, network, ticket, agreement.pk)
    there = makers_desk.said()
    cast.update("ana", ticket, say="Only here.", status="pending", tags=["ours"])
    if policy != OnUnshare.FREEZE:
        makers_desk.says("Only there.", status="solved")
    network.run()
    uuid = agreement.shared_tickets.get().uuid
    body = json.dumps({"uuid": uuid, "subject": "Changed", "comments": [{"uuid": "late", "body": "Late"}]}).encode()
    for host, path in (("acme.localhost", "tickets"), ("maker.localhost", "tickets")):
        url = f"http://{host}:8000/sharing/{path}/{uuid}"
        answer = network.send(http.Request("PUT", url, {TOKEN_HEADER: agreement.token}, body))
        assert answer.status == 410
    ticket.refresh_from_db()
    assert (ticket.status, ticket.tags, ticket.comments.latest("pk").body) == ("pending", ["ours"], "Only here.")
    assert [row for row in makers_desk.said() if row[0] != "Only there."] == there
    assert "ours" not in makers_desk.ticket.tags


def test_a_plain_peer_keeps_its_copy_whatever_the_terms_say(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket, agreement = shared(cast, network, makers_desk, Terms(on_unshare=OnUnshare.RECALL))
    type(agreement).objects.filter(pk=agreement.pk).update(partner_version=None)
    unshare(cast, network, ticket, agreement.pk)
    assert SharingProof.objects.get().kind == "unshared"
    gone = network.log[-1]
    assert (gone.method, "X-Adjoin-By" in gone.headers, "X-Adjoin-Reason" in gone.headers) == ("DELETE", False, False)


def test_the_receiver_may_leave_and_both_go_on_alone(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    ticket, agreement = shared(cast, network, makers_desk, Terms(on_unshare=OnUnshare.RECALL))
    with makers_desk.open():
        theirs = makers_desk.shared
        mia = actors.load(makers_desk.agent_id)
        actions.leave(actor=mia, ticket_id=theirs.ticket_id, agreement_id=theirs.agreement_id, now=NOW)
    network.run()
    assert (makers_desk.shared.state, agreement.shared_tickets.get().state) == ("unshared", "unshared")
    assert makers_desk.said() == [("My kettle is broken.", True)]
    proof = SharingProof.objects.get()
    assert (proof.kind, proof.is_ours, proof.by_name) == ("left", False, "Mia Maker")
    cast.update("ana", ticket, say="Only here.")
    network.run()
    assert len(makers_desk.said()) == 1


@pytest.mark.parametrize("policy", [OnUnshare.LEAVE, OnUnshare.RECALL])
def test_the_history_of_a_copy_names_the_person_who_took_it_back(
    cast: Cast, makers_desk: PartnersDesk, network: Network, policy: OnUnshare
) -> None:
    ticket, agreement = shared(cast, network, makers_desk, Terms(on_unshare=policy))
    unshare(cast, network, ticket, agreement.pk)
    with makers_desk.open():
        ended = Event.objects.filter(type__in=("TicketSharingEvent", "SharingRecallEvent")).exclude(
            data__action="shared"
        )
        names = set(ended.values_list("audit__author__name", "audit__author__partner_name"))
    assert names == {("Ana Example", "Acme")}
    assert network.log[-1].body == b""  # what ends a share has no body


@pytest.mark.parametrize("policy", [OnUnshare.LEAVE, OnUnshare.RECALL])
def test_who_ended_an_agreement_is_named_on_both_sides(
    cast: Cast, makers_desk: PartnersDesk, network: Network, policy: OnUnshare
) -> None:
    agreement = shared(cast, network, makers_desk, Terms(on_unshare=policy))[1]
    agreements.deactivate(actor=cast.actor("ada"), agreement_id=agreement.pk, now=NOW)
    network.run()
    assert _authors_of_ends() == {("Ada Example", "")}
    with makers_desk.open():
        assert _authors_of_ends() == {("Ada Example", "Acme")}
        copy = SharingAgreement.objects.get()
        event, line = copy.events.latest("pk"), Entry.objects.latest("pk")
        assert (event.by_name, event.is_partners, line.actor_name) == ("Ada Example", True, "Ada Example (Acme)")
        proof = SharingProof.objects.get()
        assert (proof.by_name, proof.is_ours) == ("Ada Example", False)
        assert User.objects.get(pk=copy.ended_by_id).is_placeholder


def _authors_of_ends() -> set[tuple[str, str]]:
    ended = Event.objects.filter(type__in=("TicketSharingEvent", "SharingRecallEvent")).exclude(data__action="shared")
    return set(ended.values_list("audit__author__name", "audit__author__partner_name"))


def test_who_follows_no_more_is_named_in_the_history_of_the_sharer(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    shared(cast, network, makers_desk, Terms())
    with makers_desk.open():
        mia, theirs = actors.load(makers_desk.agent_id), makers_desk.shared
        actions.leave(actor=mia, ticket_id=theirs.ticket_id, agreement_id=theirs.agreement_id, now=NOW)
    network.run()
    author = Event.objects.get(type="TicketSharingEvent", data__action="unshared").audit.author
    assert author is not None
    assert (author.name, author.partner_name) == ("Mia Maker", "Maker")


@pytest.mark.parametrize(("policy", "becomes"), [("leave", "orphan"), ("recall", "recalled")])
def test_a_deleted_ticket_is_told_to_the_partner_and_proved(
    cast: Cast, makers_desk: PartnersDesk, network: Network, policy: str, becomes: str
) -> None:
    ticket, _ = shared(cast, network, makers_desk, Terms(on_unshare=policy))
    network.down.add(MAKER)
    tickets.delete(actor=cast.actor("ada"), ticket_id=ticket.pk, now=NOW)
    network.run()
    proof = SharingProof.objects.get()
    assert (proof.kind, proof.ticket_number, proof.confirmed_at) == ("deleted", ticket.pk, None)
    network.down.clear()
    SharedTicket.objects.get().agreement.deliveries.update(next_attempt_at=None)
    type(proof.agreement).objects.update(next_attempt_at=None)
    network.run()
    proof.refresh_from_db()
    assert proof.confirmed_at == NOW
    assert makers_desk.shared.state == becomes
    with makers_desk.open():
        kind = SharingProof.objects.get().kind
    assert kind == ("deleted" if policy == "leave" else "recalled")


def test_orphans_are_taken_over_with_a_requester_of_ours(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket, agreement = shared(cast, network, makers_desk, Terms())
    unshare(cast, network, ticket, agreement.pk)
    with makers_desk.open():
        mia, copy = actors.load(makers_desk.agent_id), makers_desk.ticket
        actions.take_over(actor=mia, ticket_id=copy.pk, requester_id=makers_desk.agent_id, now=NOW)
        copy.refresh_from_db()
        assert (makers_desk.shared.state, copy.requester_id) == ("unshared", makers_desk.agent_id)
        with pytest.raises(NotFound):
            actions.take_over(actor=mia, ticket_id=copy.pk, now=NOW)
        SharedTicket.objects.update(state="orphan")
        client = Client(HTTP_HOST="maker.localhost")
        client.force_login(User.objects.get(pk=makers_desk.agent_id))
        client.post("/admin/sharing/orphans/", {"all": "on", "shown": [copy.pk], "step": "close"})
        copy.refresh_from_db()
        assert copy.is_closed
        SharedTicket.objects.update(state="orphan")
        assert not queries.panel(mia, copy).has_orphan  # nothing is left to be decided about it


def _five_left_behind(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    first, agreement = shared(cast, network, makers_desk, Terms())
    for ticket in (first, *(cast.ticket() for _ in range(4))):
        actions.share(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    agreements.deactivate(actor=cast.actor("ada"), agreement_id=agreement.pk, now=NOW)
    network.run()


def test_copies_left_behind_are_paged_and_those_of_a_page_are_chosen_at_once(
    cast: Cast, makers_desk: PartnersDesk, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orphans, "SHOWN", 2)
    _five_left_behind(cast, makers_desk, network)
    with makers_desk.open():
        client = Client(HTTP_HOST="maker.localhost")
        client.force_login(User.objects.get(pk=makers_desk.agent_id))
        address, seen = "/admin/sharing/orphans/", []
        while address:
            page = client.get(address).context
            seen.append([row.ticket_id for row in page["rows"]])
            address = f"/admin/sharing/orphans/?after={page['next']}" if page["next"] else ""
        copies = list(Ticket.objects.order_by("-pk").values_list("pk", flat=True))
        assert seen == [copies[:2], copies[2:4], copies[4:]]
        client.post("/admin/sharing/orphans/", {"all": "on", "shown": copies[2:4], "step": "close"})
        assert set(Ticket.objects.filter(status="closed").values_list("pk", flat=True)) == set(copies[2:4])


def test_all_copies_left_behind_are_chosen_at_once_on_whatever_page_they_are(
    cast: Cast, makers_desk: PartnersDesk, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orphans, "SHOWN", 2)
    _five_left_behind(cast, makers_desk, network)
    with makers_desk.open():
        client = Client(HTTP_HOST="maker.localhost")
        client.force_login(User.objects.get(pk=makers_desk.agent_id))
        address = "/admin/sharing/orphans/"
        page = client.get(address).content.decode()
        assert "The 2 on this page" in page
        assert "All 5, on every page" in page
        monkeypatch.setattr(orphans, "AT_ONCE", 3)
        copies = list(Ticket.objects.order_by("pk").values_list("pk", flat=True))
        shown = client.get(address)
        assert "The oldest 3 of all 5, on whatever page" in shown.content.decode()
        chosen = {"everything": "on", "shown": [row.ticket_id for row in shown.context["rows"]], "step": "close"}
        page = client.post(address, chosen, follow=True).content.decode()
        assert set(Ticket.objects.filter(status="closed").values_list("pk", flat=True)) == set(copies[:3])
        assert "3 closed." in page
        assert "All 2 of these" in page
        client.post(address, {**chosen, "step": "take_over"})
        assert not SharedTicket.objects.left_behind().filter(ticket__in=copies[3:]).exists()


def test_whoever_takes_back_or_deletes_a_ticket_as_its_agreement_ends_leaves_nothing_waiting(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket, agreement = shared(cast, network, makers_desk, Terms(on_unshare=OnUnshare.FREEZE))
    deleted = cast.ticket()
    actions.share(actor=cast.actor("ana"), ticket_id=deleted.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    agreements.deactivate(actor=cast.actor("ada"), agreement_id=agreement.pk, now=NOW)
    actions.unshare(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    tickets.delete(actor=cast.actor("ada"), ticket_id=deleted.pk, now=NOW)
    crossed_the_end = Delivery.objects.filter(shared_ticket__ticket=ticket).order_by("pk").first()
    assert crossed_the_end is not None
    Delivery.objects.filter(pk=crossed_the_end.pk).update(state="waiting")
    network.run()
    assert not Delivery.objects.filter(state="waiting").exists()
    assert set(SharedTicket.objects.values_list("state", flat=True)) == {"unshared"}
    events = Event.objects.filter(audit__ticket=ticket, type="TicketSharingEvent").values_list(
        "data__action", flat=True
    )
    assert list(events.order_by("pk")) == ["shared", "unshared"]
    with makers_desk.open():
        assert set(SharedTicket.objects.values_list("state", flat=True)) == {"frozen"}


@pytest.mark.parametrize("ends", ["sharer", "receiver"])
def test_ending_an_agreement_takes_back_what_came_and_nobody_here_changed(
    cast: Cast, makers_desk: PartnersDesk, network: Network, ends: str
) -> None:
    terms = Terms(on_unshare=OnUnshare.RECALL, syncs_tags=True)
    ticket, agreement = shared(cast, network, makers_desk, terms, subject=f"About {SECRET}")
    cast.update("ana", ticket, tags=["zqvip", "zqboth"])
    network.run()
    makers_desk.says(tags=["zqvip", "makers", "zqboth"])
    makers_desk.says(tags=["zqvip", "makers"])
    makers_desk.says(tags=["zqvip", "makers", "zqboth"])
    network.run()
    if ends == "sharer":
        agreements.deactivate(actor=cast.actor("ada"), agreement_id=agreement.pk, now=NOW)
    else:
        with makers_desk.open():
            theirs = makers_desk.shared.agreement_id
            agreements.deactivate(actor=actors.load(makers_desk.agent_id), agreement_id=theirs, now=NOW)
    network.run()
    copy = makers_desk.ticket
    assert (copy.subject, copy.tags, makers_desk.shared.state) == ("Recalled by Acme", ["makers", "zqboth"], "recalled")
    assert {body for body, _ in makers_desk.said()} == {"Recalled by Acme"}
    with makers_desk.open():
        assert "zqvip" not in json.dumps(list(Event.objects.values_list("data", flat=True)))
        assert SharingProof.objects.values_list("kind", "is_ours").get() == ("recalled", ends == "receiver")
    assert SharingProof.objects.values_list("kind", "is_ours").get()[1] is (ends == "sharer")


def test_a_large_agreement_ends_some_tickets_at_a_time(
    cast: Cast, makers_desk: PartnersDesk, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "BATCH", 2)
    _, agreement = shared(cast, network, makers_desk, Terms())
    for _ in range(2):
        actions.share(actor=cast.actor("ana"), ticket_id=cast.ticket().pk, agreement_id=agreement.pk, now=NOW)
    agreements.deactivate(actor=cast.actor("ada"), agreement_id=agreement.pk, now=NOW)
    assert [closing.close_some(agreement.pk, NOW) for _ in range(2)] == [True, False]
    assert not closing.unfinished()


def test_a_ticket_is_shared_again_under_the_next_agreement_and_what_was_held_back_stays_so(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket, agreement = shared(cast, network, makers_desk, Terms())
    copy = makers_desk.ticket
    network.down.add(MAKER)
    held = cast.update("ana", ticket, say="Not for Maker.").comments.latest("pk")
    where: dict[str, Any] = {"actor": cast.actor("ana"), "ticket_id": ticket.pk, "now": NOW}
    actions.hold(**where, agreement_id=agreement.pk, comment_id=held.pk)
    network.down.clear()
    agreements.deactivate(actor=cast.actor("ada"), agreement_id=agreement.pk, now=NOW)
    network.run()
    assert makers_desk.shared.state == "orphan"
    redacting.redact_words(
        actor=cast.actor("ada"),
        ticket_id=ticket.pk,
        comment_id=ticket.comments.earliest("pk").pk,
        words=["kettle"],
        via=WEB,
        now=NOW,
        even_closed=False,
    )
    cast.update("ana", ticket, say="Said in between.")
    again = agree(network, makers_desk.account, Terms())
    actions.share(**where, agreement_id=again.pk)
    network.run()
    assert (makers_desk.shared.state, makers_desk.ticket) == ("active", copy)
    assert [body for body, _ in makers_desk.said()] == ["My ▇▇▇▇▇▇ is broken.", "Said in between."]


@pytest.mark.parametrize("policy", [OnUnshare.LEAVE, OnUnshare.RECALL])
def test_what_was_still_to_be_sent_when_a_share_ended_follows_when_it_is_shared_again(
    cast: Cast, makers_desk: PartnersDesk, network: Network, policy: OnUnshare
) -> None:
    ticket, agreement = shared(cast, network, makers_desk, Terms(on_unshare=policy))
    actions.unshare(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    makers_desk.says("Said before we heard of it.")
    network.run()
    assert "Said before we heard of it." in {body for body, _ in makers_desk.said()}  # it never left, so it is theirs
    actions.share(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    assert ticket.comments.filter(body="Said before we heard of it.").count() == 1
