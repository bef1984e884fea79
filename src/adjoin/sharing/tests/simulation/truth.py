"""What must hold at the end, whatever has happened in between."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from adjoin.sharing.models import (
    Delivery,
    HeldBack,
    PartnerFile,
    SharedComment,
    SharedTicket,
    SharingAgreement,
    SharingProof,
)
from adjoin.sharing.terms import (
    AgreementStatus,
    CommentsTerm,
    DeliveryState,
    FileState,
    OnUnshare,
    ProofKind,
    Terms,
    shared_status,
)
from adjoin.sharing.tests.simulation import gone
from adjoin.sharing.tests.simulation.memory import Memory
from adjoin.sharing.tests.simulation.network import BadNetwork
from adjoin.sharing.tests.simulation.world import COLOURS, Desk, World
from adjoin.tickets.models import Attachment, Comment, Ticket

MARKS = ("Recalled by ", "Redacted by ")


@dataclass(frozen=True)
class Copy:
    """A desk's copy of the ticket, and how it stands under each of its agreements (by uuid).

    Words are known by what follows the secret before them, which may have been redacted."""

    ticket: Ticket | None
    bodies: dict[int, str]  # what stands there now, by the id of the comment
    said: list[tuple[str, datetime, bool]]  # words, when, whether public: in the order people read them
    shares: dict[str, SharedTicket]
    standing: dict[str, str]  # the status of each agreement
    waiting: int
    refused: set[str]  # agreements under which something was not taken
    colour: str | None
    files: dict[str, set[str]]  # the digests of those on what was said, by its words
    missing: set[str]  # the words whose files could not be fetched, as the page says
    came: dict[str, str]  # words that came from a partner: under which agreement
    held: dict[str, set[str]]  # words held back, by the uuid of the agreement
    held_files: set[str]  # words with a file that is held back from somebody
    was_frozen: bool

    @property
    def free_tags(self) -> set[str]:
        """Those that choose nothing in a field."""
        return set(self.ticket.tags) - set(COLOURS) if self.ticket else set()

    @property
    def worn(self) -> set[str]:
        """Those that choose its colour."""
        return set(self.ticket.tags) & set(COLOURS) if self.ticket else set()

    @property
    def all_files(self) -> set[str]:
        return {digest for digests in self.files.values() for digest in digests}

    @property
    def words(self) -> list[str]:
        return [body for body, _, _ in self.said]

    @property
    def may_be_blanked(self) -> bool:
        rows = self.shares.values()
        return any(not row.is_sent and row.agreement.on_unshare == OnUnshare.RECALL for row in rows)


def words_of(body: str) -> str:
    """A comment without the secret it begins with."""
    return body[body.index("word-") :] if "word-" in body else body


def check(world: World, network: BadNetwork, memory: Memory) -> None:
    """Raises `AssertionError` with what is not as it must be."""
    copies = {name: _copy(desk) for name, desk in world.desks.items()}
    for name, copy in copies.items():
        assert copy.worn == ({copy.colour} - {None}), f"{name} wears {copy.worn} and has {copy.colour}"
        doubled = [words for words, count in Counter(copy.words).items() if count > 1]
        assert not doubled, f"{name} has twice: {doubled}"
        _check_own(world.desks[name], copy, memory.said[name])
        assert copy.waiting == 0, f"{name} still wants to send"
    for (sharer, receiver), uuid in memory.agreements.items():
        _check_agreement(copies[sharer], copies[receiver], uuid, f"{sharer} to {receiver}")
        _check_wire(network, uuid, copies)
    for (uuid, canary), since in memory.held.items():
        later = (body for token, body in network.crossed[since:] if token.startswith(uuid))
        assert not any(canary.encode() in body for body in later), f"{canary!r} was held back and left under {uuid}"
    gone.check(world, copies, memory)


def _check_own(desk: Desk, copy: Copy, said: dict[str, int]) -> None:
    """What was said at a desk is there, unless a partner blanked it there as the terms say."""
    for words, comment_id in said.items():
        body = copy.bodies.get(comment_id, "")
        is_blanked = body.startswith(MARKS) and copy.may_be_blanked
        assert words_of(body) == words or is_blanked, f"{desk.name} lost {words!r}: {body!r}"
    own_mark = f"Recalled by {desk.account.name}"
    assert own_mark not in copy.bodies.values(), f"{desk.name} got its own mark back"


def _check_agreement(ours: Copy, theirs: Copy, uuid: str, where: str) -> None:
    """Both sides know the same of the share; and as long as it lasts, of the ticket."""
    assert _standing(ours, uuid) == _standing(theirs, uuid), f"{where}: they differ on whether it is in force"
    one, other = ours.shares.get(uuid), theirs.shares.get(uuid)
    is_sent, is_received = one is not None and one.is_active, other is not None and other.is_active
    assert is_sent == is_received, f"{where}: shared {is_sent}, received {is_received}"
    if not is_sent or one is None or ours.ticket is None or theirs.ticket is None:
        return
    if _has_been_frozen(ours, theirs, uuid):
        return
    terms = one.agreement.terms
    assert ours.ticket.subject == theirs.ticket.subject, f"{where}: subjects differ"
    if terms.syncs_status:
        pair = [shared_status(ticket.status, keeps_hold=True) for ticket in (ours.ticket, theirs.ticket)]
        assert pair[0] == pair[1], f"{where}: {pair}"
    if terms.syncs_tags:
        assert ours.free_tags == theirs.free_tags, f"{where}: {ours.ticket.tags} {theirs.ticket.tags}"
    if terms.syncs_custom_fields:
        assert ours.colour == theirs.colour, f"{where}: {ours.colour} and {theirs.colour}"
    for here, there in ((ours, theirs), (theirs, ours)):
        _check_comments(here, there, terms, uuid, where)


def _standing(copy: Copy, uuid: str) -> str:
    """Where an agreement stands at a desk. One that is over may be unknown to it: the invitation was taken back before
    it came, or was sent at all."""
    standing = copy.standing.get(uuid, AgreementStatus.INACTIVE)
    is_over = standing not in (AgreementStatus.PENDING, AgreementStatus.ACCEPTED)
    return AgreementStatus.INACTIVE if is_over else standing


def _has_been_frozen(ours: Copy, theirs: Copy, uuid: str) -> bool:
    """Whether a copy that is passed on takes nothing, or took something not, because its sharer froze it."""
    if any(copy.ticket is not None and copy.ticket.frozen_by for copy in (ours, theirs)):
        return True
    return (ours.was_frozen or theirs.was_frozen) and uuid in ours.refused | theirs.refused


def _check_comments(here: Copy, there: Copy, terms: Terms, uuid: str, where: str) -> None:
    """What may cross has, with its moment and its order; nothing else has."""
    arrived = {body: (at, is_public) for body, at, is_public in there.said}
    kept = here.held.get(uuid, set()) | there.held.get(uuid, set())
    crossing = [row for row in here.said if row[2] or (terms.lets_notes_cross and not row[0].endswith("local"))]
    # A file released late is a comment of its own there, and has none here.
    # What was said there and blanked there since stays blank, though it is here.
    blank = {
        words for words in here.words if words not in arrived and there.may_be_blanked and here.came.get(words) == uuid
    }
    crossing = [row for row in crossing if row[0] not in kept | blank and not row[0].startswith("file-")]
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
        comments = list(
            Comment.objects.order_by("created_at", "pk").values_list("body", "created_at", "is_public", "pk")
        )
        said = [(words_of(row[0]), row[1], row[2]) for row in comments if not row[0].startswith(MARKS)]
        missing = PartnerFile.objects.filter(state=FileState.FAILED).values_list("comment__body", flat=True)
        files: dict[str, set[str]] = defaultdict(set)
        held: dict[str, set[str]] = defaultdict(set)
        for body, digest in Attachment.objects.exclude(comment=None).values_list("comment__body", "sha256"):
            files[words_of(body)].add(digest)
        rows = HeldBack.objects.select_related("agreement", "comment")
        for row in rows.filter(attachment=None):
            held[row.agreement.uuid].add(words_of(row.comment.body))
        came = SharedComment.objects.filter(is_ours=False).values_list(
            "comment__body", "shared_ticket__agreement__uuid"
        )
        failed = Delivery.objects.filter(state=DeliveryState.FAILED).values_list("agreement__uuid", flat=True)
        return Copy(
            ticket=ticket,
            bodies={row[3]: row[0] for row in comments},
            said=said,
            shares={row.agreement.uuid: row for row in SharedTicket.objects.select_related("agreement")},
            standing=dict(SharingAgreement.objects.values_list("uuid", "status")),
            waiting=Delivery.objects.filter(state=DeliveryState.WAITING).count(),
            refused=set(failed),
            colour=ticket.custom_fields.get(str(desk.field_id)) if ticket else None,
            files=files,
            missing={words_of(body) for body in missing},
            came={words_of(body): uuid for body, uuid in came},
            held=held,
            held_files={words_of(row.comment.body) for row in rows.exclude(attachment=None)},
            was_frozen=SharingProof.objects.filter(kind=ProofKind.FROZEN, is_ours=False).exists(),
        )
