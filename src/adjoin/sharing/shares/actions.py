"""What people here do with shared tickets."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from adjoin.access import permissions
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.kernel import outbox
from adjoin.kernel.errors import DeskError, NotFound
from adjoin.sharing.models import Delivery, PartnerFile, SharedTicket, SharingAgreement
from adjoin.sharing.shares.holds import Hold
from adjoin.sharing.shares.writing import Wish
from adjoin.sharing.terms import DeliveryState, FileState
from adjoin.tickets import actions as tickets
from adjoin.tickets.actions import Written
from adjoin.tickets.changes import Via
from adjoin.tickets.terms import Channel

WEB = Via(Channel.WEB)


class NothingToSend(DeskError):
    """The delivery is not one that was refused, or its ticket is shared no more."""

    code = "RecordInvalid"


def share(*, actor: Actor, ticket_id: int, agreement_id: int, now: datetime, via: Via = WEB) -> Written:
    """Share a ticket under an outbound agreement; it is sent in the background. Again changes nothing.

    Raises `NotFound`, `NotAllowed`, `Invalid`."""
    wish = Wish(share=(agreement_id,))
    return tickets.update(actor=actor, ticket_id=ticket_id, now=now, via=via, sharing_agreement_ids=wish)


def unshare(*, actor: Actor, ticket_id: int, agreement_id: int, now: datetime, via: Via = WEB) -> Written:
    """Take a ticket back: the partner's copy stays with them, without news. Again changes nothing.

    Raises `NotFound`, `NotAllowed`."""
    wish = Wish(unshare=(agreement_id,))
    return tickets.update(actor=actor, ticket_id=ticket_id, now=now, via=via, sharing_agreement_ids=wish)


def hold(
    *, actor: Actor, ticket_id: int, agreement_id: int, comment_id: int, attachment_id: int | None = None, now: datetime
) -> Written:
    """Keep a comment, or one file of it, from a partner until it is released. Again changes nothing.

    Raises `NotFound`, `NotAllowed`, or `TooLate` when the partner has it."""
    wish = Hold(_agreement(agreement_id), comment_id, attachment_id)
    return tickets.update(actor=actor, ticket_id=ticket_id, now=now, via=WEB, sharing_hold=wish)


def release(
    *, actor: Actor, ticket_id: int, agreement_id: int, comment_id: int, attachment_id: int | None = None, now: datetime
) -> Written:
    """Let what was held back cross, as far as the terms do. Again changes nothing. Raises `NotFound`, `NotAllowed`."""
    wish = Hold(_agreement(agreement_id), comment_id, attachment_id, is_release=True)
    return tickets.update(actor=actor, ticket_id=ticket_id, now=now, via=WEB, sharing_hold=wish)


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
        raise NothingToSend("There is nothing to send again. Share the ticket anew.")
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


def _agreement(agreement_id: int) -> SharingAgreement:
    found = SharingAgreement.objects.filter(pk=agreement_id).first()
    if found is None:
        raise NotFound
    return found
