"""What people here do with shared tickets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from adjoin.access import permissions
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.kernel import outbox
from adjoin.kernel.errors import DeskError, NotFound
from adjoin.kernel.wording import say
from adjoin.sharing.models import Delivery, PartnerFile, SharedTicket, SharingAgreement
from adjoin.sharing.shares.holds import Hold
from adjoin.sharing.shares.orphans import TakenOver
from adjoin.sharing.shares.writing import Wish
from adjoin.sharing.terms import DeliveryState, FileState, ShareState
from adjoin.tickets import actions as tickets
from adjoin.tickets import taking_back
from adjoin.tickets.actions import Written
from adjoin.tickets.changes import Via
from adjoin.tickets.terms import Channel

WEB = Via(Channel.WEB)


class NothingToSend(DeskError):
    """The delivery is not one that was refused, or its ticket is shared no more."""

    code = "RecordInvalid"


class NotOurs(DeskError):
    """The partner's terms keep it from us."""

    code = "RecordInvalid"


def share(*, actor: Actor, ticket_id: int, agreement_id: int, now: datetime, via: Via = WEB) -> Written:
    """Share a ticket under an outbound agreement; it is sent in the background. Again changes nothing.

    Raises `NotFound`, `NotAllowed`, `Invalid`."""
    wish = Wish(share=(agreement_id,))
    return tickets.update(actor=actor, ticket_id=ticket_id, now=now, via=via, sharing_agreement_ids=wish)


def unshare(*, actor: Actor, ticket_id: int, agreement_id: int, now: datetime, via: Via = WEB) -> Written:
    """Take a ticket back: the partner's copy stays, is frozen or is blanked, as the terms say. Again changes nothing.

    Raises `NotFound`, `NotAllowed`."""
    wish = Wish(unshare=(agreement_id,))
    return tickets.update(actor=actor, ticket_id=ticket_id, now=now, via=via, sharing_agreement_ids=wish)


def leave(*, actor: Actor, ticket_id: int, agreement_id: int, now: datetime, via: Via = WEB) -> Written:
    """Follow a partner's ticket no more: our copy stays and is an ordinary ticket. Again changes nothing.

    Raises `NotFound`, `NotAllowed`."""
    wish = Wish(leave=(agreement_id,))
    return tickets.update(actor=actor, ticket_id=ticket_id, now=now, via=via, sharing_agreement_ids=wish)


@transaction.atomic
def take_over(*, actor: Actor, ticket_id: int, requester_id: int | None = None, now: datetime) -> None:
    """Make a copy that a partner left behind an ordinary ticket of ours, for `requester_id` where one is given.

    Raises `NotFound`, also for what is no orphan, `NotAllowed`, or `NotOurs` for a frozen copy."""
    shared = _left_behind(actor, ticket_id)
    if any(one.state == ShareState.FROZEN for one in shared):
        raise NotOurs(say("This copy was frozen under the agreement. It can be closed, but not taken over."))
    fields: dict[str, Any] = {"requester_id": requester_id} if requester_id else {}
    tickets.update(actor=actor, ticket_id=ticket_id, now=now, via=WEB, sharing_ending=TakenOver(), **fields)


@transaction.atomic
def close_orphan(*, actor: Actor, ticket_id: int, now: datetime) -> None:
    """Close a copy that a partner left behind, frozen ones too. Raises `NotFound`, `NotAllowed`."""
    shared = _left_behind(actor, ticket_id)
    frozen_by = next((one.agreement.partner_name for one in shared if one.state == ShareState.FROZEN), "")
    taking_back.thaw(ticket_id)
    tickets.update(actor=actor, ticket_id=ticket_id, now=now, via=WEB, status="closed")
    if frozen_by:
        taking_back.freeze(ticket_id, frozen_by)


