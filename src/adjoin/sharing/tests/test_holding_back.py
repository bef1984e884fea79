"""Comments and files held back from a partner, and the preview that shows exactly what crosses."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from adjoin.adapters.http import Answer
from adjoin.people.models import User
from adjoin.sharing.crossing import files
from adjoin.sharing.models import Delivery, HeldBack, SharedComment, SharedTicket, SharingAgreement, SharingProof
from adjoin.sharing.shares import actions, previewing
from adjoin.sharing.shares.holds import TooLate
from adjoin.sharing.terms import TOKEN_HEADER, CommentsTerm, DeliveryState, OnUnshare, Terms
from adjoin.sharing.tests.test_files import get
from adjoin.sharing.tests.test_terms import CANARY, MAKER
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import WEB, Cast
from adjoin.testing.partners import Network, PartnersDesk, agree
from adjoin.tickets import actions as tickets
from adjoin.tickets import uploads
from adjoin.tickets.changes import NewComment
from adjoin.tickets.models import Attachment, Comment, Ticket


@pytest.fixture
def agreement(agreed: None, cast: Cast, makers_desk: PartnersDesk, network: Network) -> SharingAgreement:
    return agree(network, makers_desk.account, Terms(syncs_tags=True))


def say(cast: Cast, ticket: Ticket, body: str, *files: str, is_public: bool = True) -> Comment:
    """Ana says something, with files of these names."""
    token = ""
    for name in files:
        token = uploads.receive(
            actor=cast.actor("ana"), stream=io.BytesIO(name.encode()), file_name=name, now=NOW, token=token
        ).token
    said = NewComment(body=body, is_public=is_public, upload_tokens=(token,) if token else ())
    tickets.update(actor=cast.actor("ana"), ticket_id=ticket.pk, now=NOW, via=WEB, comment=said)
    return ticket.comments.latest("pk")


def named(ticket: Ticket, agreement: SharingAgreement, comment: Comment, file: str = "") -> dict[str, Any]:
    """What to hold back or release."""
    attachment_id = comment.attachments.get(file_name=file).pk if file else None
    return {
        "ticket_id": ticket.pk,
        "agreement_id": agreement.pk,
        "comment_id": comment.pk,
        "attachment_id": attachment_id,
        "now": NOW,
    }


def share(cast: Cast, network: Network, ticket: Ticket, agreement: SharingAgreement) -> None:
    actions.share(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()


def test_what_is_held_back_before_sharing_crosses_once_it_is_released_and_only_once(
    cast: Cast, makers_desk: PartnersDesk, network: Network, agreement: SharingAgreement
) -> None:
    ana, ticket = cast.actor("ana"), cast.ticket()
    secret = say(cast, ticket, "zqsecret price", "zqprices.txt")
    photo = say(cast, ticket, "See.", "zqphoto.txt", "zqother.txt")
    actions.hold(actor=ana, **named(ticket, agreement, secret))
    actions.hold(actor=ana, **named(ticket, agreement, photo, "zqphoto.txt"))
    share(cast, network, ticket, agreement)
    assert [body for body, _ in makers_desk.said()] == ["My kettle is broken.", "See."]
    sent = network.bodies(MAKER)
    assert [word in sent for word in ("zqsecret", "zqprices", "zqphoto", "zqother")] == [False, False, False, True]
    actions.release(actor=ana, **named(ticket, agreement, secret))
    actions.release(actor=ana, **named(ticket, agreement, photo, "zqphoto.txt"))
    actions.release(actor=ana, **named(ticket, agreement, secret))
    network.run()
    cast.update("ana", ticket, say="Bye.")
    network.run()
    said = [body for body, _ in makers_desk.said()]
    assert sorted(said) == sorted(["My kettle is broken.", "See.", "zqsecret price", "zqphoto.txt", "Bye."])
    with makers_desk.open():
        names = set(Attachment.objects.exclude(comment=None).values_list("file_name", flat=True))
        assert names == {"zqother.txt", "zqprices.txt", "zqphoto.txt"}


def test_what_waits_for_a_silent_partner_can_still_be_held_back_and_what_is_there_cannot(
    cast: Cast, makers_desk: PartnersDesk, network: Network, agreement: SharingAgreement
) -> None:
    ana, ticket = cast.actor("ana"), cast.ticket()
    share(cast, network, ticket, agreement)
    with pytest.raises(TooLate, match="Maker has this already"):
        actions.hold(actor=ana, **named(ticket, agreement, ticket.comments.get()))
    network.down.add(MAKER)
    waiting = say(cast, ticket, "zqwaiting", "zqfile.txt")
    both = say(cast, ticket, "zqboth", "zqone.txt", "zqtwo.txt")
    actions.hold(actor=ana, **named(ticket, agreement, waiting))
    actions.hold(actor=ana, **named(ticket, agreement, both, "zqone.txt"))
    queued = json.dumps(list(Delivery.objects.filter(state="waiting").values_list("payload", flat=True)))
    assert ("zqwaiting" in queued, "zqone" in queued, "zqtwo" in queued) == (False, False, True)
    assert not SharedComment.objects.filter(comment=waiting).exists()
    network.down.clear()
    network.run()
    assert [body for body, _ in makers_desk.said()] == ["My kettle is broken.", "zqboth"]
    makers_desk.says("Thanks.")
    network.run()
    with pytest.raises(TooLate, match="came from Maker"):
        actions.hold(actor=ana, **named(ticket, agreement, ticket.comments.latest("pk")))


def test_a_held_files_address_answers_nobody(
    cast: Cast, makers_desk: PartnersDesk, network: Network, agreement: SharingAgreement
) -> None:
    ticket = cast.ticket()
    photo = say(cast, ticket, "See.", "zqphoto.txt")
    share(cast, network, ticket, agreement)
    shared = SharedTicket.objects.select_related("agreement").get()
    url = files.address(shared, photo.attachments.get().pk, NOW)
    key = {TOKEN_HEADER: agreement.token}
    assert get(network, url, headers=key).status == 200
    HeldBack.objects.create(agreement=agreement, ticket=ticket, comment=photo, created_at=NOW)
    assert get(network, url, headers=key).status == 404


@pytest.mark.parametrize("comments", CommentsTerm.values)
def test_the_preview_is_what_is_sent_to_the_last_byte(
    cast: Cast, makers_desk: PartnersDesk, network: Network, comments: str
) -> None:
    terms = Terms(comments=comments, syncs_tags=True, syncs_status=comments != CommentsTerm.PRIVATE)
    agreement = agree(network, makers_desk.account, terms)
    ana, ticket = cast.actor("ana"), cast.ticket(tags=["vip"], status="hold")
    say(cast, ticket, "See.", "photo.txt", "invoice.txt")
    say(cast, ticket, "They pay late.", is_public=False)
    held = say(cast, ticket, "Not yet.")
    actions.hold(actor=ana, **named(ticket, agreement, held))
    actions.hold(actor=ana, **named(ticket, agreement, ticket.comments.get(body="See."), "invoice.txt"))
    ticket.refresh_from_db()
    before = previewing.of(ana, ticket, agreement.pk)
    assert (before.is_shared, before.may_share, before.held_count) == (False, True, 2)
    share(cast, network, ticket, agreement)
    assert sent_share(network) == as_sent(before.payload)
    after = previewing.of(ana, ticket, agreement.pk)
    assert as_sent(after.payload) == as_sent(before.payload)
    assert {pair.state for pair in after.pairs if pair.theirs} == {"there"}
    assert [pair.theirs is None for pair in after.pairs] == [False, False, comments == "public", True]


def sent_share(network: Network) -> dict[str, Any]:
    """The body of the one share, without what is this delivery's own: number, addresses, who did it."""
    body = json.loads(next(one.body for one in network.log if "/tickets/" in one.url))
    del body["current_actor"]
    ours = body["custom_fields"]["adjoin"]
    assert [ours.pop(name) for name in ("version", "seen")] == [1, 0]
    assert ours.pop("number") > 0
    if not ours:
        del body["custom_fields"]
    for comment in body["comments"]:
        for file in comment["attachments"]:
            assert file.pop("url").startswith("http://acme.localhost")
    return dict(body)


