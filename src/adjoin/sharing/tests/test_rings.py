"""Tickets that go on to a third desk, and ones that would come back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django_tenants.utils import tenant_context

from adjoin.access.actors import Actor
from adjoin.accounts.actions import create_account
from adjoin.accounts.models import Account
from adjoin.adapters.http import Answer, Request
from adjoin.kernel.errors import Invalid
from adjoin.people import actions as people
from adjoin.sharing.models import SharedTicket, SharingAgreement
from adjoin.sharing.shares import actions as shares
from adjoin.sharing.terms import OnUnshare, Terms
from adjoin.testing import partners
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.partners import Network, PartnersDesk, agree
from adjoin.tickets.models import Ticket


@pytest.fixture
def carrier(acme: Account) -> Iterator[PartnersDesk]:
    """A third company. Its schema goes with the test's transaction."""
    account = create_account(subdomain="carrier", name="Carrier", now=NOW)
    with tenant_context(account):
        cal = people.create_user(name="Cal Carrier", email="cal@carrier.example", role="admin", now=NOW)
    with tenant_context(acme):
        yield PartnersDesk(account, cal.pk)


def test_a_ticket_goes_on_to_a_third_desk_and_every_word_reaches_everybody_once(
    cast: Cast, makers_desk: PartnersDesk, carrier: PartnersDesk, network: Network
) -> None:
    first = agree(network, makers_desk.account)
    with makers_desk.open():
        second = agree(network, carrier.account)
    with carrier.open():
        third = agree(network, Account.objects.get(subdomain="acme"))
    ticket = cast.ticket()
    shares.share(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=first.pk, now=NOW)
    network.run()
    with makers_desk.open():
        copy = Ticket.objects.get()
        shares.share(actor=Actor.system(), ticket_id=copy.pk, agreement_id=second.pk, now=NOW)
    network.run()
    carrier.says("It left our yard on Monday.", status="pending")
    cast.update("cyd", ticket, say="Thank you.")
    network.run()
    words = {"My kettle is broken.", "It left our yard on Monday.", "Thank you."}
    assert {comment.body for comment in ticket.comments.all()} == words
    assert ticket.comments.count() == 3
    assert sorted(body for body, _ in carrier.said()) == sorted(words)
    with makers_desk.open():
        assert sorted(comment.body for comment in copy.comments.all()) == sorted(words)
        uuids = set(SharedTicket.objects.values_list("uuid", flat=True))
    assert uuids == {SharedTicket.objects.get().uuid}

    # Round the ring: Acme has it already, refuses, and nothing changes.
    with carrier.open():
        shares.share(actor=Actor.system(), ticket_id=Ticket.objects.get().pk, agreement_id=third.pk, now=NOW)
    network.run()
    assert Ticket.objects.count() == 1
    assert SharedTicket.objects.count() == 1
    with carrier.open():
        refused = SharedTicket.objects.get(agreement=third)
        assert refused.state == "unshared"
        assert "already" in refused.problem
        assert SharedTicket.objects.get(role="received").is_active


def test_a_ticket_is_not_shared_back_to_where_it_came_from(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    there = agree(network, makers_desk.account)
    with makers_desk.open():
        back = agree(network, Account.objects.get(subdomain="acme"))
    assert SharingAgreement.objects.count() == 2
    ticket = cast.ticket()
    shares.share(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=there.pk, now=NOW)
    network.run()
    with makers_desk.open(), pytest.raises(Invalid, match="came from Acme"):
        shares.share(actor=Actor.system(), ticket_id=Ticket.objects.get().pk, agreement_id=back.pk, now=NOW)

    # Nor is what they left behind: they have the original.
    shares.unshare(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=there.pk, now=NOW)
    network.run()
    with makers_desk.open(), pytest.raises(Invalid, match="who has the original"):
        shares.share(actor=Actor.system(), ticket_id=Ticket.objects.get().pk, agreement_id=back.pk, now=NOW)


def test_two_partners_may_have_the_same_ticket(
    cast: Cast, makers_desk: PartnersDesk, carrier: PartnersDesk, network: Network
) -> None:
    ticket = cast.ticket()
    for desk in (makers_desk, carrier):
        agreement = agree(network, desk.account, Terms())
        shares.share(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    makers_desk.says("From Maker.")
    network.run()
    assert ("From Maker.", True) in carrier.said()
    assert [body for body, _ in makers_desk.said()].count("From Maker.") == 1


def test_what_a_third_desk_says_on_a_frozen_copy_follows_once_it_is_shared_again(
    cast: Cast,
    makers_desk: PartnersDesk,
    carrier: PartnersDesk,
    network: Network,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = agree(network, makers_desk.account, Terms(on_unshare=OnUnshare.FREEZE))
    with makers_desk.open():
        second = agree(network, carrier.account)
    ticket, ana = cast.ticket(), cast.actor("ana")
    shares.share(actor=ana, ticket_id=ticket.pk, agreement_id=first.pk, now=NOW)
    network.run()
    with makers_desk.open():
        shares.share(actor=Actor.system(), ticket_id=Ticket.objects.get().pk, agreement_id=second.pk, now=NOW)
    network.run()
    shares.unshare(actor=ana, ticket_id=ticket.pk, agreement_id=first.pk, now=NOW)
    network.run()
    carrier.says("Where is everybody?", subject="Lost")
    network.run()
    assert "follows later" in carrier.shared.problem
    shares.share(actor=ana, ticket_id=ticket.pk, agreement_id=first.pk, now=NOW)
    network.run()
    ticket.refresh_from_db()
    assert (ticket.comments.latest("pk").body, ticket.subject) == ("Where is everybody?", "Lost")
    assert carrier.shared.problem == ""

    # Once more; now Carrier hears that it can be changed before it hears that it could not.
    shares.unshare(actor=ana, ticket_id=ticket.pk, agreement_id=first.pk, now=NOW)
    network.run()
    ask = network._ask

    def answer_slowly(request: Request) -> Answer:
        answer = ask(request)
        monkeypatch.undo()
        desks = [Account.objects.get(subdomain=name) for name in ("acme", "maker")]
        with tenant_context(desks[0]):
            shares.share(actor=ana, ticket_id=ticket.pk, agreement_id=first.pk, now=NOW)
        assert all(partners._work(desk, NOW) for desk in desks)
        return answer

    monkeypatch.setattr(network, "_ask", answer_slowly)
    carrier.says("Are you back?")
    network.run()
    assert ticket.comments.latest("pk").body == "Are you back?"
    assert carrier.shared.problem == ""
