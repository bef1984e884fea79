"""Telling partners what was taken out of a comment they have: in the order of their queue, with a proof.

An Adjoin desk is asked to take it out too. Another desk is told in a note: the protocol cannot ask for more."""

from __future__ import annotations

from datetime import datetime

from adjoin.kernel import ids
from adjoin.people.models import User
from adjoin.sharing import proofs
from adjoin.sharing.crossing import gathering, outgoing, redactions, retractions
from adjoin.sharing.crossing.outgoing import Payload, Person
from adjoin.sharing.crossing.retractions import Retraction
from adjoin.sharing.delivery import queueing
from adjoin.sharing.models import Delivery, SharedComment
from adjoin.sharing.terms import AgreementStatus, DeliveryState, OnUnshare, ProofKind, ShareState
from adjoin.tickets.redacting import Redaction

TOLD = "We removed {what} from the comment of {when}. Please remove it from your copy, too."


def follow(*, redaction: Redaction) -> None:
    """After words or a file were redacted here: ask every partner who has the comment to do the same."""
    if redaction.file_digests is None and not redaction.spans:
        return  # there was nothing left to take out; a wish without places would be one for the whole comment
    if redaction.file_digests is not None:
        redactions.forget_file(redaction.ticket_id, redaction.file_digests)
    for row in _with_partners(redaction.comment_id):
        if row.shared_ticket.agreement_id == redaction.agreement_id:
            continue  # they know
        _tell(row, retractions.of(redaction, row.uuid), ProofKind.REDACTED, redaction.now, redaction.author_id)


def withdraw(
    row: SharedComment, now: datetime, author_id: int | None, file_digests: tuple[str, str] | None = None
) -> None:
    """Ask an Adjoin partner to blank one comment of ours, or one file of it, as terms of recall allow."""
    _tell(row, Retraction(row.uuid, file_digests=file_digests), ProofKind.WITHDRAWN, now, author_id)


def pass_on(comment_id: int, now: datetime) -> None:
    """A partner withdrew a comment: whoever got it from us loses it too, as our terms with them say."""
    for row in _with_partners(comment_id):
        agreement = row.shared_ticket.agreement
        if row.is_ours and agreement.is_adjoin and agreement.on_unshare == OnUnshare.RECALL:
            withdraw(row, now, None)


def has_it(row: SharedComment) -> bool:
    """Whether the comment reached the partner, or may have."""
    if (
        not row.is_ours
        or row.delivery is None
        or row.delivery.may_have_left
        or row.delivery.state == DeliveryState.SENT
    ):
        return True
    carried = {"comments": [{"uuid": row.uuid}]}
    tried = Delivery.objects.filter(shared_ticket_id=row.shared_ticket_id, payload__contains=carried)
    return tried.may_have_left().exists()


def _with_partners(comment_id: int) -> list[SharedComment]:
    """Where a comment crossed, with partners whose agreements are in force: copies they were left with count too."""
    rows = SharedComment.objects.filter(
        comment_id=comment_id, shared_ticket__agreement__status=AgreementStatus.ACCEPTED
    ).select_related("shared_ticket__agreement", "delivery", "comment__author")
    return [row for row in rows.order_by("pk") if has_it(row)]


def _tell(row: SharedComment, retraction: Retraction, kind: str, now: datetime, author_id: int | None) -> None:
    shared, agreement = row.shared_ticket, row.shared_ticket.agreement
    author = User.objects.filter(pk=author_id).first() if author_id else None
    actor = gathering.person(agreement, author) if author else None
    if agreement.is_adjoin and shared.state != ShareState.RECALLED:
        payload = retractions.asking(shared.uuid, retraction, actor)
    elif row.is_ours and shared.is_active and not agreement.is_adjoin:
        payload = _note(row, retraction, actor, now)
    else:
        return
    delivery = queueing.queue(agreement, "PUT", f"/tickets/{shared.uuid}", payload, now, shared=shared)
    delivery.payload = outgoing.numbered(payload, number=delivery.pk, seen=shared.received_number)
    delivery.save(update_fields=["payload"])
    proofs.ours(shared, kind, delivery, now, author.name if author else "")


def _note(row: SharedComment, retraction: Retraction, actor: Person | None, now: datetime) -> Payload:
    what = "words" if retraction.file_digests is None else "a file"
    words = TOLD.format(what=what, when=outgoing.wire_moment(row.comment.created_at))
    return retractions.telling(row.shared_ticket.uuid, ids.new_secret(), actor, words, now)
