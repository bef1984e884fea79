"""Sending again, many at once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from adjoin.access import permissions
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.kernel import outbox, record
from adjoin.kernel.errors import NotFound
from adjoin.kernel.record import Did
from adjoin.sharing.journal import queries
from adjoin.sharing.models import SharingAgreement
from adjoin.sharing.shares import actions as shares
from adjoin.sharing.terms import DeliveryState
from adjoin.tickets import actions as tickets


@transaction.atomic
def send_all_again(*, actor: Actor, agreement_id: int, now: datetime) -> int:
    """Put all the partner did not take back into its queues; how many there were. Raises `NotFound`, `NotAllowed`."""
    permissions.require(actor, Permission.MANAGE_AGREEMENTS)
    agreement = SharingAgreement.objects.select_for_update().accepted().filter(pk=agreement_id).first()
    if agreement is None:
        raise NotFound
    found = list(queries.failed(Q(agreement=agreement)).values_list("pk", flat=True))
    rows = agreement.deliveries.filter(pk__in=found)
    rows.update(state=DeliveryState.WAITING, attempts=0, next_attempt_at=None, has_changed_verb=False)
    if found:
        name = agreement.partner_name
        record.changed(Did.UPDATED, "sharing_agreement", agreement.pk, name, now=now, sent_again=(None, len(found)))
        outbox.publish("sharing.answered", agreement_id=agreement.pk)
    return len(found)


@transaction.atomic
def send_ticket_again(*, actor: Actor, ticket_id: int, now: datetime) -> int:
    """The same for one ticket, under all its agreements. Raises `NotFound`, `NotAllowed`."""
    permissions.require(actor, Permission.SHARE_TICKET, tickets.lock(actor, ticket_id))
    found = list(queries.failed(Q(shared_ticket__ticket_id=ticket_id)).values_list("pk", flat=True))
    for delivery_id in found:
        shares.send_again(actor=actor, delivery_id=delivery_id, now=now)
    return len(found)
