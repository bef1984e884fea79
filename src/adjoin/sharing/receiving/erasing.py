"""A partner has erased somebody: their placeholder here has no name any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from adjoin.sharing import proofs
from adjoin.sharing.crossing import erasures
from adjoin.sharing.delivery import erasing
from adjoin.sharing.models import PartnerPerson, SharedTicket, SharingAgreement


def take(agreement: SharingAgreement, uuids: Iterable[str], now: datetime) -> None:
    """Forget these people of the partner, and have those forget them who know them from us. Again changes nothing."""
    rows = (
        PartnerPerson.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(partner_url=agreement.partner_url, uuid__in=list(uuids), is_anonymous=False)
    )
    for row in rows.order_by("pk"):
        nameless(row, now)
        erasing.follow(user=row.user, now=now, but_not=agreement.pk)
        proofs.of_person(agreement, row.uuid, now, is_ours=False)


def nameless(row: PartnerPerson, now: datetime) -> None:
    """They go on being one person, under the partner's name, in what is kept of them too."""
    agreements = SharingAgreement.objects.filter(partner_url=row.partner_url)
    erasures.forget_name(SharedTicket.objects.filter(agreement__in=agreements).values_list("pk", flat=True), row.uuid)
    erasures.forget_who_acted(agreements, row.user.name, row.user.partner_name)
    row.user.name, row.user.updated_at = f"Somebody at {row.user.partner_name}", now
    row.user.save(update_fields=["name", "updated_at"])
    row.is_anonymous, row.linked_user = True, None
    row.save(update_fields=["is_anonymous", "linked_user"])
