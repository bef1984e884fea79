"""Holding back single comments and files from a partner, and releasing them, as part of a ticket's update."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from adjoin.access import permissions, readable
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.kernel.errors import DeskError, NotFound
from adjoin.kernel.wording import say
from adjoin.sharing.delivery import queueing, retracting
from adjoin.sharing.models import Delivery, HeldBack, SharedComment, SharedTicket, SharingAgreement
from adjoin.sharing.shares import writing
from adjoin.sharing.terms import DeliveryState, OnUnshare
from adjoin.tickets import redacting

if TYPE_CHECKING:
    from adjoin.tickets.changes import Change
    from adjoin.tickets.models import Attachment, Comment

FIELD = "sharing_hold"
HELD, RELEASED, RECALLED = "held", "released", "recalled"


class TooLate(DeskError):
    """The partner has it, or it came from there."""

    code = "RecordInvalid"


@dataclass
class Hold:
    """One comment, or one file of it, to hold back under an agreement, or to release. Made by `actions` only.

    A recall is of what the partner has: it is blanked there, and held back for good. Under terms of recall, holding
    back what has left without an answer is one too."""

    agreement: SharingAgreement
    comment_id: int
    attachment_id: int | None = None
    is_release: bool = False
    is_recall: bool = False
    shared: SharedTicket | None = field(default=None, init=False)
    may_be_there: bool = field(default=False, init=False)  # it was sent, and nobody answered


def write_hold(change: Change, value: Any) -> None:
    """The field `sharing_hold` of an update. Anything that is no `Hold` comes from outside and is ignored.

    Raises `NotAllowed`, `NotFound`, `TooLate`."""
    if not isinstance(value, Hold):
        return
    permissions.require(change.actor, Permission.SHARE_TICKET, change.ticket)
    if value.is_release:
        writing.require_sharer(change.actor, value.agreement)
    comment, file = _named(change, value)
    shared = SharedTicket.objects.select_for_update().filter(agreement=value.agreement, ticket_id=change.ticket.pk)
    value.shared = shared.first()
    rows = HeldBack.objects.filter(agreement=value.agreement, comment_id=comment.pk, attachment=file)
    if rows.exists() is not value.is_release:
        if value.is_recall:
            _require_crossed(value, comment.pk)
        return  # it is so already
    if value.is_release:
        _require_unrecalled(value, comment.pk)
    elif value.is_recall:
        _require_recallable(value, comment.pk)
    else:
        _require_here(value, comment.pk)
        value.may_be_there = _may_be_there(value, comment.pk)
        value.is_recall = value.may_be_there and may_recall(value.agreement)
    change.record(
        "SharingHoldEvent",
        agreement_id=value.agreement.pk,
        action=RELEASED if value.is_release else RECALLED if value.is_recall else HELD,
        comment_id=comment.pk,
        attachment_id=value.attachment_id,
    )
    change.then(lambda change: _release(change, value) if value.is_release else _hold(change, value))


def deliveries_with(shared: SharedTicket, comment_uuid: str, attachment_id: int | None = None) -> Any:
    """What was sent, or waits to be, for a shared ticket with that comment in it, or with that file of it."""
    named: dict[str, Any] = {"uuid": comment_uuid}
    if attachment_id is not None:
        named["attachments"] = [{"id": attachment_id}]
    return Delivery.objects.filter(shared_ticket=shared, payload__contains={"comments": [named]})


def _named(change: Change, value: Hold) -> tuple[Comment, Attachment | None]:
    comment = readable.comments(change.actor).filter(pk=value.comment_id, ticket_id=change.ticket.pk).first()
    if comment is None:
        raise NotFound
    if value.attachment_id is None:
        return comment, None
    file = comment.attachments.filter(pk=value.attachment_id).first()
    if file is None:
        raise NotFound
    return comment, file


def _require_here(value: Hold, comment_id: int) -> None:
    """Raises `TooLate` for what the partner has, or said."""
    crossed = _crossed(value, comment_id)
    partner = value.agreement.partner_name
    if crossed is None or value.shared is None:
        return
    if not crossed.is_ours:
        raise TooLate(say("This came from %(partner)s. It cannot be held back.") % {"partner": partner})
    if _is_there(value.shared, crossed, value.attachment_id):
        raise TooLate(say("%(partner)s has this already. It cannot be held back any more.") % {"partner": partner})


def _require_recallable(value: Hold, comment_id: int) -> None:
    """Raises `TooLate` for what cannot be taken back any more, or could not be."""
    partner = value.agreement.partner_name
    if not may_recall(value.agreement):
        raise TooLate(
            say("%(partner)s keeps what it has: the agreement does not let single comments be taken back.")
            % {"partner": partner}
        )
    crossed = _require_crossed(value, comment_id)
    if value.attachment_id is not None and not _is_there(crossed.shared_ticket, crossed, value.attachment_id):
        raise TooLate(say("%(partner)s does not have this file. Hold it back.") % {"partner": partner})


def _require_crossed(value: Hold, comment_id: int) -> SharedComment:
    """What crossed from here. Raises `TooLate` for anything else."""
    crossed = _crossed(value, comment_id)
    if crossed is None or not crossed.is_ours:
        raise TooLate(say("%(partner)s did not get this from you.") % {"partner": value.agreement.partner_name})
    return crossed


def _require_unrecalled(value: Hold, comment_id: int) -> None:
    crossed = _crossed(value, comment_id)
    if crossed is not None and value.shared is not None and _was_recalled(value.shared, crossed, value.attachment_id):
        raise TooLate(
            say("%(partner)s blanked this when you took it back. Say it anew.")
            % {"partner": value.agreement.partner_name}
        )


def _was_recalled(shared: SharedTicket, crossed: SharedComment, attachment_id: int | None) -> bool:
    """Held back though it has crossed: then it was taken back."""
    return attachment_id is None or _is_there(shared, crossed, attachment_id)


def may_recall(agreement: SharingAgreement) -> bool:
    """Whether single comments can be taken back from the partner: an Adjoin desk, under terms of recall, in force."""
    return agreement.is_accepted and agreement.is_adjoin and agreement.on_unshare == OnUnshare.RECALL


def _is_there(shared: SharedTicket, crossed: SharedComment, attachment_id: int | None) -> bool:
    with_it = deliveries_with(shared, crossed.uuid, attachment_id)
    if with_it.filter(state=DeliveryState.SENT).exists():
        return True
    waits = Q(state__in=(DeliveryState.WAITING, DeliveryState.FAILED, DeliveryState.CANCELLED))
    # A season later nothing tells any more what carried it: then it has long been there.
    return attachment_id is None and not with_it.filter(waits).exists()


def _may_be_there(value: Hold, comment_id: int) -> bool:
    """Whether it was sent and not answered: then nobody here knows whether the partner has it."""
    crossed = _crossed(value, comment_id)
    if crossed is None or value.shared is None:
        return False
    return bool(deliveries_with(value.shared, crossed.uuid, value.attachment_id).may_have_left().exists())


def _crossed(value: Hold, comment_id: int) -> SharedComment | None:
    if value.shared is None:
        return None
    return SharedComment.objects.filter(shared_ticket=value.shared, comment_id=comment_id).first()


def _hold(change: Change, value: Hold) -> None:
    HeldBack.objects.create(
        agreement=value.agreement,
        ticket_id=change.ticket.pk,
        comment_id=value.comment_id,
        attachment_id=value.attachment_id,
        user_id=change.author_id,
        may_be_there=value.may_be_there and not value.is_recall,
        created_at=change.now,
    )
    crossed = _crossed(value, value.comment_id)
    if crossed is None or value.shared is None:
        return
    if value.is_recall and retracting.has_it(crossed):
        queueing.empty_out(value.shared, crossed.uuid, value.attachment_id)
        retracting.withdraw(crossed, change.now, change.author_id, _digests(value.attachment_id))
    else:
        queueing.take_out(value.shared, crossed.uuid, value.attachment_id)


def _digests(attachment_id: int | None) -> tuple[str, str] | None:
    """What the partner knows a file by; None for the whole comment."""
    if attachment_id is None:
        return None
    file = readable.attachments(Actor.system()).get(pk=attachment_id)
    return file.sha256, redacting.text_digest(file.file_name)


def _release(change: Change, value: Hold) -> None:
    """What has not crossed yet is news now, and `queueing.follow` sends it; a file of what has gets a comment."""
    rows = HeldBack.objects.filter(agreement=value.agreement, comment_id=value.comment_id)
    if value.attachment_id is None:
        rows.filter(attachment=None).delete()
    else:
        rows.filter(attachment_id=value.attachment_id).delete()
    shared = value.shared
    if value.attachment_id is None or shared is None or not shared.is_active:
        return
    if _crossed(value, value.comment_id) is not None:
        shared.agreement = value.agreement
        queueing.queue_late_file(shared, change.ticket, value.comment_id, value.attachment_id, change.now)
