"""What somebody held back from a partner."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from adjoin.kernel import statements
from adjoin.sharing.models import HeldBack, SharedTicket, SharingAgreement
from adjoin.sharing.terms import AgreementStatus

_OVER = (AgreementStatus.DECLINED, AgreementStatus.INACTIVE, AgreementStatus.FAILED)


@dataclass(frozen=True)
class Held:
    """Ids of comments, and of single files, that do not cross until they are released."""

    comments: frozenset[int] = frozenset()
    files: frozenset[int] = frozenset()


def marking(shared: QuerySet[SharedTicket]) -> QuerySet[SharedTicket]:
    """The same, each knowing whether anything is held back of it: where nothing is, nothing more need be asked."""
    of_it = HeldBack.objects.filter(agreement_id=OuterRef("agreement_id"), ticket_id=OuterRef("ticket_id"))
    return shared.annotate(holds_back=Exists(of_it))


def of(shared: SharedTicket) -> Held:
    """What is held back of a shared ticket. One query, or none where it was marked as holding nothing back."""
    holds_back = vars(shared).get("holds_back", True)
    return held(shared.agreement_id, shared.ticket_id) if holds_back else Held()


def held(agreement_id: int, ticket_id: int) -> Held:
    """What is held back of a ticket under one agreement. One query."""
    found = _rows(agreement_id, ticket_id)
    whole = frozenset(row.comment_id for row in found if row.attachment_id is None)
    return Held(whole, frozenset(row.attachment_id for row in found if row.attachment_id is not None))


@statements.kept(is_prepared=True)
def _rows(agreement_id: int, ticket_id: int) -> QuerySet[HeldBack]:
    return HeldBack.objects.filter(agreement_id=agreement_id, ticket_id=ticket_id)


def carry_over(agreement: SharingAgreement) -> None:
    """What was held back from a partner under an agreement that is over stays held back under the next."""
    before = HeldBack.objects.filter(
        agreement__partner_url=agreement.partner_url,
        agreement__direction=agreement.direction,
        agreement__status__in=_OVER,
    )
    rows = list(before)
    for row in rows:
        row.pk, row.agreement = None, agreement
    before.delete()
    HeldBack.objects.bulk_create(rows, ignore_conflicts=True)
