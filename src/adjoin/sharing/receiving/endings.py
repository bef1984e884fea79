"""What becomes of our copy when the partner stops sharing it, as the terms say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import F

from adjoin.access.actors import Actor
from adjoin.kernel import ids
from adjoin.sharing import addresses, proofs
from adjoin.sharing.crossing import partners
from adjoin.sharing.crossing.reading import Person
from adjoin.sharing.delivery import queueing
from adjoin.sharing.models import Delivery, SharedComment, SharedTicket, SharingAgreement
from adjoin.sharing.receiving import origins
from adjoin.sharing.terms import DeliveryState, OnUnshare, ProofKind, ShareState
from adjoin.tickets import actions, taking_back

if TYPE_CHECKING:
    from adjoin.tickets.taking_back import Blanked


@dataclass(frozen=True)
class Ending:
    """What a partner says with its "unshare": an Adjoin desk its number, why and who; others nothing."""

    number: int = 0
    reason: str = ""
    by_name: str = ""
    by_uuid: str = ""
    is_ours: bool = False  # we ended the agreement

    @property
    def by(self) -> Person | None:
        """Who ended it, where the partner says so."""
        return Person(self.by_uuid, self.by_name, is_agent=True) if addresses.is_uuid(self.by_uuid) else None


def after(
    agreement: SharingAgreement, shared: SharedTicket, actor: Actor, ending: Ending, now: datetime
) -> Blanked | None:
    """Leave, freeze or blank our copy, and prove it. What we shared ourselves stays as it is when they leave it."""
    if shared.is_sent:
        proofs.theirs(shared, proofs.known_kind(ending.reason) or ProofKind.LEFT, ending.by_name, None, now)
        return None
    policy, blanked = agreement.on_unshare, None
    if policy == OnUnshare.RECALL:
        blanked = _recall(agreement, shared, actor, now)
    elif policy == OnUnshare.FREEZE:
        taking_back.freeze(shared.ticket_id, agreement.partner_name)
        SharedTicket.objects.filter(pk=shared.pk).update(state=ShareState.FROZEN)
    kinds = {OnUnshare.RECALL: ProofKind.RECALLED, OnUnshare.FREEZE: ProofKind.FROZEN}
    kind = kinds.get(OnUnshare(policy)) or proofs.known_kind(ending.reason) or ProofKind.UNSHARED
    proofs.theirs(shared, kind, ending.by_name, blanked, now, is_ours=ending.is_ours)
    return blanked


def undo(shared: SharedTicket, now: datetime) -> None:
    """The ticket is shared again: the copy can be worked on, and what was blanked comes anew."""
    if shared.state == ShareState.FROZEN:
        taking_back.thaw(shared.ticket_id)
        queueing.tell_of_thaw(shared.ticket_id, now)
    SharedTicket.objects.filter(pk=shared.pk).update(state=ShareState.ACTIVE)


def _recall(agreement: SharingAgreement, shared: SharedTicket, actor: Actor, now: datetime) -> Blanked:
    """Blank all that crossed, in either direction, with the tags and values that came and that nobody here changed.

    What never crossed (local notes, what was held back, what was not sent yet) is ours alone.

    Whoever got the copy from us loses it too, as our terms with them say."""
    ticket = actions.lock(Actor.system(), shared.ticket_id)
    mark = f"Recalled by {agreement.partner_name}"
    for passed_on in SharedTicket.objects.active().sent().filter(ticket_id=ticket.pk).select_related("agreement"):
        queueing.queue_unshare(passed_on, now, by_name=agreement.partner_name)
    unsent = Delivery.objects.filter(state=DeliveryState.CANCELLED, attempts=F("unsent_attempts"))
    stayed = shared.shared_comments.filter(is_ours=True, delivery__in=unsent)
    crossed = list(shared.shared_comments.exclude(pk__in=stayed).values_list("comment_id", flat=True))
    blanked = taking_back.blank(ticket, crossed, mark)
    for comment_id in shared.shared_comments.filter(is_ours=False).values_list("comment_id", flat=True):
        # Shared again, it comes anew. The blank one has a name of its own from now on, also for who gets it from us.
        SharedComment.objects.filter(comment_id=comment_id).update(uuid=ids.new_secret())
    came = origins.of(ticket, shared)
    if came.tags or came.field_keys:
        taking_back.take_values(ticket, came.tags, came.field_keys, mark)
    shared.files.all().delete()
    event = ("SharingRecallEvent", {"agreement_id": agreement.pk, "action": "recalled", **vars(blanked)})
    taking_back.record(ticket, actor, partners.via(agreement), now, [event])
    emptied = {"queued": {}, "theirs": {}, "custom_fields": {}, "problem": ""}
    SharedTicket.objects.filter(pk=shared.pk).update(state=ShareState.RECALLED, **emptied)
    return blanked
