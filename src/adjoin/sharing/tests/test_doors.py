"""Sharing at the other doors: rules, the API, pages, permissions."""

from __future__ import annotations

import json
from contextlib import nullcontext
from itertools import product
from typing import Any

import pytest
from django.test import Client

from adjoin.access import actors
from adjoin.access.actors import Actor
from adjoin.kernel.errors import Invalid, NotAllowed, NotFound
from adjoin.people.models import User
from adjoin.rules import actions as rules
from adjoin.rules import engine, macro_writes, macros
from adjoin.sharing import addresses
from adjoin.sharing.agreements import actions
from adjoin.sharing.delivery import queueing
from adjoin.sharing.models import SharedTicket, SharingAgreement
from adjoin.sharing.shares import actions as shares
from adjoin.sharing.terms import Terms
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import WEB, Cast
from adjoin.testing.partners import Network, PartnersDesk, agree
from adjoin.tickets.changes import Change
from adjoin.tickets.models import Event, Ticket

IS_OR_NOT = ("is", "is_not")


@pytest.fixture
def agreement(agreed: None, cast: Cast, makers_desk: PartnersDesk, network: Network) -> SharingAgreement:
    return agree(network, makers_desk.account)


@pytest.fixture
def pages(cast: Cast) -> Client:
    """The pages as ada, the admin, sees them."""
    client = Client(HTTP_HOST="acme.localhost")
    client.force_login(User.objects.get(pk=cast.users["ada"].pk))
    return client


def received(desk: PartnersDesk) -> int:
    with desk.open():
        return Ticket.objects.count()


def test_a_trigger_shares_a_new_ticket_with_all_that_happened_to_it(
    cast: Cast, agreement: SharingAgreement, makers_desk: PartnersDesk, network: Network
) -> None:
    rules.create_trigger(
        actor=cast.actor("ada"),
        title="Warranty goes to Maker",
        conditions={"all": [{"field": "subject_includes_word", "operator": "includes", "value": "kettle"}]},
        actions=[
            {"field": "current_tags", "value": "warranty_claim"},
            {"field": "share_ticket", "value": str(agreement.pk)},
        ],
        now=NOW,
    )
    ticket = cast.ticket(subject="Broken kettle")
    cast.ticket(subject="Torn tent")
    network.run()
    assert received(makers_desk) == 1
    event = Event.objects.get(type="TicketSharingEvent", audit__ticket=ticket)
    assert event.data["via"]["channel"] == "rule"
    assert ticket.tags == ["warranty_claim"]


def test_a_trigger_may_name_only_agreements_there_are(cast: Cast) -> None:
    with pytest.raises(Invalid, match="no such sharing agreement"):
        rules.create_trigger(
            actor=cast.actor("ada"),
            title="x",
            conditions={"all": []},
            actions=[{"field": "share_ticket", "value": "999"}],
            now=NOW,
        )


def test_conditions_know_where_a_ticket_came_from_and_went(
    cast: Cast, agreement: SharingAgreement, makers_desk: PartnersDesk, network: Network
) -> None:
    with makers_desk.open():
        theirs = SharingAgreement.objects.get()
        rules.create_trigger(
            actor=mia(makers_desk),
            title="From Acme",
            conditions={"all": [{"field": "received_from", "operator": "is", "value": str(theirs.pk)}]},
            actions=[{"field": "priority", "value": "high"}],
            now=NOW,
        )
    ticket, line = cast.ticket(), {"field": "share_ticket", "value": str(agreement.pk)}
    macro = macro_writes.create_macro(actor=cast.actor("ada"), title="To Maker", actions=[line], now=NOW)
    filled = macros.apply(cast.actor("ana"), macro, ticket).ticket_body()
    assert filled == {"additional_sharing_agreement_ids": [agreement.pk]}
    cast.update("ana", ticket, **filled)
    network.run()
    assert makers_desk.ticket.priority == "high"
    sent = {"all": [{"field": "sent_to", "operator": "is", "value": str(agreement.pk)}]}
    assert list(Ticket.objects.filter(engine.as_filter(cast.actor("ada"), sent))) == [ticket]
    for row, (key, operator) in product((ticket, cast.ticket()), product(("sent_to", "received_from"), IS_OR_NOT)):
        asked = {"all": [{"field": key, "operator": operator, "value": str(agreement.pk)}]}
        change = Change(ticket=row, actor=Actor.system(), now=NOW, via=WEB, is_create=False)
        found = Ticket.objects.filter(engine.as_filter(Actor.system(), asked), pk=row.pk).exists()
        assert engine.holds(change, asked) is found, (row.pk, key, operator)


