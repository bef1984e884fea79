"""What must hold at the end, whatever has happened in between."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from adjoin.sharing.models import Delivery, HeldBack, PartnerFile, SharedTicket
from adjoin.sharing.terms import CommentsTerm, DeliveryState, FileState, Terms, shared_status
from adjoin.sharing.tests.simulation.network import BadNetwork
from adjoin.sharing.tests.simulation.world import Desk, World
from adjoin.tickets.models import Attachment, Comment, Ticket


@dataclass(frozen=True)
class Copy:
    """A desk's copy of the ticket, and how it stands under each of its agreements (by uuid)."""

    ticket: Ticket | None
    said: list[tuple[str, datetime, bool]]  # words, when, whether public: in the order people read them
    shares: dict[str, SharedTicket]
    waiting: int
    colour: str | None
    files: dict[str, set[str]]  # the digests of those on what was said, by its words
    missing: set[str]  # the words whose files could not be fetched, as the page says
    held: dict[str, set[str]]  # words held back, by the uuid of the agreement
    held_files: set[str]  # words with a file that is held back from somebody

    @property
    def all_files(self) -> set[str]:
        return {digest for digests in self.files.values() for digest in digests}

    @property
    def words(self) -> list[str]:
        return [body for body, _, _ in self.said]


def check(world: World, network: BadNetwork, said: dict[str, set[str]], held: dict[tuple[str, str], int]) -> None:
    """Raises `AssertionError` with what is not as it must be."""
    copies = {name: _copy(desk) for name, desk in world.desks.items()}
    for name, copy in copies.items():
        doubled = [words for words, count in Counter(copy.words).items() if count > 1]
        assert not doubled, f"{name} has twice: {doubled}"
        assert said[name] <= set(copy.words), f"{name} lost {said[name] - set(copy.words)}"
        assert copy.waiting == 0, f"{name} still wants to send"
    for (sharer, receiver), uuid in world.agreements.items():
        _check_agreement(copies[sharer], copies[receiver], uuid, f"{sharer} to {receiver}")
        _check_wire(network, uuid, copies)
    for (uuid, canary), since in held.items():
        later = (body for token, body in network.crossed[since:] if token.startswith(uuid))
        assert not any(canary.encode() in body for body in later), f"{canary!r} was held back and left under {uuid}"


def _check_agreement(ours: Copy, theirs: Copy, uuid: str, where: str) -> None:
    """Both sides know the same of the share; and as long as it lasts, of the ticket."""
    one, other = ours.shares.get(uuid), theirs.shares.get(uuid)
    is_sent, is_received = one is not None and one.is_active, other is not None and other.is_active
    assert is_sent == is_received, f"{where}: shared {is_sent}, received {is_received}"
    if not is_sent or one is None or ours.ticket is None or theirs.ticket is None:
        return
    terms = one.agreement.terms
    assert ours.ticket.subject == theirs.ticket.subject, f"{where}: subjects differ"
    if terms.syncs_status:
        pair = [shared_status(ticket.status, keeps_hold=True) for ticket in (ours.ticket, theirs.ticket)]
        assert pair[0] == pair[1], f"{where}: {pair}"
    if terms.syncs_tags:
        assert ours.ticket.tags == theirs.ticket.tags, f"{where}: {ours.ticket.tags} {theirs.ticket.tags}"
    if terms.syncs_custom_fields:
        assert ours.colour == theirs.colour, f"{where}: {ours.colour} and {theirs.colour}"
    for here, there in ((ours, theirs), (theirs, ours)):
        _check_comments(here, there, terms, uuid, where)


def _check_comments(here: Copy, there: Copy, terms: Terms, uuid: str, where: str) -> None:
    """What may cross has, with its moment and its order; nothing else has."""
    arrived = {body: (at, is_public) for body, at, is_public in there.said}
    kept = here.held.get(uuid, set()) | there.held.get(uuid, set())
    crossing = [row for row in here.said if row[2] or (terms.lets_notes_cross and not row[0].endswith("local"))]
    # A file released late is a comment of its own there, and has none here.
    crossing = [row for row in crossing if row[0] not in kept and not row[0].startswith("file-")]
    for body, at, is_public in crossing:
        assert body in arrived, f"{where}: {body!r} is missing"
        assert arrived[body][0] == at, f"{where}: {body!r} was said at {at}, there at {arrived[body][0]}"
        if terms.comments != CommentsTerm.PRIVATE:
            assert arrived[body][1] == is_public, f"{where}: {body!r} is public on one side only"
        lost = here.files.get(body, set()) - there.all_files  # one that came late is on a comment of its own
        is_told = body in (here.missing | there.missing | here.held_files | there.held_files)
        assert not lost or is_told or not terms.shares_attachments, f"{where}: {body!r} has lost a file"
    order = [body for body, _, _ in crossing]
    there_too = set(order)
    moments = {body: at for body, at, _ in here.said}
    same = [body for body in there.words if body in there_too]
    assert [moments[body] for body in order] == [moments[body] for body in same], f"{where}: {order} {same}"


def _check_wire(network: BadNetwork, uuid: str, copies: dict[str, Copy]) -> None:
    """No word of a local note at all, and no private one under an agreement that keeps them, in any request ever."""
    assert not any(b" local" in body for _, body in network.crossed), "a local note left its desk"
    shares = [copy.shares[uuid] for copy in copies.values() if uuid in copy.shares]
    if not shares or shares[0].agreement.terms.lets_notes_cross:
        return
    bodies = [body for token, body in network.crossed if token.startswith(uuid)]
    assert not any(b"private" in body for body in bodies), f"a private word left under {uuid}"


def _copy(desk: Desk) -> Copy:
    with desk.open():
        tickets = list(Ticket.objects.all()[:2])
        assert len(tickets) < 2, f"{desk.name} has the ticket more than once"
        ticket = tickets[0] if tickets else None
        comments = Comment.objects.order_by("created_at", "pk").values_list("body", "created_at", "is_public")
        missing = PartnerFile.objects.filter(state=FileState.FAILED).values_list("comment__body", flat=True)
        files: dict[str, set[str]] = defaultdict(set)
        held: dict[str, set[str]] = defaultdict(set)
        for body, digest in Attachment.objects.exclude(comment=None).values_list("comment__body", "sha256"):
            files[body].add(digest)
        rows = HeldBack.objects.select_related("agreement", "comment")
        for row in rows.filter(attachment=None):
            held[row.agreement.uuid].add(row.comment.body)
        return Copy(
            ticket=ticket,
            said=list(comments),
            shares={row.agreement.uuid: row for row in SharedTicket.objects.select_related("agreement")},
            waiting=Delivery.objects.filter(state=DeliveryState.WAITING).count(),
            colour=ticket.custom_fields.get(str(desk.field_id)) if ticket else None,
            files=files,
            missing=set(missing),
            held=held,
            held_files={row.comment.body for row in rows.exclude(attachment=None)},
        )
