"""The tickets of an agreement that has ended come to their end too, some at a time, as its terms say."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from adjoin.access.actors import Actor
from adjoin.kernel.errors import NotFound
from adjoin.sharing import proofs
from adjoin.sharing.crossing import partners
from adjoin.sharing.delivery import queueing
from adjoin.sharing.models import Delivery, SharedTicket, SharingAgreement
from adjoin.sharing.receiving import endings
from adjoin.sharing.receiving.endings import Ending
from adjoin.sharing.terms import AgreementStatus, Happened, ProofKind, ShareState
from adjoin.tickets import actions, taking_back

BATCH = 50  # in one job: other work of the desk goes in between


def close_some(agreement_id: int, now: datetime) -> bool:
    """End the sharing of some tickets, each in a transaction of its own. Whether there are more."""
    agreement = SharingAgreement.objects.filter(pk=agreement_id, status=AgreementStatus.INACTIVE).first()
    if agreement is None:
        return False
    last_word, by_name = _last_word(agreement), _ended_by(agreement)
    rows = SharedTicket.objects.active().filter(agreement=agreement).order_by("pk")
    for shared_id in list(rows.values_list("pk", flat=True)[:BATCH]):
        _close(agreement, shared_id, last_word, by_name, now)
    return rows.exists()


def unfinished() -> list[int]:
    """The ended agreements, by id, some of whose tickets still wait for it."""
    rows = SharedTicket.objects.active().filter(agreement__status=AgreementStatus.INACTIVE)
    return sorted(set(rows.values_list("agreement_id", flat=True)))


@transaction.atomic
def _close(
    agreement: SharingAgreement, shared_id: int, last_word: Delivery | None, by_name: str, now: datetime
) -> None:
    queueing.cancel_all(agreement, shared_id)  # what was queued in the moment of the end would wait for ever
    ticket_id = SharedTicket.objects.values_list("ticket_id", flat=True).get(pk=shared_id)
    try:
        ticket = actions.lock(Actor.system(), ticket_id)
    except NotFound:  # deleted meanwhile, and its partners were told
        SharedTicket.objects.filter(pk=shared_id).update(state=ShareState.UNSHARED, updated_at=now)
        return
    shared = SharedTicket.objects.active().select_for_update().filter(pk=shared_id).first()
    if shared is None:
        return
    shared.agreement = agreement
    by = agreement.ended_by_id
    actor = replace(Actor.system(), user_id=by) if last_word else partners.actor(agreement, by)
    event = ("TicketSharingEvent", {"agreement_id": agreement.pk, "action": "unshared"})
    taking_back.record(ticket, actor, partners.via(agreement), now, [event])
    shared.state = ShareState.UNSHARED if shared.is_sent else ShareState.ORPHAN
    shared.is_delivered, shared.updated_at = False, now
    shared.save(update_fields=["state", "is_delivered", "updated_at"])
    if shared.is_sent and last_word:
        proof = proofs.ours(shared, agreement.kind_of_unshare, last_word, now, by_name)
        if last_word.sent_at is not None:
            proof.confirmed_at = last_word.sent_at
            proof.save(update_fields=["confirmed_at"])
    elif shared.is_sent:
        proofs.theirs(shared, ProofKind.LEFT, by_name, None, now)
    else:
        endings.after(agreement, shared, actor, Ending(by_name=by_name, is_ours=last_word is not None), now)


def _last_word(agreement: SharingAgreement) -> Delivery | None:
    """The message with which we ended it; None where the partner did."""
    own = agreement.deliveries.filter(shared_ticket=None, verb="PUT", payload__status=AgreementStatus.INACTIVE)
    return own.order_by("pk").first()


def _ended_by(agreement: SharingAgreement) -> str:
    events = agreement.events.filter(kind=Happened.STATUS).order_by("-pk")
    return events.values_list("by_name", flat=True).first() or ""