def as_sent(payload: dict[str, Any]) -> dict[str, Any]:
    """A preview's payload without our own ids of files."""
    copy = json.loads(json.dumps(payload))
    for comment in copy["comments"]:
        for file in comment["attachments"]:
            del file["id"]
    return dict(copy)


def test_the_preview_page_holds_back_and_releases_without_script(
    cast: Cast, makers_desk: PartnersDesk, network: Network, agreement: SharingAgreement
) -> None:
    ticket = cast.ticket()
    note = say(cast, ticket, "A word to Maker.", is_public=False)
    client = Client(HTTP_HOST="acme.localhost")
    client.force_login(User.objects.get(pk=cast.users["ana"].pk))
    address = f"/admin/sharing/tickets/{ticket.pk}/preview/{agreement.pk}/"
    page = client.get(address).content.decode()
    assert page.count("A word to Maker.") == 2
    assert "What Maker would see" in page
    assert "Share with Maker" in page
    moved = client.post(f"{address}hold/", {"comment": note.pk})
    assert moved["Location"] == f"{address}#pair-{note.pk}"
    page = client.get(address).content.decode()
    assert page.count("A word to Maker.") == 1
    assert "Held back, until you release it." in page
    client.post(f"{address}hold/", {"comment": note.pk, "release": "1"})
    assert client.get(address).content.decode().count("A word to Maker.") == 2
    client.force_login(User.objects.get(pk=cast.users["cyd"].pk))
    assert client.get(address).status_code == 404