def test_the_api_shares_and_unshares_by_the_list_of_agreements(
    cast: Cast, agreement: SharingAgreement, makers_desk: PartnersDesk, network: Network, api: Caller
) -> None:
    ana = api.as_("ana")
    ticket = cast.ticket()
    body = {"ticket": {"sharing_agreement_ids": [agreement.pk]}}
    assert ana.put(f"/tickets/{ticket.pk}", body).status_code == 200
    network.run()
    assert received(makers_desk) == 1
    assert ana.get(f"/tickets/{ticket.pk}").json()["ticket"]["sharing_agreement_ids"] == [agreement.pk]
    ana.put(f"/tickets/{ticket.pk}", {"ticket": {"priority": "high"}})
    assert SharedTicket.objects.get().is_active
    ana.put(f"/tickets/{ticket.pk}", {"ticket": {"sharing_agreement_ids": []}})
    network.run()
    assert makers_desk.shared.state == "orphan"
    assert ana.get(f"/tickets/{ticket.pk}").json()["ticket"]["sharing_agreement_ids"] == []


@pytest.mark.parametrize("value", ["1", {}, [0], [-1], [True], ["x"], [10**30], [987654]])
def test_a_list_that_is_none_changes_nothing(cast: Cast, api: Caller, value: Any) -> None:
    ticket = cast.ticket()
    answer = api.as_("ana").put(f"/tickets/{ticket.pk}", {"ticket": {"sharing_agreement_ids": value}})
    assert answer.status_code == 422
    assert not SharedTicket.objects.exists()


def test_end_users_and_light_agents_share_nothing(cast: Cast, agreement: SharingAgreement) -> None:
    cast.add("lea", "agent", only_private_comments=True)
    ticket = cast.ticket()
    for name, error in (("cyd", NotAllowed), ("lea", NotAllowed), ("ben", NotFound)):
        with pytest.raises(error):
            shares.share(actor=cast.actor(name), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    assert not SharedTicket.objects.exists()


def test_only_admins_make_answer_and_end_agreements(cast: Cast, agreement: SharingAgreement) -> None:
    with pytest.raises(NotAllowed):
        actions.invite(actor=cast.actor("ana"), partner="maker", terms=Terms(), now=NOW)
    for step in (actions.accept, actions.decline, actions.deactivate):
        with pytest.raises(NotAllowed):
            step(actor=cast.actor("ana"), agreement_id=agreement.pk, now=NOW)


@pytest.mark.parametrize("partner", ["", "acme", "http://maker.example.com", "ftp://x", "http://", "ü ü", "maker"])
def test_an_address_that_cannot_be_a_partner_is_refused(cast: Cast, agreement: SharingAgreement, partner: str) -> None:
    with pytest.raises(Invalid):
        actions.invite(actor=cast.actor("ada"), partner=partner, terms=Terms(), now=NOW)


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("maker", "http://maker.localhost:8000/sharing"),
        ("maker.zendesk.com", "https://maker.zendesk.com/sharing"),
        ("https://rt.example.com/NoAuth/NHD/1.0/", "https://rt.example.com/NoAuth/NHD/1.0"),
        ("maker.localhost:8001", "http://maker.localhost:8001/sharing"),
    ],
)
def test_a_partner_may_be_named_briefly(cast: Cast, written: str, url: str) -> None:
    assert addresses.partner_url(written) == url


def test_agreements_over_the_api_have_zendesks_shape(
    cast: Cast, makers_desk: PartnersDesk, network: Network, api: Caller
) -> None:
    ada = api.as_("ada")
    answer = ada.post("/sharing_agreements", {"sharing_agreement": {"remote_subdomain": "maker", "comments": "public"}})
    assert answer.status_code == 201
    made = answer.json()["sharing_agreement"]
    assert (made["type"], made["status"], made["remote_subdomain"], made["comments"]) == (
        "outbound",
        "pending",
        "maker",
        "public",
    )
    network.run()
    with makers_desk.open():
        theirs = SharingAgreement.objects.get()
        actions.accept(actor=mia(makers_desk), agreement_id=theirs.pk, now=NOW)
    network.run()
    shown = api.as_("ana").get(f"/sharing_agreements/{made['id']}").json()["sharing_agreement"]
    assert (shown["status"], shown["name"]) == ("accepted", "Maker @ Adjoin")
    assert [row["id"] for row in ada.get("/sharing_agreements").json()["sharing_agreements"]] == [made["id"]]
    assert (
        api.as_("ana")
        .put(f"/sharing_agreements/{made['id']}", {"sharing_agreement": {"status": "inactive"}})
        .status_code
        == 403
    )
    assert ada.put(f"/sharing_agreements/{made['id']}", {"sharing_agreement": {"status": "new"}}).status_code == 422
    assert api.as_("cyd").get("/sharing_agreements").status_code == 403
    assert ada.delete(f"/sharing_agreements/{made['id']}").status_code == 204
    network.run()
    assert makers_desk_status(makers_desk) == "inactive"
    assert "access_key" not in json.dumps(shown)


