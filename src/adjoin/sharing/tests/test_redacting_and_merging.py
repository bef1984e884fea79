"""What redacting and merging a ticket means for the partner who has it."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from adjoin.access import actors
from adjoin.channels.models import OutgoingMail
from adjoin.kernel.errors import Invalid
from adjoin.sharing.models import Delivery, PartnerFile, ReceivedRequest, SharingProof
from adjoin.sharing.shares import actions as shares
from adjoin.sharing.terms import OnUnshare, Terms
from adjoin.sharing.tests.test_terms import MAKER, shared
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import WEB, Cast
from adjoin.testing.partners import Network, PartnersDesk
from adjoin.tickets import actions as tickets
from adjoin.tickets import merging, redacting, uploads
from adjoin.tickets.changes import NewComment
from adjoin.tickets.merging import Words
from adjoin.tickets.models import Attachment, Comment, Event, Ticket
from adjoin.tickets.terms import Channel

pytestmark = pytest.mark.usefixtures("agreed")

SECRET = "4111-secret"


def test_redacted_words_leave_what_waits_for_a_partner_and_what_was_kept(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket, _ = shared(cast, network, makers_desk, Terms())
    network.down.add(MAKER)
    cast.update("ana", ticket, say=f"Card {SECRET} <ok>")
    mail = OutgoingMail.objects.create(
        message_id="<a@b>",
        user=cast.users["cyd"],
        ticket_id=ticket.pk,
        to_address="cyd@example.com",
        from_address="home@example.com",
        subject="Card",
        text_body=f"Card {SECRET}",
        html_body=f"<p>Card {SECRET}</p>",
        created_at=NOW,
    )
    comment = ticket.comments.latest("pk")
    redacting.redact_words(
        actor=cast.actor("ada"),
        ticket_id=ticket.pk,
        comment_id=comment.pk,
        words=[SECRET],
        via=WEB,
        now=NOW,
        even_closed=False,
    )
    kept = json.dumps(list(Delivery.objects.values_list("payload", flat=True)), ensure_ascii=False)
    assert SECRET not in kept
    assert "Card ▇▇▇▇▇▇▇▇▇▇▇ <ok>" in kept
    mail.refresh_from_db()
    assert (mail.text_body, mail.html_body) == ("Card ▇▇▇▇▇▇▇▇▇▇▇", "<p>Card ▇▇▇▇▇▇▇▇▇▇▇</p>")


def test_a_shared_ticket_is_not_merged(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    ticket, _ = shared(cast, network, makers_desk, Terms())
    other = cast.ticket()
    for target, source in ((ticket, other), (other, ticket)):
        with pytest.raises(Invalid, match=f"#{ticket.pk} is shared with Maker. Shared tickets cannot be merged"):
            merging.merge(
                actor=cast.actor("ana"),
                target_id=target.pk,
                source_ids=[source.pk],
                words=Words(),
                channel=Channel.WEB,
                now=NOW,
            )


def _redact(cast: Cast, ticket: Ticket, comment: Comment, *words: str) -> None:
    redacting.redact_words(
        actor=cast.actor("ada"),
        ticket_id=ticket.pk,
        comment_id=comment.pk,
        words=list(words),
        via=WEB,
        now=NOW,
        even_closed=False,
    )


def _said_with_file(cast: Cast, ticket: Ticket) -> Comment:
    file = uploads.receive(actor=cast.actor("ana"), stream=io.BytesIO(b"zqbytes"), file_name=f"{SECRET}.txt", now=NOW)
    said = NewComment(html_body=f"<p>Card <b>{SECRET}</b> of Hans Meier</p>", upload_tokens=(file.token,))
    tickets.update(actor=cast.actor("ana"), ticket_id=ticket.pk, now=NOW, via=WEB, comment=said)
    return ticket.comments.latest("pk")


def test_a_redacted_word_and_file_go_from_the_partners_copy_too_and_both_sides_have_the_proof(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket, _ = shared(cast, network, makers_desk, Terms(on_unshare=OnUnshare.RECALL))
    comment = _said_with_file(cast, ticket)
    network.run()
    assert SECRET in str(makers_desk.said())
    network.log.clear()
    _redact(cast, ticket, comment, SECRET, "Hans Meier")
    file = comment.attachments.get()
    redacting.redact_file(
        actor=cast.actor("ada"), ticket_id=ticket.pk, comment_id=comment.pk, attachment_id=file.pk, via=WEB, now=NOW
    )
    network.run()
    told = network.bodies("maker.localhost")
    assert SECRET not in told
    assert "Meier" not in told
    assert makers_desk.said()[-1] == ("Card ▇▇▇▇▇▇▇▇▇▇▇ of ▇▇▇▇ ▇▇▇▇▇", True)
    with makers_desk.open():
        kept: list[Any] = [Comment, Event, Attachment, Delivery, ReceivedRequest, PartnerFile]
        assert SECRET not in json.dumps([list(model.objects.values()) for model in kept], default=str)
        proofs = list(SharingProof.objects.order_by("pk").values_list("kind", "is_ours", "comments", "files"))
        network.log.clear()
    assert proofs == [("redacted", False, 1, 0), ("redacted", False, 0, 1)]
    ours = SharingProof.objects.order_by("pk").values_list("kind", "by_name", "comments", "files", "confirmed_at")
    assert list(ours) == [("redacted", "Ada Example", 1, 0, NOW), ("redacted", "Ada Example", 0, 1, NOW)]
    network.run()
    assert not network.log  # and nothing comes back
    _redact(cast, ticket, comment, "▇▇▇▇▇▇▇▇▇▇▇")  # what is out already takes nothing more along
    network.run()
    assert makers_desk.said()[-1] == ("Card ▇▇▇▇▇▇▇▇▇▇▇ of ▇▇▇▇ ▇▇▇▇▇", True)


def test_a_copy_that_was_left_behind_loses_redacted_words_too(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket, agreement = shared(cast, network, makers_desk, Terms())
    comment = _said_with_file(cast, ticket)
    network.run()
    shares.unshare(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    _redact(cast, ticket, comment, SECRET)
    network.run()
    assert SECRET not in str(makers_desk.said())
    assert makers_desk.shared.state == "orphan"


def test_what_the_partner_redacts_of_ours_is_noted_and_changes_nothing(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket, _ = shared(cast, network, makers_desk, Terms())
    comment = _said_with_file(cast, ticket)
    network.run()
    with makers_desk.open():
        copy = makers_desk.ticket.comments.latest("pk")
        redacting.redact_words(
            actor=actors.load(makers_desk.agent_id),
            ticket_id=makers_desk.ticket.pk,
            comment_id=copy.pk,
            words=[SECRET],
            via=WEB,
            now=NOW,
            even_closed=False,
        )
    network.run()
    comment.refresh_from_db()
    assert SECRET in comment.body
    assert Event.objects.latest("pk").type == "SharingRedactionEvent"


def test_a_desk_that_cannot_be_asked_is_told_in_a_note_without_the_words(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket, agreement = shared(cast, network, makers_desk, Terms())
    comment = _said_with_file(cast, ticket)
    network.run()
    type(agreement).objects.filter(pk=agreement.pk).update(partner_version=None)
    network.log.clear()
    _redact(cast, ticket, comment, SECRET)
    network.run()
    [request] = network.log
    [note] = json.loads(request.body)["comments"]
    assert note["public"] is False
    assert note["body"].startswith("We removed words from the comment of ")
    assert SECRET not in request.body.decode()
    assert SharingProof.objects.get().confirmed_at == NOW


def test_a_redaction_that_waits_is_asked_for_even_when_the_ticket_is_unshared_meanwhile(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket, agreement = shared(cast, network, makers_desk, Terms())
    comment = _said_with_file(cast, ticket)
    network.run()
    _redact(cast, ticket, comment, SECRET)
    shares.unshare(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    assert makers_desk.shared.state == "orphan"
    assert SECRET not in str(makers_desk.said())