def hold(
    *,
    actor: Actor,
    ticket_id: int,
    agreement_id: int,
    comment_id: int,
    attachment_id: int | None = None,
    now: datetime,
    via: Via = WEB,
) -> Written:
    """Keep a comment, or one file of it, from a partner until it is released. Again changes nothing.

    Raises `NotFound`, `NotAllowed`, or `TooLate` when the partner has it."""
    wish = Hold(_agreement(agreement_id), comment_id, attachment_id)
    return tickets.update(actor=actor, ticket_id=ticket_id, now=now, via=via, sharing_hold=wish)


def recall(
    *,
    actor: Actor,
    ticket_id: int,
    agreement_id: int,
    comment_id: int,
    attachment_id: int | None = None,
    now: datetime,
    via: Via = WEB,
) -> Written:
    """Take a comment, or one file of it, back from a partner who has it: blanked there, and held back for good.

    Again changes nothing. Raises `NotFound`, `NotAllowed`, or `TooLate` where the terms or the partner's desk do not
    allow it."""
    wish = Hold(_agreement(agreement_id), comment_id, attachment_id, is_recall=True)
    return tickets.update(actor=actor, ticket_id=ticket_id, now=now, via=via, sharing_hold=wish)


def release(
    *,
    actor: Actor,
    ticket_id: int,
    agreement_id: int,
    comment_id: int,
    attachment_id: int | None = None,
    now: datetime,
    via: Via = WEB,
) -> Written:
    """Let what was held back cross, as far as the terms do. Again changes nothing. Raises `NotFound`, `NotAllowed`."""
    wish = Hold(_agreement(agreement_id), comment_id, attachment_id, is_release=True)
    return tickets.update(actor=actor, ticket_id=ticket_id, now=now, via=via, sharing_hold=wish)


@transaction.atomic
def send_again(*, actor: Actor, delivery_id: int, now: datetime) -> Delivery:
    """Put something the partner did not take back into its queue. Raises `NotFound`, `NotAllowed`, `NothingToSend`."""
    delivery = Delivery.objects.select_for_update().filter(pk=delivery_id).first()
    if delivery is None or delivery.shared_ticket_id is None:
        raise NotFound
    shared = SharedTicket.objects.get(pk=delivery.shared_ticket_id)
    ticket = tickets.lock(actor, shared.ticket_id)
    permissions.require(actor, Permission.SHARE_TICKET, ticket)
    if delivery.state != DeliveryState.FAILED or not shared.is_active:
        raise NothingToSend(say("There is nothing to send again. Share the ticket anew."))
    delivery.state, delivery.attempts, delivery.next_attempt_at = DeliveryState.WAITING, 0, None
    delivery.has_changed_verb = False
    delivery.save(update_fields=["state", "attempts", "next_attempt_at", "has_changed_verb"])
    outbox.publish("sharing.queued", agreement_id=delivery.agreement_id, shared_ticket_id=shared.pk)
    return delivery


@transaction.atomic
def fetch_again(*, actor: Actor, file_id: int, now: datetime) -> None:
    """Try once more to get a partner's file. Raises `NotFound` for who may not read the ticket."""
    file = PartnerFile.objects.select_related("shared_ticket").filter(pk=file_id, state=FileState.FAILED).first()
    if file is None:
        raise NotFound
    ticket = tickets.lock(actor, file.shared_ticket.ticket_id)
    permissions.require(actor, Permission.SHARE_TICKET, ticket)
    PartnerFile.objects.filter(pk=file.pk).update(state=FileState.WAITING, attempts=0, next_attempt_at=None)
    outbox.publish("sharing.file_named", file_id=file.pk)


def _left_behind(actor: Actor, ticket_id: int) -> list[SharedTicket]:
    """How a ticket was left behind, locked, for who may share it. Raises `NotFound`, `NotAllowed`."""
    ticket = tickets.lock(actor, ticket_id)
    permissions.require(actor, Permission.SHARE_TICKET, ticket)
    rows = list(SharedTicket.objects.left_behind().filter(ticket_id=ticket_id).select_related("agreement"))
    if not rows:
        raise NotFound
    return rows


def _agreement(agreement_id: int) -> SharingAgreement:
    found = SharingAgreement.objects.filter(pk=agreement_id).first()
    if found is None:
        raise NotFound
    return found
