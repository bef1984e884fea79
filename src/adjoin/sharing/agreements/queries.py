"""What pages say about agreements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from adjoin.accounts import current
from adjoin.sharing.models import AgreementEvent, Delivery, SharingAgreement
from adjoin.sharing.terms import AgreementStatus, DeliveryState, Failure, Happened, ShareState

SLOWED_SHOWN = timedelta(days=1)
FAILED_SHOWN = timedelta(days=30)
HOPELESS = (Failure.CERTIFICATE, Failure.WRONG_ADDRESS)


@dataclass(frozen=True)
class Side:
    """One company on the page of an agreement."""

    name: str
    url: str
    is_ours: bool


@dataclass(frozen=True)
class AgreementCard:
    """An agreement as its page shows it: two companies, what crosses between them, and how it goes."""

    agreement: SharingAgreement
    sharer: Side
    receiver: Side
    sentences: list[str]
    state: str  # in words
    tone: str  # accent, warning, danger or plain
    shared: int
    waiting: int
    failed: int
    problem: str  # why what waits has not arrived, as the partner or the network said; "" when nothing is amiss
    slowed_at: datetime | None  # when we last put the partner off, if that was lately
    note: str  # what the partner's admin says with an invitation
    is_both_ways: bool  # whether the other direction is offered along

    @property
    def may_be_answered(self) -> bool:
        is_asked = not self.agreement.is_outbound and self.agreement.status == AgreementStatus.PENDING
        return is_asked and not self.agreement.follows_id

    @property
    def is_past(self) -> bool:
        """Whether it is over and nobody has to look at it any more."""
        agreement = self.agreement
        if not agreement.is_over or agreement.has_news or self.waiting:
            return False
        return agreement.status != AgreementStatus.FAILED or timezone.now() - agreement.updated_at > FAILED_SHOWN

    @property
    def is_silent(self) -> bool:
        """Whether the partner does not answer at all, and something waits for it."""
        return bool(self.waiting) and self.agreement.unanswered_since is not None


def agreement_cards() -> list[AgreementCard]:
    """Every agreement, those that need an answer first, then the living, then the ended. Three queries."""
    counts = _delivery_counts()
    own = Side(current.account().name, "", is_ours=True)
    cards = [_card(row, own, counts.get(row.pk, {})) for row in _rows()]
    return sorted(cards, key=lambda card: (not card.may_be_answered, card.agreement.is_over, -card.agreement.pk))


def card(agreement: SharingAgreement) -> AgreementCard:
    """One agreement."""
    own = Side(current.account().name, "", is_ours=True)
    return _card(_rows().get(pk=agreement.pk), own, _delivery_counts().get(agreement.pk, {}))


def _rows() -> QuerySet[SharingAgreement]:
    """With `shared_count`, and what came with an invitation: `note` and `is_both_ways`."""
    invitations = AgreementEvent.objects.filter(agreement=OuterRef("pk"), kind=Happened.MADE).order_by("pk")
    offered = SharingAgreement.objects.filter(follows=OuterRef("pk"), status=AgreementStatus.PENDING)
    return SharingAgreement.objects.annotate(
        shared_count=Count("shared_tickets", filter=Q(shared_tickets__state=ShareState.ACTIVE)),
        note=Subquery(invitations.values("words")[:1]),
        is_both_ways=Exists(offered),
    )


def _delivery_counts() -> dict[int, dict[str, Any]]:
    """By agreement and state, how many deliveries wait or were refused; and under `problem` why they wait."""
    rows = (
        Delivery.objects.filter(state__in=(DeliveryState.WAITING, DeliveryState.FAILED))
        .order_by()
        .values("agreement_id", "state")
        .annotate(count=Count("pk"), said=Max("last_answer"))
    )
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        counts = found.setdefault(row["agreement_id"], {})
        counts[row["state"]] = row["count"]
        if row["state"] == DeliveryState.WAITING:
            counts["problem"] = row["said"]
    return found


def _card(agreement: SharingAgreement, own: Side, counts: dict[str, Any]) -> AgreementCard:
    partner = Side(agreement.partner_name, agreement.partner_url, is_ours=False)
    sharer, receiver = (own, partner) if agreement.is_outbound else (partner, own)
    problem = counts.get("problem", "")
    state, tone = _state(agreement, problem)
    slowed = agreement.slowed_at
    return AgreementCard(
        agreement=agreement,
        sharer=sharer,
        receiver=receiver,
        sentences=agreement.sentences(own.name),
        state=state,
        tone=tone,
        shared=vars(agreement)["shared_count"],
        waiting=counts.get(DeliveryState.WAITING, 0),
        failed=counts.get(DeliveryState.FAILED, 0),
        problem=problem,
        slowed_at=slowed if slowed and timezone.now() - slowed < SLOWED_SHOWN else None,
        note=vars(agreement)["note"] or "",
        is_both_ways=vars(agreement)["is_both_ways"],
    )


def _state(agreement: SharingAgreement, problem: str) -> tuple[str, str]:
    """Where an agreement stands, in words, and how loud to say it."""
    name = agreement.partner_name
    match AgreementStatus(agreement.status):
        case AgreementStatus.PENDING:
            return _invited(agreement, problem)
        case AgreementStatus.ACCEPTED if agreement.is_confirmed:
            return _("In force"), "good"
        case AgreementStatus.ACCEPTED:
            return _("Accepted. %(name)s has not confirmed yet") % {"name": name}, "plain"
        case AgreementStatus.DECLINED:
            return (
                _("Declined by you") if not agreement.is_outbound else _("Declined by %(name)s") % {"name": name}
            ), "plain"
        case AgreementStatus.INACTIVE:
            return _("Ended"), "plain"
    return _("Failed"), "danger"


def _invited(agreement: SharingAgreement, problem: str) -> tuple[str, str]:
    """The same of an agreement that has not been answered."""
    name = {"name": agreement.partner_name}
    if agreement.follows_id:
        return _("Answered together with the other direction"), "plain"
    if not agreement.is_outbound:
        return _("%(name)s asks to share tickets with you") % name, "accent"
    if agreement.is_confirmed:
        return _("Waiting for %(name)s to accept") % name, "plain"
    if agreement.failure_kind in HOPELESS:
        return _("The invitation cannot reach %(name)s") % name, "danger"
    if problem:
        return _("The invitation has not reached %(name)s yet") % name, "warning"
    return _("The invitation is on its way to %(name)s") % name, "plain"
