"""Proofs that shared tickets were taken back, left or deleted: written where it is done, kept for good."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from adjoin.kernel import acting, prepared
from adjoin.sharing.models import Delivery, SharedTicket, SharingAgreement, SharingProof
from adjoin.sharing.terms import ProofKind

if TYPE_CHECKING:
    from adjoin.tickets.taking_back import Blanked


_COUNTED = ("comments", "files")
_CONFIRM = prepared.Statement(
    "UPDATE sharing_sharingproof SET confirmed_at = $2, comments = coalesce($3, comments), files = coalesce($4, files)"
    " WHERE delivery_id = $1"
)


def ours(shared: SharedTicket, kind: str, delivery: Delivery | None, now: datetime, by_name: str = "") -> SharingProof:
    """That we did it; `delivery` is what tells the partner."""
    name = (by_name or acting.who().name)[:200]
    return _proof(shared, kind, now, is_ours=True, by_name=name, delivery=delivery)


def theirs(
    shared: SharedTicket, kind: str, by_name: str, blanked: Blanked | None, now: datetime, *, is_ours: bool = False
) -> SharingProof:
    """That the partner did it, and what became of our copy. `is_ours`: we did, by ending the agreement."""
    counts = {"comments": blanked.comments, "files": blanked.files} if blanked else {}
    name = by_name or shared.agreement.partner_name
    return _proof(shared, kind, now, is_ours=is_ours, by_name=name[:200], confirmed_at=now, **counts)


def of_person(
    agreement: SharingAgreement, uuid: str, now: datetime, *, is_ours: bool, delivery: Delivery | None = None
) -> SharingProof:
    """That somebody was erased, here or at the partner's; the proof knows them by uuid only."""
    return SharingProof.objects.create(
        agreement=agreement,
        uuid=uuid,
        kind=ProofKind.ERASED,
        is_ours=is_ours,
        by_name=(acting.who().name if is_ours else agreement.partner_name)[:200],
        delivery=delivery,
        created_at=now,
        confirmed_at=None if is_ours else now,
    )


def confirm(delivery: Delivery, answer: bytes, now: datetime) -> None:
    """The partner has taken it; an Adjoin desk says in its answer what it blanked."""
    said = _said(answer)
    counts = [said[name] if isinstance(said.get(name), int) and said[name] >= 0 else None for name in _COUNTED]
    _CONFIRM.run(delivery.pk, now, *counts)


def of_ticket(ticket_id: int) -> Iterable[SharingProof]:
    """The proofs about one ticket, newest first."""
    return SharingProof.objects.filter(ticket_number=ticket_id).select_related("agreement").order_by("-pk")


def sent_with(delivery: Delivery) -> SharingProof | None:
    """The proof that goes with a delivery, if it is one that ends something."""
    return SharingProof.objects.filter(delivery=delivery).first() if delivery.verb == "DELETE" else None


def known_kind(value: str) -> str:
    """The kind a partner names; \"\" for none we know."""
    return value if value in (ProofKind.DELETED, ProofKind.LEFT) else ""


def _proof(shared: SharedTicket, kind: str, now: datetime, **rest: Any) -> SharingProof:
    return SharingProof.objects.create(
        agreement_id=shared.agreement_id,
        ticket_number=shared.ticket_id,
        uuid=shared.uuid,
        kind=kind,
        created_at=now,
        **rest,
    )


def _said(answer: bytes) -> dict[str, Any]:
    try:
        said = json.loads(answer).get("blanked")
    except (ValueError, AttributeError):
        return {}
    return said if isinstance(said, dict) else {}
