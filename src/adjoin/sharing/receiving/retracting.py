"""What a partner takes out of comments it sent: done in our copy too, and proved. Of our own it is only noted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from adjoin.access.actors import Actor
from adjoin.kernel.wording import say
from adjoin.sharing import proofs
from adjoin.sharing.crossing import partners
from adjoin.sharing.crossing.retractions import Retraction
from adjoin.sharing.delivery import retracting
from adjoin.sharing.models import PartnerFile, SharedComment, SharedTicket, SharingAgreement
from adjoin.sharing.terms import FileState, OnUnshare, ProofKind
from adjoin.tickets import actions, redacting, taking_back
from adjoin.tickets.taking_back import Blanked

if TYPE_CHECKING:
    from adjoin.tickets.models import Comment, Ticket

NOTHING = Blanked(0, 0)


def take(
    agreement: SharingAgreement, shared: SharedTicket, wishes: Sequence[Retraction], by: Actor, now: datetime
) -> Blanked:
    """Take out what the partner asks for, also of a copy it left behind; again changes nothing. In a transaction."""
    ticket = actions.lock(Actor.system(), shared.ticket_id)
    crossed = SharedComment.objects.filter(shared_ticket=shared).select_related("comment__ticket")
    rows = {row.uuid: row for row in crossed.filter(uuid__in=[wish.comment_uuid for wish in wishes])}
    done = NOTHING
    for wish in wishes:
        row = rows.get(wish.comment_uuid)
        if row is None:
            continue
        if row.is_ours:
            _note(agreement, ticket, by, wish, row.comment_id, now)
        else:
            blanked = _do(agreement, ticket, row.comment, wish, by, now)
            done = Blanked(done.comments + blanked.comments, done.files + blanked.files)
    if done != NOTHING:
        is_whole = any(wish.is_whole for wish in wishes)
        kind = ProofKind.WITHDRAWN if is_whole else ProofKind.REDACTED
        proofs.theirs(shared, kind, by.name, done, now)
    return done


def _do(
    agreement: SharingAgreement, ticket: Ticket, comment: Comment, wish: Retraction, by: Actor, now: datetime
) -> Blanked:
    comment.ticket = ticket
    if wish.file_digests is not None:
        return _take_file(agreement, comment, wish.file_digests, by, now)
    mark = f"Recalled by {agreement.partner_name}"
    if wish.is_whole:
        if agreement.on_unshare != OnUnshare.RECALL or comment.body == mark:
            return NOTHING  # the terms let the partner have back nothing that has crossed
        return _withdraw(agreement, comment, mark, by, now)
    if wish.length != len(comment.body) or wish.spans[-1][1] > wish.length:
        # Not the words they speak of: rather all of it than the wrong ones.
        return _blank(comment, f"Redacted by {agreement.partner_name}")
    words = [comment.body[start:end] for start, end in wish.spans]
    words = [word for word in words if word.strip(f" {redacting.MARK}")]
    if not words:
        return NOTHING
    redacting.take_out_words(ticket, comment, words, actor=by, via=partners.via(agreement), now=now)
    return Blanked(1, 0)


def _withdraw(agreement: SharingAgreement, comment: Comment, mark: str, by: Actor, now: datetime) -> Blanked:
    retracting.pass_on(comment.pk, now)
    event = ("SharingRecallEvent", {"agreement_id": agreement.pk, "action": "recalled", "comment_id": comment.pk})
    blanked = _blank(comment, mark)
    taking_back.record(comment.ticket, by, partners.via(agreement), now, [event])
    return blanked


def _blank(comment: Comment, mark: str) -> Blanked:
    if comment.body == mark:
        return NOTHING
    PartnerFile.objects.filter(comment=comment).delete()
    return taking_back.blank_comment(comment, mark)


def _take_file(
    agreement: SharingAgreement, comment: Comment, digests: tuple[str, str], by: Actor, now: datetime
) -> Blanked:
    """The file by its bytes, or by its name where it has not been fetched."""
    count = 0
    for file in comment.attachments.filter(sha256=digests[0], redacted_at=None):
        redacting.take_out_file(comment.ticket, file, actor=by, via=partners.via(agreement), now=now)
        count += 1
    for row in PartnerFile.objects.filter(comment=comment):
        if redacting.text_digest(row.file_name) == digests[1]:
            gone = say("%(partner)s removed this file.") % {"partner": agreement.partner_name}
            state = row.state if row.state == FileState.FETCHED else FileState.FAILED
            PartnerFile.objects.filter(pk=row.pk).update(file_name="redacted.txt", url="", state=state, failure=gone)
            count += row.state != FileState.FETCHED
    return Blanked(0, count)


def _note(
    agreement: SharingAgreement, ticket: Ticket, by: Actor, wish: Retraction, comment_id: int, now: datetime
) -> None:
    """They redacted a comment of ours in their copy: ours stays, and the history says so."""
    if wish.is_whole:
        return
    told = {"agreement_id": agreement.pk, "action": "redacted", "comment_id": comment_id}
    taking_back.record(ticket, by, partners.via(agreement), now, [("SharingRedactionEvent", told)])
