"""Lists of shared tickets, and sharing many at once."""

from __future__ import annotations

import pytest
from django.test import Client

from adjoin.access.actors import Actor
from adjoin.adapters.http import Answer
from adjoin.rules import registry
from adjoin.saved_views import queries
from adjoin.saved_views.models import View
from adjoin.sharing.models import SharedTicket, SharingAgreement
from adjoin.sharing.shares import actions as shares
from adjoin.sharing.shares import ready_views
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs
from adjoin.testing.partners import Network, PartnersDesk, agree


@pytest.fixture
def agreement(agreed: None, cast: Cast, makers_desk: PartnersDesk, network: Network) -> SharingAgreement:
    return agree(network, makers_desk.account)


def _listed(actor: Actor, title: str) -> set[int]:
    view = View.objects.get(title=title)
    return set(queries.tickets(actor, view).values_list("pk", flat=True))


def test_once_an_agreement_is_in_force_its_lists_are_there_on_both_sides(
    cast: Cast, agreement: SharingAgreement, makers_desk: PartnersDesk, network: Network
) -> None:
    shared, _other = cast.ticket(), cast.ticket()
    shares.share(actor=cast.actor("ana"), ticket_id=shared.pk, agreement_id=agreement.pk, now=NOW)
    assert _listed(cast.actor("ana"), "Waiting for partners, or not taken") == {shared.pk}
    network.run()
    assert _listed(cast.actor("ana"), "Shared with Maker") == {shared.pk}
    assert _listed(cast.actor("ana"), "Waiting for partners, or not taken") == set()
    assert _listed(cast.actor("ben"), "Shared with Maker") == set()  # another brand's
    network.answers["maker.localhost"] = Answer(422, {}, b"")
    cast.update("ana", shared, say="no")
    network.run()
    assert _listed(cast.actor("ana"), "Waiting for partners, or not taken") == {shared.pk}
    with makers_desk.open():
        assert _listed(Actor.system(), "Received from Acme") == {SharedTicket.objects.get().ticket_id}
        assert _listed(Actor.system(), "Left behind by partners") == set()
    network.answers.clear()
    shares.unshare(actor=cast.actor("ana"), ticket_id=shared.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    assert _listed(cast.actor("ana"), "Shared with Maker") == set()
    with makers_desk.open():
        assert _listed(Actor.system(), "Left behind by partners") == {SharedTicket.objects.get().ticket_id}


def test_what_was_shared_in_the_last_day_is_listed(cast: Cast, agreement: SharingAgreement) -> None:
    ticket = cast.ticket()
    shares.share(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    assert _listed(cast.actor("ana"), "Shared in the last 24 hours") == set()  # the tests live in the past
    SharedTicket.objects.update(created_at="2100-01-01T00:00:00Z")
    assert _listed(cast.actor("ana"), "Shared in the last 24 hours") == {ticket.pk}


def test_agreements_from_before_there_were_lists_get_theirs_once(cast: Cast, agreement: SharingAgreement) -> None:
    View.objects.all().delete()
    ready_views.make_missing(NOW)
    assert not View.objects.exists()  # somebody removed them
    SharingAgreement.objects.update(has_lists=False)
    ready_views.make_missing(NOW)
    assert View.objects.filter(title="Shared with Maker").count() == 1


def test_received_and_sent_are_there_for_automations_too() -> None:
    for key in ("received_from", "sent_to"):
        assert registry.conditions[key].in_automations
    assert "share_ticket" in registry.actions


def test_many_tickets_are_shared_from_a_list_and_stay_with_the_partners_they_have(
    cast: Cast, agreement: SharingAgreement
) -> None:
    tickets = [cast.ticket(), cast.ticket()]
    client = Client(HTTP_HOST="acme.localhost")
    client.force_login(cast.user("ana"))
    assert "Share with Maker" in client.get("/agent/tickets/").content.decode()
    chosen = {"ids": [ticket.pk for ticket in tickets], "do": "change", "share_with": str(agreement.pk)}
    assert client.post("/agent/tickets/change/", chosen).status_code == 302
    run_jobs()
    assert set(SharedTicket.objects.active().values_list("ticket_id", flat=True)) == {one.pk for one in tickets}


def test_many_tickets_are_shared_over_the_api(api: Caller, cast: Cast, agreement: SharingAgreement) -> None:
    tickets = [cast.ticket(), cast.ticket()]
    ids = ",".join(str(ticket.pk) for ticket in tickets)
    body = {"ticket": {"sharing_agreement_ids": [agreement.pk]}}
    assert api.as_("ana").put(f"/tickets/update_many?ids={ids}", body).status_code == 200
    run_jobs()
    assert SharedTicket.objects.active().count() == 2
    more = {"ticket": {"additional_sharing_agreement_ids": [agreement.pk]}}
    assert api.as_("ana").put(f"/tickets/{tickets[0].pk}", more).status_code == 200
    assert SharedTicket.objects.active().count() == 2
    wrong = {"ticket": {"additional_sharing_agreement_ids": "all"}}
    assert api.as_("ana").put(f"/tickets/{tickets[0].pk}", wrong).status_code == 422
