"""What pages say about agreements."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from adjoin.accounts import current
from adjoin.sharing.models import Delivery, SharingAgreement
from adjoin.sharing.terms import AgreementStatus, DeliveryState, ShareState


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

    @property
    def may_be_answered(self) -> bool:
        is_asked = not self.agreement.is_outbound and self.agreement.status == AgreementStatus.PENDING
        return is_asked and not self.agreement.follows_id


def agreement_cards() -> list[AgreementCard]:
    """Every agreement, those that need an answer first, then the living, then the ended. Three queries."""
    rows = SharingAgreement.objects.annotate(
        shared_count=Count("shared_tickets", filter=Q(shared_tickets__state=ShareState.ACTIVE))
    )
    counts = _delivery_counts()
    own = Side(current.account().name, "", is_ours=True)
    cards = [_card(row, own, counts.get(row.pk, {}), getattr(row, "shared_count", 0)) for row in rows]
    return sorted(cards, key=lambda card: (not card.may_be_answered, card.agreement.is_over, -card.agreement.pk))


def card(agreement: SharingAgreement) -> AgreementCard:
    """One agreement."""
    own = Side(current.account().name, "", is_ours=True)
    shared = agreement.shared_tickets.filter(state=ShareState.ACTIVE).count()
    return _card(agreement, own, _delivery_counts().get(agreement.pk, {}), shared)


def _delivery_counts() -> dict[int, dict[str, int]]:
    """By agreement and state, how many deliveries wait or were refused."""
    rows = (
        Delivery.objects.filter(state__in=(DeliveryState.WAITING, DeliveryState.FAILED))
        .order_by()
        .values("agreement_id", "state")
        .annotate(count=Count("pk"), latest=Max("pk"))
    )
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["agreement_id"], {})[row["state"]] = row["count"]
    return found


def _card(agreement: SharingAgreement, own: Side, counts: dict[str, int], shared: int) -> AgreementCard:
    partner = Side(agreement.partner_name, agreement.partner_url, is_ours=False)
    sharer, receiver = (own, partner) if agreement.is_outbound else (partner, own)
    state, tone = _state(agreement)
    return AgreementCard(
        agreement=agreement,
        sharer=sharer,
        receiver=receiver,
        sentences=agreement.sentences(own.name),
        state=state,
        tone=tone,
        shared=shared,
        waiting=counts.get(DeliveryState.WAITING, 0),
        failed=counts.get(DeliveryState.FAILED, 0),
    )


def _state(agreement: SharingAgreement) -> tuple[str, str]:
    """Where an agreement stands, in words, and how loud to say it."""
    name = agreement.partner_name
    match AgreementStatus(agreement.status):
        case AgreementStatus.PENDING if agreement.follows_id:
            return _("Answered together with the other direction"), "plain"
        case AgreementStatus.PENDING if not agreement.is_outbound:
            return _("%(name)s asks to share tickets with you") % {"name": name}, "accent"
        case AgreementStatus.PENDING if agreement.is_confirmed:
            return _("Waiting for %(name)s to accept") % {"name": name}, "plain"
        case AgreementStatus.PENDING:
            return _("The invitation is on its way to %(name)s") % {"name": name}, "plain"
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
