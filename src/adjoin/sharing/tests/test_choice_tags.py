"""The tag of a choice goes with its field: it is never a foreign tag at the partner's, and tells nothing that stays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from adjoin.adapters.http import Answer
from adjoin.fields.models import TicketField
from adjoin.sharing.models import Delivery, SharingAgreement
from adjoin.sharing.terms import DeliveryState, Terms
from adjoin.sharing.tests.test_fields import TIER, field, kept
from adjoin.sharing.tests.test_terms import CANARY, MAKER, shared
from adjoin.sharing.tests.test_wire import Peer, ours, peer
from adjoin.testing.cast import Cast
from adjoin.testing.partners import Network, PartnersDesk
from adjoin.tickets.models import Ticket

__all__ = ["peer"]
BOTH = Terms(syncs_tags=True, syncs_custom_fields=True, field_map=(TIER,))


def _tags(*tickets: Ticket) -> list[list[str]]:
    """What stands on both sides now; and everything is said."""
    assert not Delivery.objects.filter(state=DeliveryState.WAITING).exists()
    return [Ticket.objects.get(pk=ticket.pk).tags for ticket in tickets]


@pytest.mark.usefixtures("agreed")
def test_each_desk_wears_its_own_tag_of_a_matched_choice(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    tier = field("Tier", "tagger", "gold", "tin")
    with makers_desk.open():
        level = field("Level", "tagger", "vip", "basic", "free")
    ticket, _ = shared(cast, network, makers_desk, BOTH, custom_fields={tier.pk: "gold"}, tags=["kettle"])
    assert (_tags(ticket), makers_desk.ticket.tags) == ([["gold", "kettle"]], ["kettle", "vip"])
    makers_desk.says(tags=["kettle", "vip", "spout"])
    network.run()
    assert (_tags(ticket), makers_desk.ticket.tags) == ([["gold", "kettle", "spout"]], ["kettle", "spout", "vip"])
    cast.update("ana", ticket, tags=["gold", "spout"])
    network.run()
    assert (_tags(ticket), makers_desk.ticket.tags) == ([["gold", "spout"]], ["spout", "vip"])
    makers_desk.says(tags=["spout", "basic"])  # the tag chooses, over there; here nothing is called so
    network.run()
    with makers_desk.open():
        assert kept(makers_desk.ticket, level) == "basic"
    assert (kept(ticket, tier), _tags(ticket)) == ("gold", [["gold", "spout"]])
    sent = len(network.log)
    makers_desk.says(custom_fields={level.pk: "vip"})
    network.run()
    assert (_tags(ticket), makers_desk.ticket.tags) == ([["gold", "spout"]], ["spout", "vip"])
    assert len(network.log) == sent + 1  # no echo
    cast.update("ana", ticket, custom_fields={tier.pk: None})
    network.run()
    assert (_tags(ticket), makers_desk.ticket.tags) == ([["spout"]], ["spout"])


@pytest.mark.usefixtures("agreed")
def test_choices_made_on_both_sides_at_once_end_alike(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    tier = field("Tier", "multiselect", "gold", "tin")
    with makers_desk.open():
        level = field("Level", "multiselect", "vip", "basic")
    options = {"gold": "vip", "tin": "basic"}
    terms = Terms(syncs_tags=True, syncs_custom_fields=True, field_map=({**TIER, "options": options},))
    ticket, _ = shared(cast, network, makers_desk, terms, custom_fields={tier.pk: ["gold"]})
    cast.update("ana", ticket, custom_fields={tier.pk: ["gold", "tin"]}, tags=["gold", "tin", "ours"])
    makers_desk.says(custom_fields={level.pk: ["basic"]}, tags=["basic", "theirs"])
    network.run()
    with makers_desk.open():
        assert sorted(kept(makers_desk.ticket, level)) == ["basic", "vip"]
    assert sorted(kept(ticket, tier)) == ["gold", "tin"]
    assert _tags(ticket) == [["gold", "ours", "theirs", "tin"]]
    assert makers_desk.ticket.tags == ["basic", "ours", "theirs", "vip"]


@pytest.mark.usefixtures("agreed")
@pytest.mark.parametrize("is_in_use", [True, False])
def test_the_tag_of_a_field_that_stays_tells_nothing(
    cast: Cast, makers_desk: PartnersDesk, network: Network, is_in_use: bool
) -> None:
    tier, box = field("Tier", "tagger", CANARY, "tin"), field("Sold", "checkbox")
    TicketField.objects.filter(pk=box.pk).update(tag=f"{CANARY}_sold")
    values = {tier.pk: CANARY, box.pk: True}
    terms = Terms(syncs_tags=True, syncs_custom_fields=not is_in_use)
    ticket = cast.ticket(custom_fields=values, tags=["kettle"])
    TicketField.objects.filter(pk__in=values).update(is_active=is_in_use)
    agreed = shared(cast, network, makers_desk, terms)[1]
    client = Client(HTTP_HOST="acme.localhost")
    client.force_login(cast.user("ana"))
    where = {"sharing_agreement_ids": [agreed.pk]}
    client.put(f"/api/v2/tickets/{ticket.pk}.json", {"ticket": where}, content_type="application/json")
    network.run()
    cast.update("ana", ticket, say="Hello.", tags=[*_tags(ticket)[0], "spout"])
    network.run()
    assert '"kettle"' in network.bodies(MAKER)
    assert '"spout"' in network.bodies(MAKER)
    assert CANARY not in network.bodies(MAKER)
    assert CANARY in _tags(ticket)[0]


@pytest.mark.usefixtures("agreed")
def test_a_partners_tag_chooses_nothing_in_a_field_that_stays(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    tier = field("Tier", "tagger", "gold", "tin")
    ticket, agreement = shared(cast, network, makers_desk, Terms(syncs_tags=True), custom_fields={tier.pk: "gold"})
    makers_desk.says(tags=["tin", "spout"])
    network.run()
    assert (kept(ticket, tier), _tags(ticket)) == ("gold", [["gold", "spout"]])
    assert "the tags tin" in agreement.events.latest("pk").words


def _say_of(network: Network) -> list[Any]:
    """The tags that a plain peer was told, in order."""
    sent = [json.loads(request.body) for request in network.log if "/tickets/" in request.url and request.body]
    return [body["tags"] for body in sent if "tags" in body]


def test_another_desk_has_the_tag_of_a_matched_choice_in_its_own_words(
    cast: Cast, peer: Peer, network: Network
) -> None:
    tier = field("Tier", "tagger", "gold", "tin")
    options = {"gold": "vip", "tin": "basic"}
    SharingAgreement.objects.update(
        syncs_tags=True, syncs_custom_fields=True, field_map=[{**TIER, "options": options}], excluded_tags=["int_"]
    )
    network.answers["peer.example.com"] = Answer(200, {}, b"")
    network.run()
    assert peer.share(tags=["kettle", "vip"], custom_fields={"zd_custom_fields": {"Level": "vip"}}).status_code == 201
    ticket = ours()
    assert (kept(ticket, tier), ticket.tags) == ("gold", ["gold", "kettle"])
    peer.update(tags=["kettle", "basic"], custom_fields={"zd_custom_fields": {"Level": "basic"}})
    assert (kept(ticket, tier), _tags(ticket)) == ("tin", [["kettle", "tin"]])
    peer.update(tags=["kettle", "vip"])  # the tag alone chooses, as it does over there
    network.run()
    assert (kept(ticket, tier), _tags(ticket)) == ("gold", [["gold", "kettle"]])
    assert _say_of(network) == []  # no echo
    cast.update("ana", ticket, tags=["gold", "spout"])
    network.run()
    cast.update("ana", ticket, custom_fields={tier.pk: "tin"})
    network.run()
    assert _say_of(network) == [["spout", "vip"], ["basic", "spout"]]


def test_another_desk_keeps_the_tag_of_its_own_choice_where_fields_stay(
    cast: Cast, peer: Peer, network: Network
) -> None:
    tier = field("Tier", "tagger", "gold", "tin")
    SharingAgreement.objects.update(syncs_tags=True, syncs_custom_fields=False)
    network.answers["peer.example.com"] = Answer(200, {}, b"")
    network.run()
    peer.share(tags=["kettle", "gold"])
    ticket = ours()
    assert (kept(ticket, tier), ticket.tags) == (None, ["kettle"])
    cast.update("ana", ticket, custom_fields={tier.pk: "tin"})
    network.run()
    assert _say_of(network) == []
    cast.update("ana", ticket, tags=["kettle", "spout", "tin"])
    network.run()
    assert _say_of(network) == [["gold", "kettle", "spout"]]
