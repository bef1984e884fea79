"""Notes that never leave the desk, whatever an agreement says."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from adjoin.access import readable
from adjoin.people.models import User
from adjoin.sharing.models import Delivery
from adjoin.sharing.shares import actions
from adjoin.sharing.terms import TOKEN_HEADER, CommentsTerm, Terms
from adjoin.sharing.tests.test_terms import MAKER, shared
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import WEB, Cast
from adjoin.testing.partners import Network, PartnersDesk
from adjoin.tickets import actions as tickets
from adjoin.tickets import uploads
from adjoin.tickets.changes import NewComment
from adjoin.tickets.models import Comment, Ticket

pytestmark = pytest.mark.usefixtures("agreed")

CANARY = "zqlocalcanary"


def note_locally(cast: Cast, ticket: Ticket, **fields: Any) -> Comment:
    """Ana writes a local note with a file."""
    file = uploads.receive(
        actor=cast.actor("ana"), stream=io.BytesIO(CANARY.encode()), file_name=f"{CANARY}.txt", now=NOW
    )
    said = NewComment(body=f"{CANARY} they overcharge", is_local=True, upload_tokens=(file.token,))
    tickets.update(actor=cast.actor("ana"), ticket_id=ticket.pk, now=NOW, via=WEB, comment=said, **fields)
    return ticket.comments.latest("pk")


@pytest.mark.parametrize("comments", CommentsTerm.values)
def test_no_byte_of_a_local_note_its_file_or_its_authors_address_ever_leaves(
    cast: Cast, makers_desk: PartnersDesk, network: Network, comments: str
) -> None:
    ticket, agreement = shared(cast, network, makers_desk, Terms(comments=comments))
    note = note_locally(cast, ticket, status="pending")
    assert (note.is_local, note.is_public) == (True, False)
    network.run()
    actions.unshare(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    actions.share(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    uuid = agreement.shared_tickets.get().uuid
    headers = {TOKEN_HEADER: agreement.token, "host": "acme.localhost"}
    told = Client().get(f"/sharing/tickets/{uuid}", headers=headers).content.decode()
    assert "My kettle is broken." in told
    everything = network.bodies(MAKER) + told + json.dumps(list(Delivery.objects.values_list("payload", flat=True)))
    assert CANARY not in everything
    assert str(cast.users["ana"].email) not in everything
    with makers_desk.open():
        assert not Comment.objects.filter(body__contains=CANARY).exists()


def test_a_local_note_is_read_by_agents_here_and_by_nobody_else(
    cast: Cast, makers_desk: PartnersDesk, network: Network, api: Caller
) -> None:
    ticket, _ = shared(cast, network, makers_desk, Terms())
    body = {"ticket": {"comment": {"body": CANARY, "local_only": True}}}
    assert api.as_("ana").put(f"/tickets/{ticket.pk}", body).status_code == 200
    note = ticket.comments.latest("pk")
    shown = api.as_("ana").get(f"/tickets/{ticket.pk}/comments").json()["comments"]
    assert [(row["public"], row.get("local_only")) for row in shown] == [(True, None), (False, True)]
    audit = api.as_("ana").get(f"/tickets/{ticket.pk}/audits").json()["audits"][-1]
    assert [event.get("local_only") for event in audit["events"] if event["type"] == "Comment"] == [True]
    for name, reads_it in (("ana", True), ("cyd", False), ("ben", False)):
        assert readable.comments(cast.actor(name)).filter(pk=note.pk).exists() is reads_it
    asked = {"ticket": {"comment": {"body": "Both?", "public": True, "local_only": True}}}
    assert api.as_("ana").put(f"/tickets/{ticket.pk}", asked).status_code == 422
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.filter(pk=note.pk).update(is_public=True)


def test_the_composer_offers_a_local_note_where_a_partner_gets_notes(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    alone = cast.ticket()
    ticket, _ = shared(cast, network, makers_desk, Terms())
    client = Client(HTTP_HOST="acme.localhost")
    client.force_login(User.objects.get(pk=cast.users["ana"].pk))
    assert "Local note" not in client.get(f"/agent/tickets/{alone.pk}/").content.decode()
    assert "never goes to Maker" in client.get(f"/agent/tickets/{ticket.pk}/").content.decode()
    client.post(f"/agent/tickets/{ticket.pk}/comment/", {"mode": "local", "body": CANARY})
    network.run()
    assert ticket.comments.latest("pk").is_local
    assert CANARY not in network.bodies(MAKER)
