"""The partner's people: never taken for ours, linked and anonymised by admins, with the sync intact."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from adjoin.adapters import http
from adjoin.kernel.errors import Invalid, NotAllowed
from adjoin.people import actions as actions_of_people
from adjoin.people.models import User
from adjoin.sharing import addresses
from adjoin.sharing.models import (
    AgreementEvent,
    Delivery,
    PartnerPerson,
    ReceivedRequest,
    SharingAgreement,
    SharingProof,
)
from adjoin.sharing.people import actions, queries
from adjoin.sharing.terms import TOKEN_HEADER, Terms
from adjoin.sharing.tests.test_terms import shared
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.testing.partners import Network, PartnersDesk
from adjoin.tickets.models import Comment

pytestmark = pytest.mark.usefixtures("agreed")


def says(network: Network, agreement: SharingAgreement, author: dict[str, Any], uuid: str) -> Comment:
    """The partner's desk sends a comment by that author, whatever it says of them."""
    ticket_uuid = agreement.shared_tickets.get().uuid
    body = json.dumps({"comments": [{"uuid": uuid, "body": uuid, "public": True, "author": author}]}).encode()
    url = f"{agreement.own_url}/tickets/{ticket_uuid}"
    assert network.send(http.Request("PUT", url, {TOKEN_HEADER: agreement.token}, body)).status == 200
    return Comment.objects.select_related("author").get(body=uuid)


