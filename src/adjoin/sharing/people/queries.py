"""Which people of partners this desk has met."""

from __future__ import annotations

from django.db.models import QuerySet

from adjoin.sharing.models import PartnerPerson

SHOWN = 200


def people(words: str = "") -> QuerySet[PartnerPerson]:
    """Everybody partners have named, those whose name has `words` in it; by partner and name."""
    rows = PartnerPerson.objects.select_related("user", "linked_user").order_by(
        "user__partner_name", "user__name", "pk"
    )
    return rows.filter(user__name__icontains=words) if words else rows
