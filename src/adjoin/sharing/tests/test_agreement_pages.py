"""The page of one agreement, and who may open it."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from adjoin.channels.models import OutgoingMail
from adjoin.people.models import User
from adjoin.sharing.agreements import actions
from adjoin.sharing.delivery import copies
from adjoin.sharing.models import SharingAgreement, SharingDesk
from adjoin.sharing.terms import Terms
from adjoin.sharing.tests.test_fields import field
from adjoin.sharing.tests.test_terms import shared
from adjoin.sharing.tests.test_wire import Peer, peer
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.partners import Network, PartnersDesk

__all__ = ["peer"]
TERMS = {
    "comments": "public",
    "syncs_tags": "on",
    "on_unshare": "freeze",
    "who_shares": "admins",
    "excluded_tags": "int_",
}


def _client(cast: Cast, name: str) -> Client:
    client = Client(HTTP_HOST="acme.localhost")
    client.force_login(cast.users[name])
    return client


def test_an_admin_reads_how_it_goes_and_changes_the_terms(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    _, agreement = shared(cast, network, makers_desk, Terms())
    SharingAgreement.objects.update(has_news=True)
    page = reverse("sharing:agreement", args=[agreement.pk])
    shown = _client(cast, "ada").get(page).content.decode()
    assert "In force" in shown
    assert "<rect" not in shown or "NaN" not in shown
    assert not SharingAgreement.objects.get().has_news
    answer = _client(cast, "ada").post(
        reverse("sharing:change_terms", args=[agreement.pk]), {**TERMS, "status_out_pending": "hold"}
    )
    assert answer.status_code == 302
    terms = SharingAgreement.objects.get().terms
    assert (terms.comments, terms.excluded_tags, terms.status_out) == ("public", ("int_",), {"pending": "hold"})
    shown = _client(cast, "ada").get(page).content.decode()
    assert "Comments: Public comments and private notes cross → Public comments cross. Private notes stay" in shown


def test_whoever_is_invited_reads_the_note_and_that_it_goes_both_ways_where_they_answer(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    actions.invite(
        actor=cast.actor("ada"), partner="maker", terms=Terms(), both_ways=True, note="Kettles, please", now=NOW
    )
    network.run()
    client = Client(HTTP_HOST="maker.localhost")
    with makers_desk.open():
        client.force_login(User.objects.get(pk=makers_desk.agent_id))
        (mail,) = OutgoingMail.objects.all()
        invited = SharingAgreement.objects.get(direction="inbound").pk
    both_ways = "your desk may share tickets with Acme too"
    for shown in (client.get("/admin/sharing/"), client.get(f"/admin/sharing/{invited}/")):
        words = shown.content.decode()
        assert both_ways in words
        assert "Kettles, please" in words
        assert f'action="/admin/sharing/{invited}/accept/"' in words
    assert (both_ways in mail.text_body, "Kettles, please" in mail.text_body) == (True, True)


def test_an_invitation_for_one_direction_speaks_of_no_other(cast: Cast, peer: Peer) -> None:
    SharingAgreement.objects.update(status="pending")
    assert "your desk may share" not in _client(cast, "ada").get("/admin/sharing/").content.decode()


def test_what_was_typed_stays_when_it_makes_no_sense(cast: Cast, peer: Peer) -> None:
    address = reverse("sharing:change_terms", args=[SharingAgreement.objects.get().pk])
    answer = _client(cast, "ada").post(address, {"who_shares": "nobody", "excluded_tags": "int_ vip_"})
    assert answer.status_code == 422
    assert "int_ vip_" in answer.content.decode()


def test_only_admins_open_the_pages_of_agreements(cast: Cast, peer: Peer) -> None:
    pk = SharingAgreement.objects.get().pk
    ana = _client(cast, "ana")
    assert ana.get(reverse("sharing:agreement", args=[pk])).status_code in (403, 404)
    for name in ("change_terms", "rotate_key", "confirm_move", "refuse_move"):
        assert ana.post(reverse(f"sharing:{name}", args=[pk])).status_code in (403, 404)
    for name in ("decline_all", "resume"):
        assert ana.post(reverse(f"sharing:{name}")).status_code in (403, 404)


def test_a_stopped_desk_says_so_to_its_admins_on_every_page_and_one_button_ends_it(cast: Cast, peer: Peer) -> None:
    copies.desk()
    SharingDesk.objects.update(paused_at=NOW, pause_reason="The database is older than its folder.")
    assert "looks like a copy" in _client(cast, "ada").get("/admin/team/").content.decode()
    assert "looks like a copy" not in _client(cast, "ana").get("/agent/", follow=True).content.decode()
    assert _client(cast, "ada").post(reverse("sharing:resume")).status_code == 302
    assert not copies.is_paused()


def test_fields_are_matched_on_a_page_of_their_own(cast: Cast, peer: Peer) -> None:
    serial, tier = field("Serial", "text"), field("Tier", "tagger", "gold")
    pk = SharingAgreement.objects.get().pk
    address = reverse("sharing:map_fields", args=[pk])
    gold = tier.options.get()
    assert "not mapped" in _client(cast, "ada").get(address).content.decode()
    typed = {f"field_{tier.pk}": "Level", f"option_{gold.pk}": "vip"}
    assert _client(cast, "ada").post(address, typed).status_code == 302
    assert SharingAgreement.objects.get().field_map == [{"ours": "Tier", "theirs": "Level", "options": {"gold": "vip"}}]
    twice = _client(cast, "ada").post(address, {f"field_{tier.pk}": "Level", f"field_{serial.pk}": "level"})
    assert twice.status_code == 422
    assert "stands there twice" in twice.content.decode()
