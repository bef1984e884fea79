"""What redacting and merging a ticket means for the partner who has it."""

from __future__ import annotations

import json

import pytest

from adjoin.channels.models import OutgoingMail
from adjoin.kernel.errors import Invalid
from adjoin.sharing.models import Delivery
from adjoin.sharing.terms import Terms
from adjoin.sharing.tests.test_terms import MAKER, shared
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import WEB, Cast
from adjoin.testing.partners import Network, PartnersDesk
from adjoin.tickets import merging, redacting
from adjoin.tickets.merging import Words
from adjoin.tickets.terms import Channel

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
