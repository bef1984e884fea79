"""What each side may decide beside the protocol's own terms."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adjoin.kernel.errors import NotAllowed
from adjoin.people.models import User
from adjoin.sharing.models import SharedTicket, SharingAgreement
from adjoin.sharing.shares import actions as shares
from adjoin.sharing.terms import OnUnshare, Terms, WhoShares
from adjoin.sharing.tests.test_terms import CANARY, MAKER, shared
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.partners import Network, PartnersDesk, agree

pytestmark = pytest.mark.usefixtures("agreed")


def test_each_side_keeps_its_own_words_for_a_status(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    terms = Terms(status_out={"pending": "hold"}, status_in={"hold": "pending", "pending": "open"})
    ticket, _ = shared(cast, network, makers_desk, terms)
    cast.update("ana", ticket, status="pending")
    network.run()
    assert makers_desk.ticket.status == "hold"
    makers_desk.says(status="pending")
    network.run()
    ticket.refresh_from_db()
    assert (ticket.status, makers_desk.ticket.status) == ("open", "pending")  # and nothing goes back and forth


def test_excluded_tags_neither_leave_nor_come_in_nor_get_lost(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    terms = Terms(syncs_tags=True, excluded_tags=(CANARY, "int_"))
    ticket, _ = shared(cast, network, makers_desk, terms, tags=[f"{CANARY}_vip", "kettle"])
    cast.update("ana", ticket, tags=[f"{CANARY}_vip", "kettle", "int_q3"])
    makers_desk.says(tags=["kettle", "int_theirs", "spout"])
    network.run()
    ticket.refresh_from_db()
    assert ticket.tags == sorted([f"{CANARY}_vip", "int_q3", "kettle", "spout"])
    assert CANARY not in network.bodies(MAKER)


def test_a_tag_that_the_receiver_keeps_out_from_now_on_stays_with_the_sharer(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket, _ = shared(cast, network, makers_desk, Terms(syncs_tags=True), tags=["int_q3", "kettle"])
    with makers_desk.open():
        SharingAgreement.objects.update(excluded_tags=["int_"])
    makers_desk.says(tags=["int_q3", "kettle", "spout"])
    network.run()
    ticket.refresh_from_db()
    assert ticket.tags == ["int_q3", "kettle", "spout"]


def test_a_partner_who_may_only_write_notes_cannot_speak_in_public(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket, _ = shared(cast, network, makers_desk, Terms(comments="private"))
    with makers_desk.open():
        SharingAgreement.objects.update(comments="both")
    makers_desk.says("To everybody!", is_public=True)
    network.run()
    assert not ticket.comments.latest("pk").is_public


def test_customers_are_not_named_where_the_terms_keep_their_names(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    User.objects.filter(pk=cast.users["cyd"].pk).update(name=f"Cyd {CANARY}")
    ticket, _ = shared(cast, network, makers_desk, Terms(names_requester=False))
    cast.update("cyd", ticket, say="Hello?")
    network.run()
    assert CANARY not in network.bodies(MAKER)
    with makers_desk.open():
        assert makers_desk.ticket.requester.name == "Customer"


@pytest.mark.parametrize(
    ("who_shares", "may"), [(WhoShares.AGENTS, ("ana", "ada")), (WhoShares.ADMINS, ("ada",)), (WhoShares.RULES, ())]
)
def test_only_those_share_whom_the_agreement_lets(
    cast: Cast, makers_desk: PartnersDesk, network: Network, who_shares: str, may: tuple[str, ...]
) -> None:
    agreement = agree(network, makers_desk.account, Terms(who_shares=who_shares))
    for name in ("ana", "ada"):
        ticket = cast.ticket()
        wish: dict[str, Any] = {"ticket_id": ticket.pk, "agreement_id": agreement.pk, "now": NOW}
        if name in may:
            shares.share(actor=cast.actor(name), **wish)
        else:
            with pytest.raises(NotAllowed):
                shares.share(actor=cast.actor(name), **wish)
        assert SharedTicket.objects.filter(ticket=ticket).exists() is (name in may)


def test_what_each_side_decides_for_itself_is_not_told(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    terms = Terms(
        attachment_max_mb=5,
        on_unshare=OnUnshare.RECALL,
        excluded_tags=(CANARY,),
        field_map=({"ours": CANARY, "theirs": "x", "options": {}},),
        who_shares=WhoShares.ADMINS,
    )
    agree(network, makers_desk.account, terms)
    assert CANARY not in json.dumps([request.body.decode() for request in network.log])
    with makers_desk.open():
        theirs = SharingAgreement.objects.get().terms
    assert (theirs.attachment_max_mb, theirs.on_unshare) == (5, OnUnshare.RECALL)
    assert (theirs.excluded_tags, theirs.who_shares) == ((), WhoShares.AGENTS)
