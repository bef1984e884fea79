"""What crosses, and what never does."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from adjoin.access import readable
from adjoin.people.models import User
from adjoin.sharing.crossing import outgoing, partners
from adjoin.sharing.crossing.outgoing import Facts, File, Person, Said
from adjoin.sharing.models import SharedTicket, SharingAgreement
from adjoin.sharing.shares import actions as shares
from adjoin.sharing.terms import CommentsTerm, Terms
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.partners import Network, PartnersDesk, agree
from adjoin.tickets.changes import NewComment
from adjoin.tickets.models import Ticket

pytestmark = pytest.mark.usefixtures("agreed")

MAKER = "maker.localhost"
CANARY = "canary-7f3a"


def shared(
    cast: Cast, network: Network, desk: PartnersDesk, terms: Terms, **fields: Any
) -> tuple[Ticket, SharingAgreement]:
    """A ticket that Maker has under these terms."""
    agreement = agree(network, desk.account, terms)
    ticket = cast.ticket(**fields)
    shares.share(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    return ticket, agreement


def test_public_only_keeps_every_private_word_here(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    note = NewComment(body=f"{CANARY} first", is_public=False, author_id=cast.users["ana"].pk)
    terms = Terms(comments=CommentsTerm.PUBLIC, syncs_tags=True, syncs_custom_fields=True)
    ticket, _ = shared(cast, network, makers_desk, terms, comment=note)
    cast.update("ana", ticket, note=f"{CANARY} second", status="pending", tags=["slow"])
    cast.update("ana", ticket, say="Hello.")
    network.run()
    assert makers_desk.said() == [("Hello.", True)]
    assert CANARY not in network.bodies(MAKER)


def test_public_only_keeps_the_partners_notes_out_even_if_it_sends_them(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket, _ = shared(cast, network, makers_desk, Terms(comments=CommentsTerm.PUBLIC))
    with makers_desk.open():  # a desk that does not know, or does not care
        SharingAgreement.objects.update(comments=CommentsTerm.BOTH)
    makers_desk.says(CANARY, is_public=False)
    makers_desk.says("Hello.")
    network.run()
    assert [comment.body for comment in ticket.comments.order_by("pk")] == ["My kettle is broken.", "Hello."]


def test_both_terms_carry_notes_as_notes(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    ticket, _ = shared(cast, network, makers_desk, Terms())
    cast.update("ana", ticket, note="psst")
    makers_desk.says("hush", is_public=False)
    network.run()
    assert sorted(makers_desk.said()) == [("My kettle is broken.", True), ("hush", False), ("psst", False)]
    assert not ticket.comments.latest("pk").is_public


def test_notes_only_lets_the_partner_read_along_and_answer_in_private(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket, agreement = shared(cast, network, makers_desk, Terms(comments=CommentsTerm.PRIVATE))
    assert (agreement.syncs_status, makers_desk.said()) == (False, [("My kettle is broken.", True)])
    with makers_desk.open():  # a desk that lies about what was agreed
        SharingAgreement.objects.update(comments=CommentsTerm.BOTH, syncs_status=True)
    makers_desk.says("Dear customer!", status="solved")
    network.run()
    ticket.refresh_from_db()
    said = ticket.comments.latest("pk")
    assert (said.body, said.is_public, ticket.status) == ("Dear customer!", False, "new")


def test_without_status_sync_each_side_keeps_its_own(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    ticket, _ = shared(cast, network, makers_desk, Terms(syncs_status=False))
    cast.update("ana", ticket, status="pending", say="Hm.")
    network.run()
    makers_desk.says(status="solved")
    network.run()
    ticket.refresh_from_db()
    assert (ticket.status, makers_desk.ticket.status) == ("pending", "solved")


def test_tags_stay_unless_agreed(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    ticket, _ = shared(cast, network, makers_desk, Terms(), tags=[CANARY])
    cast.update("ana", ticket, tags=[CANARY, "more"])
    network.run()
    assert CANARY not in network.bodies(MAKER)
    assert makers_desk.ticket.tags == []


def test_no_address_of_anybody_ever_leaves(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    ticket, _ = shared(cast, network, makers_desk, Terms(syncs_tags=True, syncs_custom_fields=True))
    cast.update("cyd", ticket, say="Hello?")
    cast.update("ana", ticket, note="Hm.", assignee_id=cast.users["ana"].pk)
    network.run()
    assert "example.com" not in network.bodies(MAKER)


def test_whoever_is_called_by_their_address_is_called_by_the_first_half_of_it(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    for name in ("cyd", "ana"):
        User.objects.filter(pk=cast.users[name].pk).update(name=f"{name}@example.com")
    ticket, agreement = shared(cast, network, makers_desk, Terms())
    shares.unshare(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    told = network.bodies(MAKER) + "".join(str(request.headers) for request in network.log)
    assert ("example" in told, '"name":"cyd"' in told) == (False, True)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Rosa Real", "Rosa Real"),
        ("Rosa (rosa@example.com)", "Rosa (rosa)"),
        ("rosa@mail.example.com", "rosa"),
        ("Sales@Acme", "Sales@Acme"),
        ("Gina @ Gamma", "Gina @ Gamma"),
    ],
)
def test_only_addresses_are_cut_from_names(name: str, told: str) -> None:
    assert outgoing.wire_name(name) == told


@pytest.mark.parametrize("term", CommentsTerm.values)
@pytest.mark.parametrize("kept", ["is_local", "is_held"])
def test_a_local_note_and_what_is_held_back_are_never_written_for_a_partner(term: str, kept: str) -> None:
    ana = Person("a" * 40, "Ana", is_agent=True)
    said = Said(1, "c" * 40, ana, CANARY, CANARY, NOW, is_public=False, **{kept: True})  # type: ignore[arg-type]
    facts = Facts("t" * 40, 1, "Subject", "open", NOW, ana, (), [said])
    news = outgoing.news(facts, {"subject": "Other"}, Terms(term), is_sharer=True, actor=ana, before={})
    for payload in (outgoing.whole(facts, Terms(term), is_sharer=True), news):
        assert payload["comments"] == []
        assert CANARY not in json.dumps(payload)


def test_the_partner_reads_exactly_what_is_shared_under_its_agreement(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket, agreement = shared(cast, network, makers_desk, Terms(comments=CommentsTerm.PUBLIC))
    cast.ticket(subject="Not shared")
    cast.update("ana", ticket, note=CANARY)
    partner = partners.actor(agreement)
    assert list(readable.tickets(partner)) == [ticket]
    assert [comment.body for comment in readable.comments(partner)] == ["My kettle is broken."]
    shares.unshare(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    assert not readable.tickets(partner).exists()


def test_an_agreement_not_in_force_opens_nothing(cast: Cast, makers_desk: PartnersDesk, network: Network) -> None:
    _, agreement = shared(cast, network, makers_desk, Terms())
    SharingAgreement.objects.filter(pk=agreement.pk).update(status="inactive")
    assert SharedTicket.objects.get().is_active
    assert not readable.tickets(partners.actor(agreement)).exists()


@given(
    comments=st.lists(st.booleans(), max_size=8),
    term=st.sampled_from(CommentsTerm.values),
    flags=st.tuples(st.booleans(), st.booleans(), st.booleans(), st.booleans()),
    is_sharer=st.booleans(),
    status=st.sampled_from(["new", "open", "pending", "hold", "solved", "closed"]),
)
def test_whatever_the_terms_private_words_leave_only_where_they_say_so(
    comments: list[bool], term: str, flags: tuple[bool, bool, bool, bool], is_sharer: bool, status: str
) -> None:
    terms = Terms(term, *flags)
    ana = Person("a" * 40, "Ana", is_agent=True)
    said = [
        Said(
            id=number,
            uuid=str(number),
            author=ana,
            body=f"{'public' if is_public else 'secret'} {number}",
            html_body=f"<p>{'public' if is_public else 'secret'} {number}</p>",
            authored_at=NOW + timedelta(minutes=number),
            is_public=is_public,
            files=(File(number, f"{'public' if is_public else 'secret'}-{number}.png", "image/png"),),
        )
        for number, is_public in enumerate(comments)
    ]
    facts = Facts("t" * 40, 1, "Subject", status, NOW, ana, ("tag",), said, {"theirs": 1})
    changed = outgoing.values(facts, terms, keeps_hold=True)
    whole = outgoing.whole(facts, terms, is_sharer=is_sharer)
    news = outgoing.news(facts, changed, terms, is_sharer=is_sharer, actor=ana, before={})
    for payload in (whole, news):
        text = json.dumps(payload)
        assert ("secret" in text) <= terms.lets_notes_cross
        assert [comment["body"] for comment in payload["comments"]] == [
            one.body for one in said if one.is_public or terms.lets_notes_cross
        ]
        assert ("tags" in payload) is terms.syncs_tags
        assert terms.shares_attachments or ".png" not in text
        assert payload.get("status") not in ("hold", "closed")
        if term == CommentsTerm.PRIVATE and not is_sharer:
            assert not any(comment["public"] for comment in payload["comments"])
    assert ("status" in news) is terms.syncs_status


@pytest.mark.parametrize("term", CommentsTerm.values)
def test_the_terms_can_be_said_in_sentences(term: str) -> None:
    assert all(sentence.endswith(".") for sentence in Terms(comments=term).sentences("Acme", "Maker"))


def test_the_key_of_an_agreement_is_sealed_in_the_database(acme: Any) -> None:
    row = SharingAgreement.objects.create(
        uuid="a" * 40, access_key="k" * 40, direction="outbound", created_at=NOW, updated_at=NOW
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_key FROM sharing_sharingagreement WHERE id = %s", [row.pk])
        (kept,) = cursor.fetchone()
    assert kept.startswith("sealed1:")
    assert "kkkk" not in kept
    assert SharingAgreement.objects.get(pk=row.pk).access_key == "k" * 40
