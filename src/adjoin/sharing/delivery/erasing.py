"""Telling partners that somebody was erased here, with a proof for each."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from adjoin.people.models import User
from adjoin.sharing import proofs
from adjoin.sharing.crossing import erasures, gathering, outgoing
from adjoin.sharing.delivery import queueing
from adjoin.sharing.models import Delivery, SharedTicket, SharingAgreement


def follow(*, user: User, now: datetime, but_not: int | None = None) -> None:
    """Have every partner in force who has seen the person forget what they are called; again changes nothing.

    `but_not` is the agreement by which we heard of it ourselves."""
    seen = Q(shared_comments__comment__author=user) | Q(ticket__requester=user)
    shares = list(SharedTicket.objects.filter(seen).select_related("agreement").order_by("-pk").distinct())
    for agreement in {one.agreement_id: one.agreement for one in shares}.values():
        person = gathering.person(agreement, user)
        mine = [one for one in shares if one.agreement_id == agreement.pk]
        erasures.forget_name([one.pk for one in mine], person.uuid)
        if agreement.pk != but_not and agreement.is_accepted:
            delivery = _tell(agreement, mine, user, now)
            if delivery is not None:
                proofs.of_person(agreement, person.uuid, now, is_ours=True, delivery=delivery)


def _tell(agreement: SharingAgreement, shares: list[SharedTicket], user: User, now: datetime) -> Delivery | None:
    """The message, in the queue; None where another desk follows no ticket of theirs any more."""
    person = gathering.person(agreement, user)
    if agreement.is_adjoin:
        message = erasures.asking(agreement.uuid, person.uuid)
        return queueing.queue(agreement, "PUT", f"/agreements/{agreement.uuid}", message, now)
    shared = next((one for one in shares if one.is_active), None)
    if shared is None:
        return None
    update = erasures.renaming(shared.uuid, person, is_requester=shared.ticket.requester_id == user.pk)
    delivery = queueing.queue(agreement, "PUT", f"/tickets/{shared.uuid}", update, now, shared=shared)
    delivery.payload = outgoing.numbered(update, number=delivery.pk, seen=shared.received_number)
    delivery.save(update_fields=["payload"])
    return delivery