def test_a_partner_that_claims_an_author_of_ours_or_an_agents_role_is_shown_as_the_partners_person(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    _, agreement = shared(cast, network, makers_desk, Terms())
    ana = cast.users["ana"]
    claimed = {"uuid": addresses.uuid_for(agreement.own_url, "users", ana.pk), "name": ana.name, "role": "agent"}
    said = says(network, agreement, claimed, "claimed")
    assert said.author_id != ana.pk
    assert (said.author.partner_name, said.author.is_agent, said.author.email) == ("Maker", False, None)
    client = Client(HTTP_HOST="acme.localhost")
    client.force_login(User.objects.get(pk=cast.users["ada"].pk))
    page = client.get(f"/agent/tickets/{said.ticket_id}/").content.decode()
    assert "comment--partner" in page


def test_a_linked_persons_later_words_stand_under_our_users_name_and_say_by_whom_they_came(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket, agreement = shared(cast, network, makers_desk, Terms())
    mo = {"uuid": "mo", "name": "Mo", "role": "user"}
    before = says(network, agreement, mo, "before")
    person = PartnerPerson.objects.get(uuid="mo")
    with pytest.raises(Invalid, match="agents' names are their own"):
        actions.link(actor=cast.actor("ada"), person_id=person.pk, user_id=cast.users["ana"].pk, now=NOW)
    with pytest.raises(NotAllowed):
        actions.link(actor=cast.actor("ana"), person_id=person.pk, user_id=cast.users["eli"].pk, now=NOW)
    actions.link(actor=cast.actor("ada"), person_id=person.pk, user_id=cast.users["eli"].pk, now=NOW)
    later = says(network, agreement, mo, "later")
    assert (later.author_id, before.author.name) == (cast.users["eli"].pk, "Mo")
    client = Client(HTTP_HOST="acme.localhost")
    client.force_login(User.objects.get(pk=cast.users["ada"].pk))
    assert "via Maker" in client.get(f"/agent/tickets/{ticket.pk}/").content.decode()
    User.objects.filter(pk=cast.users["eli"].pk).update(role="agent")
    assert says(network, agreement, mo, "promoted").author.name == "Mo"
    actions.link(actor=cast.actor("ada"), person_id=person.pk, user_id=None, now=NOW)
    assert says(network, agreement, {**mo, "name": "Mo Maker"}, "unlinked").author.name == "Mo Maker"
    assert len(makers_desk.said()) == 1  # nothing that came from Maker went back


def test_an_anonymised_person_goes_on_being_one_person_without_a_name(
    cast: Cast, makers_desk: PartnersDesk, network: Network, api: Caller
) -> None:
    _, agreement = shared(cast, network, makers_desk, Terms())
    mo = {"uuid": "mo", "name": "Mo", "role": "user"}
    first = says(network, agreement, mo, "first")
    ada = api.as_("ada")
    listed = ada.get("/api/adjoin/v1/partner_people").json()["partner_people"]
    person = next(row for row in listed if row["name"] == "Mo")
    asked = {"partner_person": {"anonymised": True}}
    assert api.as_("ana").put(f"/api/adjoin/v1/partner_people/{person['id']}", asked).status_code == 403
    shown = ada.put(f"/api/adjoin/v1/partner_people/{person['id']}", asked).json()["partner_person"]
    assert (shown["name"], shown["anonymised"]) == ("Somebody at Maker", True)
    second = says(network, agreement, {**mo, "name": "Mo again"}, "second")
    assert (second.author_id, second.author.name) == (first.author_id, "Somebody at Maker")


def test_whoever_is_anonymised_is_named_by_nothing_that_is_kept_of_what_they_did(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    _, agreement = shared(cast, network, makers_desk, Terms())
    says(network, agreement, {"uuid": "mo", "name": "Mo", "role": "agent"}, "first")
    says(network, agreement, {"uuid": "mia", "name": "Mia", "role": "agent"}, "last")
    body = {"uuid": agreement.uuid, "status": "inactive", "current_actor": {"uuid": "mo", "name": "Mo"}}
    ended = http.Request("PUT", agreement.own_url + "/agreements/" + agreement.uuid, {}, json.dumps(body).encode())
    assert network.send(replace(ended, headers={TOKEN_HEADER: agreement.token})).status == 200
    network.run()
    assert {"Mo"} == set(SharingProof.objects.values_list("by_name", flat=True))
    actions.anonymise(actor=cast.actor("ada"), person_id=PartnerPerson.objects.get(uuid="mo").pk, now=NOW)
    kept = json.dumps(list(ReceivedRequest.objects.values_list("payload", flat=True)))
    assert ('"Mo"' in kept, '"Mia"' in kept) == (False, True)
    assert {"Maker"} == set(SharingProof.objects.values_list("by_name", flat=True))
    assert not AgreementEvent.objects.filter(by_name="Mo").exists()


def test_the_page_of_partners_people_links_and_forgets(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    _, agreement = shared(cast, network, makers_desk, Terms())
    says(network, agreement, {"uuid": "mo", "name": "Mo", "role": "user"}, "first")
    person = PartnerPerson.objects.get(uuid="mo")
    client = Client(HTTP_HOST="acme.localhost")
    client.force_login(User.objects.get(pk=cast.users["ada"].pk))
    eli = cast.users["eli"]
    client.post(f"/admin/sharing/people/{person.pk}/", {"step": "link", "email": eli.email})
    assert f"also {eli.name}" in client.get("/admin/sharing/people/?q=mo").content.decode()
    client.post(f"/admin/sharing/people/{person.pk}/", {"step": "anonymise"})
    assert "Name forgotten" in client.get("/admin/sharing/people/").content.decode()


@pytest.mark.parametrize("is_adjoin", [True, False])
def test_a_person_who_is_erased_here_is_forgotten_by_partners_and_proved(
    cast: Cast, makers_desk: PartnersDesk, network: Network, is_adjoin: bool
) -> None:
    _ticket, agreement = shared(cast, network, makers_desk, Terms())
    if not is_adjoin:
        type(agreement).objects.filter(pk=agreement.pk).update(partner_version=None)
    cyd = actions_of_people.delete_user(user=cast.users["cyd"], now=NOW)
    network.log.clear()
    actions_of_people.erase_user(user=cyd, now=NOW)
    network.run()
    assert "Cyd" not in json.dumps(list(Delivery.objects.values_list("payload", flat=True)))
    assert "Cyd" not in network.bodies("maker.localhost")
    with makers_desk.open():
        name = "Somebody at Acme" if is_adjoin else "Deleted user"
        assert makers_desk.ticket.requester.name == name
        assert not is_adjoin or "Cyd" not in json.dumps(list(ReceivedRequest.objects.values_list("payload", flat=True)))
        assert list(SharingProof.objects.values_list("kind", flat=True)) == (["erased"] if is_adjoin else [])
    proof = SharingProof.objects.get()
    assert (proof.kind, proof.ticket_number, proof.confirmed_at) == ("erased", None, NOW)


def test_the_page_goes_on_where_the_last_one_ended_and_back_to_the_first(
    cast: Cast, makers_desk: PartnersDesk, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "SHOWN", 2)
    _, agreement = shared(cast, network, makers_desk, Terms())
    for number, name in enumerate(["Zoe", "Bo", "Bo", "Al", "Bo"]):
        says(network, agreement, {"uuid": f"p{number}", "name": name, "role": "user"}, f"said-{number}")
    client = Client(HTTP_HOST="acme.localhost")
    client.force_login(User.objects.get(pk=cast.actor("ada").user_id))
    address, seen, pages = "/admin/sharing/people/?q=o", [], 0
    while address:
        page = client.get(address)
        seen += [row.uuid for row in page.context["rows"]]
        address = f"/admin/sharing/people/?{page.context['next']}" if page.context["next"] else ""
        pages += 1
        assert ("First page" in page.content.decode()) is (pages > 1)
    assert (seen, pages) == (["p1", "p2", "p4", "p0"], 2)
