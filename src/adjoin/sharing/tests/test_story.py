"""Two companies work one ticket together."""

from __future__ import annotations

from adjoin.access import actors
from adjoin.sharing.agreements import actions
from adjoin.sharing.models import SharedTicket, SharingAgreement, SharingProof
from adjoin.sharing.shares import actions as shares
from adjoin.sharing.terms import CommentsTerm, Terms
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.partners import Network, PartnersDesk, agree
from adjoin.tickets.models import Event


def test_a_shared_ticket_is_worked_on_from_both_sides(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    agreement = agree(network, makers_desk.account, Terms(comments=CommentsTerm.PUBLIC))
    ticket = cast.ticket(subject="Broken kettle")
    shares.share(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    copy = makers_desk.ticket
    assert (copy.subject, copy.status) == ("Broken kettle", "new")
    with makers_desk.open():
        requester = copy.requester
    assert (requester.name, requester.email, requester.partner_name) == ("Cyd Example", None, "Acme")
    makers_desk.says("Which colour is it?", status="pending")
    network.run()
    ticket.refresh_from_db()
    answer = ticket.comments.latest("pk")
    assert (ticket.status, answer.body, answer.is_public) == ("pending", "Which colour is it?", True)
    assert (answer.author.name, answer.author.is_partner_agent, answer.author.email) == ("Mia Maker", True, None)
    cast.update("cyd", ticket, say="Blue.")
    network.run()
    assert (makers_desk.ticket.status, makers_desk.said()[-1]) == ("open", ("Blue.", True))
    cast.update("ana", ticket, note="canary: they are slow")
    makers_desk.says("A new one is on its way.", status="solved")
    network.run()
    ticket.refresh_from_db()
    assert ticket.status == "solved"
    assert [body for body, _ in makers_desk.said()] == [
        "My kettle is broken.",
        "Which colour is it?",
        "Blue.",
        "A new one is on its way.",
    ]
    assert ticket.comments.count() == 5
    assert "canary" not in network.bodies("maker.localhost")


def test_unsharing_leaves_the_partner_an_orphan_and_sharing_again_takes_it_up(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    agreement = agree(network, makers_desk.account)
    ticket = cast.ticket()
    ana = cast.actor("ana")
    shares.share(actor=ana, ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    shares.unshare(actor=ana, ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    assert makers_desk.shared.state == "orphan"
    cast.update("ana", ticket, say="Only here.")
    makers_desk.says("Only there.")
    network.run()
    assert [body for body, _ in makers_desk.said()] == ["My kettle is broken.", "Only there."]
    shares.share(actor=ana, ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    with makers_desk.open():
        assert SharedTicket.objects.get().state == "active"
        events = Event.objects.filter(type="TicketSharingEvent").order_by("pk").values_list("data__action", flat=True)
        assert list(events) == ["shared", "unshared", "shared"]
    assert {body for body, _ in makers_desk.said()} == {"My kettle is broken.", "Only there.", "Only here."}
    ours = Event.objects.filter(type="TicketSharingEvent", data__agreement_id=agreement.pk).order_by("pk")
    assert [event.data["action"] for event in ours] == ["shared", "unshared", "shared"]


def test_ending_an_agreement_stops_both_sides(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    agreement = agree(network, makers_desk.account)
    ticket = cast.ticket()
    shares.share(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    actions.deactivate(actor=cast.actor("ada"), agreement_id=agreement.pk, now=NOW)
    network.run()
    assert SharingProof.objects.values_list("kind", "by_name", "confirmed_at").get() == ("unshared", "System", NOW)
    makers_desk.says("Hello?")
    cast.update("ana", ticket, say="Anybody?")
    network.run()
    assert makers_desk.shared.agreement.status == "inactive"
    assert makers_desk.shared.state == "orphan"
    assert [body for body, _ in makers_desk.said()] == ["My kettle is broken.", "Hello?"]
    assert "Anybody?" not in network.bodies("maker.localhost")


def test_a_declined_invitation_lets_nothing_pass(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    agreement = actions.invite(actor=cast.actor("ada"), partner="maker", terms=Terms(), now=NOW)
    network.run()
    with makers_desk.open():
        actions.decline(
            actor=actors.load(makers_desk.agent_id), agreement_id=SharingAgreement.objects.get().pk, now=NOW
        )
    network.run()
    agreement.refresh_from_db()
    assert (agreement.status, agreement.partner_name) == ("declined", "Maker")