def makers_desk_status(desk: PartnersDesk) -> str:
    with desk.open():
        return SharingAgreement.objects.get().status


def test_the_agreements_page_invites_and_shows_how_it_goes(
    pages: Client, makers_desk: PartnersDesk, network: Network
) -> None:
    terms = {"comments": "public", "syncs_status": "on", "on_unshare": "leave", "who_shares": "agents"}
    wrong = pages.post("/admin/sharing/invite/", {**terms, "partner": "acme"})
    assert wrong.status_code == 422
    assert "This is your own desk" in wrong.content.decode()
    assert pages.post("/admin/sharing/invite/", {**terms, "partner": "maker"}).status_code == 302
    assert "is on its way to" in pages.get("/admin/sharing/").content.decode()
    network.run()
    maker_pages = Client(HTTP_HOST="maker.localhost")
    with makers_desk.open():
        maker_pages.force_login(User.objects.get(pk=makers_desk.agent_id))
        theirs = SharingAgreement.objects.get().pk
    assert "asks to share tickets with you" in maker_pages.get("/admin/sharing/").content.decode()
    assert maker_pages.post(f"/admin/sharing/{theirs}/accept/").status_code == 302
    network.run()
    page = pages.get("/admin/sharing/").content.decode()
    assert "In force" in page
    assert "Public comments cross. Private notes stay." in page


def test_for_agents_there_is_no_agreements_page_and_strangers_sign_in_first(cast: Cast) -> None:
    client = Client(HTTP_HOST="acme.localhost")
    assert client.get("/admin/sharing/")["Location"].startswith("/accounts/login/")
    client.force_login(User.objects.get(pk=cast.users["ana"].pk))
    assert client.get("/admin/sharing/").status_code == 404


def test_the_panel_shares_shows_and_takes_back(
    cast: Cast, agreement: SharingAgreement, makers_desk: PartnersDesk, network: Network, pages: Client
) -> None:
    ticket = cast.ticket()
    address = f"/admin/sharing/tickets/{ticket.pk}"
    assert "Share with Maker" in pages.get(f"{address}/panel/").content.decode()
    htmx = {"HX-Request": "true"}
    network.down.add("maker.localhost")
    pages.post(f"{address}/share/", {"agreement": agreement.pk}, headers=htmx)
    network.run()
    shown = pages.get(f"{address}/panel/").content.decode()
    assert "Shared with Maker" in shown
    assert "has not answered since" in shown
    refused = pages.post(f"{address}/share/", {"agreement": 0}, headers=htmx).content.decode()
    assert "there is no agreement 0" in refused
    pages.post(f"{address}/unshare/", {"agreement": agreement.pk}, headers=htmx)
    assert "Was shared with Maker" in pages.get(f"{address}/panel/").content.decode()


@pytest.mark.parametrize("name", ["cyd", "ben", "anonymous"])
def test_the_panel_is_for_those_who_read_the_private_side(cast: Cast, name: str) -> None:
    ticket = cast.ticket()
    client = Client(HTTP_HOST="acme.localhost")
    if name != "anonymous":
        client.force_login(User.objects.get(pk=cast.users[name].pk))
    assert client.get(f"/admin/sharing/tickets/{ticket.pk}/panel/").status_code == 404


def mia(desk: PartnersDesk) -> Actor:
    return actors.load(desk.agent_id)


def test_rules_that_answer_each_other_come_to_rest(
    cast: Cast,
    agreement: SharingAgreement,
    makers_desk: PartnersDesk,
    network: Network,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Acme's rule wants each of Maker's updates open, Maker's wants each of Acme's pending."""
    monkeypatch.setattr(queueing, "BOUNCES_MAX", 6)
    by_partner = {"field": "current_via_id", "operator": "is", "value": "31"}
    for desk, status in ((nullcontext(), "open"), (makers_desk.open(), "pending")):
        with desk:
            rules.create_trigger(
                actor=Actor.system(),
                title=f"Always {status}",
                conditions={"all": [by_partner]},
                actions=[{"field": "status", "value": status}],
                now=NOW,
            )
    ticket = cast.ticket(status="open")
    shares.share(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    assert "keep changing this ticket in turn" in SharedTicket.objects.get().problem + makers_desk.shared.problem
    cast.update("ana", ticket, say="Still there?")
    network.run()
    assert ("Still there?", True) in makers_desk.said()