def test_holding_back_what_was_sent_and_not_answered_says_that_the_partner_may_have_it(
    cast: Cast, makers_desk: PartnersDesk, network: Network, agreement: SharingAgreement, api: Caller
) -> None:
    ticket = cast.ticket()
    share(cast, network, ticket, agreement)
    whole = say(cast, ticket, "All of it", "zqfile.txt")
    network.lost_answers = 1
    network.down.add("acme.localhost")  # or Maker would ask for the file, and Acme hear that it is there
    network.run()
    quiet = say(cast, ticket, "Not sent yet")
    assert makers_desk.said()[-1][0] == "All of it"
    client = Client(HTTP_HOST="acme.localhost")
    client.force_login(cast.user("ana"))
    preview = f"/admin/sharing/tickets/{ticket.pk}/preview/{agreement.pk}/"
    assert "may have it all the same" not in client.get(preview).content.decode()
    actions.hold(actor=cast.actor("ana"), **named(ticket, agreement, whole, "zqfile.txt"))
    assert "Maker may have it all the same" in client.get(preview).content.decode()
    ana, address = api.as_("ana"), f"/api/adjoin/v1/tickets/{ticket.pk}/sharing_holds"
    for comment in (quiet, whole):
        held = {"agreement_id": agreement.pk, "comment_id": comment.pk}
        answer = ana.post(address, {"sharing_hold": held}).json()
    told = {row["comment_id"]: row["reason"] for row in answer["sharing_preview"]["comments"]}
    assert "Maker may have it all the same" in told[whole.pk]
    assert told[quiet.pk] == "Held back, until you release it."
    actions.release(actor=cast.actor("ana"), **named(ticket, agreement, whole))
    network.run(NOW + timedelta(hours=1))
    assert [body for body, _ in makers_desk.said()].count("All of it") == 1


@pytest.mark.parametrize("on_unshare", [OnUnshare.LEAVE, OnUnshare.RECALL])
def test_what_found_no_connection_has_not_left_and_is_held_back_without_a_doubt(
    cast: Cast, makers_desk: PartnersDesk, network: Network, on_unshare: str
) -> None:
    agreement = agree(network, makers_desk.account, Terms(on_unshare=on_unshare))
    tickets = [cast.ticket(), cast.ticket()]
    for ticket in tickets:
        share(cast, network, ticket, agreement)
    network.down.add(MAKER)
    said = [say(cast, ticket, CANARY) for ticket in tickets]  # one is tried; the other waits for what comes of it
    for hours in (0, 1):
        network.run(NOW + timedelta(hours=hours))
    assert Delivery.objects.filter(state=DeliveryState.WAITING, attempts__gt=0).exists()
    network.down.clear()
    before = len(network.log)
    for ticket, comment in zip(tickets, said, strict=True):
        actions.hold(actor=cast.actor("ana"), **named(ticket, agreement, comment))
        (shown,) = [pair for pair in previewing.of(cast.actor("ana"), ticket, agreement.pk).pairs if pair.is_held]
        assert shown.why == "Held back, until you release it."
    network.run(NOW + timedelta(hours=4))
    assert not any(CANARY in request.body.decode() for request in network.log[before:])
    assert not SharingProof.objects.exists()  # there was nothing to take back


