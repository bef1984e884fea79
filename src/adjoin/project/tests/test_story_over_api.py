"""The same story as in the browser, told by programs: zenpy, Zendesk's best known Python client, unchanged."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from zenpy.lib.api_objects import Comment, Request, Ticket
from zenpy.lib.exception import RecordNotFoundException

from adjoin.testing.desk_process import DeskProcess
from adjoin.testing.processes import wait_until

SUBJECT = "Kettle handle came off while pouring"
WORDS = "The handle of our kettle came off while I was pouring. Nobody was hurt."
ANSWER = "Please keep the handle. Is the metal bent, or is the screw missing?"
REPLY = "The screw is missing."
NOTE = "canary-51d7: offer her a voucher if she asks."
LAST_WORDS = "Two new screws are in the post."
ARRIVES_SECONDS = 20


@pytest.mark.slow
def test_a_customer_of_acme_is_helped_by_maker(demo: DeskProcess, tmp_path: Path) -> None:
    subject = f"{SUBJECT} {uuid4().hex[:8]}"
    nora, ana, max_ = (demo.zenpy(name) for name in ("nora", "ana", "max"))

    # The customer files a request with a photo.
    photo = tmp_path / "kettle.txt"
    photo.write_text("a picture of a kettle without its handle")
    upload = nora.attachments.upload(str(photo), target_name="kettle.txt")
    filed = nora.requests.create(Request(subject=subject, comment=Comment(body=WORDS, uploads=[upload.token])))

    # A trigger has tagged it and shares it.
    original = ana.tickets(id=filed.id)
    assert "warranty_claim" in original.tags
    assert len(original.sharing_agreement_ids) == 1

    # Maker's agent finds it, marked as coming from Acme, and with the photo.
    copy_id = _first(lambda: [one.id for one in max_.search(type="ticket", subject=subject)])
    copy = max_.tickets(id=copy_id)
    [agreement] = copy.sharing_agreement_ids
    assert copy.via.channel in ("ticket_sharing", "api")
    shared_by = max_.sharing_agreements(id=agreement)
    assert (shared_by.type, shared_by.status, shared_by.name.partition(" @")[0]) == ("inbound", "accepted", "Acme")
    wait_until(lambda: _files(max_, copy_id) == ["kettle.txt"], within_seconds=ARRIVES_SECONDS)

    # Answers publicly and sets it pending.
    copy.comment, copy.status = Comment(body=ANSWER, public=True), "pending"
    max_.tickets.update(copy)

    # The customer sees the answer and the status.
    wait_until(lambda: ANSWER in _said(nora.requests.comments(filed.id)), within_seconds=ARRIVES_SECONDS)
    assert nora.requests(id=filed.id).status == "pending"

    # The customer replies and Maker sees the reply.
    request = nora.requests(id=filed.id)
    request.comment = Comment(body=REPLY)
    nora.requests.update(request)
    wait_until(lambda: REPLY in _said(max_.tickets.comments(copy_id)), within_seconds=ARRIVES_SECONDS)
    assert max_.tickets(id=copy_id).status == "open"

    # Acme's agent writes a private note.
    ana.tickets.update(Ticket(id=filed.id, comment=Comment(body=NOTE, public=False)))

    # Maker solves it: solved on both sides.
    max_.tickets.update(Ticket(id=copy_id, status="solved", comment=Comment(body=LAST_WORDS, public=True)))
    wait_until(lambda: ana.tickets(id=filed.id).status == "solved", within_seconds=ARRIVES_SECONDS)
    assert nora.requests(id=filed.id).status == "solved"
    # The protocol tells moments to the second, and programs are quick: sorted, for some were of the same one.
    assert _sorted(ana.tickets.comments(filed.id)) == sorted([WORDS, ANSWER, REPLY, NOTE, LAST_WORDS])

    # The note stayed at Acme: not at Maker, not with the customer.
    assert _sorted(max_.tickets.comments(copy_id)) == sorted([WORDS, ANSWER, REPLY, LAST_WORDS])
    assert _sorted(nora.requests.comments(filed.id)) == sorted([WORDS, ANSWER, REPLY, LAST_WORDS])

    # Acme unshares it; Maker keeps a copy that follows nothing any more.
    ana.tickets.update(Ticket(id=filed.id, sharing_agreement_ids=[]))
    wait_until(lambda: not max_.tickets(id=copy_id).sharing_agreement_ids, within_seconds=ARRIVES_SECONDS)
    ana.tickets.update(Ticket(id=filed.id, comment=Comment(body="Not for Maker any more.", public=True)))
    assert "Not for Maker any more." not in _said(max_.tickets.comments(copy_id))


@pytest.mark.slow
def test_an_agent_of_one_brand_finds_no_ticket_of_the_other(demo: DeskProcess) -> None:
    hanna, ben, ada = (demo.zenpy(name) for name in ("hanna", "ben", "ada"))
    brands = {brand.name: brand.id for brand in ada.brands()}
    assert {ticket.brand_id for ticket in hanna.tickets()} == {brands["Acme Home"]}
    assert {ticket.brand_id for ticket in ben.tickets()} == {brands["Acme Outdoor"]}
    hidden = next(ticket for ticket in ada.tickets() if ticket.brand_id == brands["Acme Outdoor"])
    with pytest.raises(RecordNotFoundException):
        hanna.tickets(id=hidden.id)


def _said(comments: Any) -> list[str]:
    return [comment.body for comment in comments]


def _sorted(comments: Any) -> list[str]:
    return sorted(_said(comments))


def _files(agent: Any, ticket_id: int) -> list[str]:
    return [file.file_name for comment in agent.tickets.comments(ticket_id) for file in comment.attachments]


def _first(found: Any) -> int:
    """The first of what `found()` gives, once it gives anything."""
    wait_until(found, within_seconds=ARRIVES_SECONDS)
    return int(found()[0])
