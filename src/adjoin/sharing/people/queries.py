"""Which people of partners this desk has met."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from adjoin.sharing.models import PartnerPerson

SHOWN = 200


@dataclass(frozen=True)
class Page:
    """Some people, and the id after whom the next page begins."""

    rows: list[PartnerPerson]
    next: int | None


def people(words: str = "") -> QuerySet[PartnerPerson]:
    """Everybody partners have named, those whose name has `words` in it; by partner and name."""
    rows = PartnerPerson.objects.select_related("user", "linked_user").order_by(
        "user__partner_name", "user__name", "pk"
    )
    return rows.filter(user__name__icontains=words) if words else rows


def page(words: str = "", after: int = 0) -> Page:
    """The people of `people` that come after the one with the id `after`, or the first of them."""
    rows = people(words)
    if last := PartnerPerson.objects.select_related("user").filter(pk=after).first():
        partner, name = last.user.partner_name, last.user.name
        same = Q(user__partner_name=partner)
        rows = rows.filter(
            Q(user__partner_name__gt=partner)
            | same & Q(user__name__gt=name)
            | same & Q(user__name=name, pk__gt=last.pk)
        )
    found = list(rows[: SHOWN + 1])
    shown = found[:SHOWN]
    return Page(shown, shown[-1].pk if len(found) > SHOWN else None)