def test_a_share_that_found_no_connection_is_taken_back_without_a_word(
    cast: Cast, makers_desk: PartnersDesk, network: Network, agreement: SharingAgreement
) -> None:
    ticket = cast.ticket()
    network.down.add(MAKER)
    share(cast, network, ticket, agreement)
    network.down.clear()
    before = len(network.log)
    actions.unshare(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run(NOW + timedelta(hours=1))
    assert len(network.log) == before


def test_the_api_shows_the_preview_and_holds_back(
    cast: Cast, makers_desk: PartnersDesk, network: Network, agreement: SharingAgreement, api: Caller
) -> None:
    ticket = cast.ticket()
    ana, address = api.as_("ana"), f"/api/adjoin/v1/tickets/{ticket.pk}"
    shown = ana.get(f"{address}/sharing_preview?agreement_id={agreement.pk}").json()["sharing_preview"]
    assert (shown["is_shared"], [row["crosses"] for row in shown["comments"]]) == (False, [True])
    assert shown["payload"]["subject"] == ticket.subject
    asked = {"sharing_hold": {"agreement_id": agreement.pk, "comment_id": ticket.comments.get().pk}}
    held = ana.post(f"{address}/sharing_holds", asked).json()["sharing_preview"]
    assert [(row["crosses"], row["is_held"]) for row in held["comments"]] == [(False, True)]
    assert held["payload"]["comments"] == []
    events = ana.get(f"/tickets/{ticket.pk}/audits").json()["audits"][-1]["events"]
    assert [(one["type"], one["action"]) for one in events if "action" in one] == [("SharingHoldEvent", "held")]
    released = ana.post(f"{address}/sharing_releases", asked).json()["sharing_preview"]
    assert [row["crosses"] for row in released["comments"]] == [True]
    assert ana.get(f"{address}/sharing_preview?agreement_id=999").status_code == 404
    assert api.as_("ben").get(f"{address}/sharing_preview?agreement_id=1").status_code == 404


def test_under_terms_of_recall_a_single_comment_is_taken_back_for_good(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    agreement = agree(network, makers_desk.account, Terms(on_unshare=OnUnshare.RECALL))
    ticket = cast.ticket()
    share(cast, network, ticket, agreement)
    comment = say(cast, ticket, "zqsecret", "zqfile.txt")
    network.run()
    where = {"actor": cast.actor("ana"), **named(ticket, agreement, comment)}
    assert previewing.of(cast.actor("ana"), ticket, agreement.pk).pairs[-1].may_recall
    actions.recall(**where)
    network.run()
    assert makers_desk.said()[-1] == ("Recalled by Acme", True)
    with makers_desk.open():
        assert "zq" not in json.dumps(list(Comment.objects.values("body", "html_body")))
        assert not Attachment.objects.exclude(comment=None).exists()
        assert SharingProof.objects.get().kind == "withdrawn"
    assert SharingProof.objects.values_list("kind", "comments", "files").get() == ("withdrawn", 1, 1)
    with pytest.raises(TooLate, match="Say it anew"):
        actions.release(**where)
    comment.refresh_from_db()
    assert comment.body == "zqsecret"


def test_a_comment_is_not_taken_back_where_the_terms_leave_it(
    cast: Cast, agreement: SharingAgreement, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket = cast.ticket()
    share(cast, network, ticket, agreement)
    comment = say(cast, ticket, "Stays")
    network.run()
    with pytest.raises(TooLate, match="Maker keeps what it has"):
        actions.recall(actor=cast.actor("ana"), **named(ticket, agreement, comment))


def test_what_was_taken_back_does_not_leave_again_with_what_is_sent_again(
    cast: Cast, makers_desk: PartnersDesk, network: Network, agreement: SharingAgreement
) -> None:
    SharingAgreement.objects.update(on_unshare=OnUnshare.RECALL)
    ticket = cast.ticket()
    share(cast, network, ticket, agreement)
    said = say(cast, ticket, "zqsecret")
    network.answers[MAKER] = Answer(503, {})
    network.run()
    actions.recall(actor=cast.actor("ana"), **named(ticket, agreement, said))
    network.log.clear()
    network.answers.clear()
    SharingAgreement.objects.update(next_attempt_at=None)
    Delivery.objects.update(next_attempt_at=None)
    network.run()
    assert "zqsecret" not in network.bodies(MAKER)
    assert len(network.log) == 2
    assert "zqsecret" not in str(makers_desk.said())


def test_what_left_without_an_answer_is_taken_back_by_holding_it_back_where_the_terms_allow(
    cast: Cast, makers_desk: PartnersDesk, network: Network, agreement: SharingAgreement
) -> None:
    SharingAgreement.objects.update(on_unshare=OnUnshare.RECALL)
    with makers_desk.open():
        SharingAgreement.objects.update(on_unshare=OnUnshare.RECALL)
    ticket = cast.ticket()
    share(cast, network, ticket, agreement)
    said = say(cast, ticket, "zqsecret")
    network.lost_answers = 1
    network.run()
    assert makers_desk.said()[-1][0] == "zqsecret"
    where = {"actor": cast.actor("ana"), **named(ticket, agreement, said)}
    actions.hold(**where)
    network.run(NOW + timedelta(hours=1))
    assert makers_desk.said()[-1][0] == "Recalled by Acme"
    assert SharingProof.objects.get().kind == "withdrawn"
    with pytest.raises(TooLate, match="Say it anew"):
        actions.release(**where)
    where |= named(ticket, agreement, say(cast, ticket, "Not sent yet"))
    actions.hold(**where)
    with pytest.raises(TooLate, match="Maker did not get this"):
        actions.recall(**where)
