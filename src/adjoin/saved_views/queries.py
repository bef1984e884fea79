"""The views an agent has, how many tickets are in them, and which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from adjoin.access import readable
from adjoin.rules import engine
from adjoin.saved_views import foreign
from adjoin.saved_views.models import View, ViewCount, ViewQuerySet
from adjoin.tickets import orders, pages

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import TicketQuerySet

COUNT_MAX = 1000  # so many are counted at once, at the same cost with a million tickets; beyond is counted by a job
FRESH = timedelta(minutes=10)  # so long such a count is good


@dataclass(frozen=True)
class Count:
    """How many tickets a view has. `value` is None where nobody has counted more than `COUNT_MAX` yet.

    `counted_at` is None for what was counted just now."""

    value: int | None
    counted_at: datetime | None = None
    is_fresh: bool = True

    @property
    def at_least(self) -> int:
        """As many there are for certain."""
        return COUNT_MAX if self.value is None else self.value

    @property
    def words(self) -> str:
        """As lists show it: `12`, `about 4,000`, `1,000+`."""
        if self.value is None:
            return f"{COUNT_MAX:,}+"
        return f"{self.value:,}" if self.counted_at is None else f"~{self.value:,}"


def visible(actor: Actor) -> ViewQuerySet:
    """The views that are for everybody, for the agent's groups, or their own, those switched off too.

    None for end users. Those for admins are for admins, and agents who see only their own customers have none that
    name somebody else's."""
    if not actor.is_agent:
        return View.objects.none()
    theirs = Q(group_ids=[]) | Q(group_ids__overlap=sorted(actor.group_ids))
    mine = Q(owner=None) & theirs | Q(owner_id=actor.user_id)
    if not actor.is_admin:
        mine &= Q(is_for_admins=False)
    if actor.sees_own_customers:
        mine &= ~Q(pk__in=foreign.ids(actor))
    return View.objects.filter(mine)


def views_for(actor: Actor) -> list[View]:
    """The active ones of them, in order."""
    return list(visible(actor).active().in_order())


def matching(actor: Actor, conditions: Mapping[str, Any]) -> TicketQuerySet:
    """The tickets that `actor` may read and that these conditions hold for, in no order.

    A condition on what has gone holds for nothing."""
    try:
        return readable.tickets(actor).filter(engine.as_filter(actor, conditions))
    except (LookupError, TypeError, ValueError):
        return readable.tickets(actor).none()


def tickets(actor: Actor, view: View) -> TicketQuerySet:
    """The tickets of `view` that `actor` may read, in the view's order."""
    return pages.sorted_by(matching(actor, view.conditions), question(view, {}))


def question(view: View, address: Mapping[str, str], keep: Iterable[str] = ()) -> pages.Question:
    """What the address asks of the view's list: its own order where it asks for none."""
    key = view.sort_by if view.sort_by in orders.ORDERS else orders.BY_COLUMN.get(view.sort_by, "updated")
    group = f"-{view.group_by}" if view.is_group_descending else view.group_by
    return pages.Question.read(address, sort=f"-{key}" if view.is_descending else key, group=group, keep=keep)


def counts(actor: Actor, views: Iterable[View]) -> dict[int, int]:
    """How many tickets each view has for `actor`, by view id; more than `COUNT_MAX` says "more than that"."""
    return {view.pk: matching(actor, view.conditions)[: COUNT_MAX + 1].count() for view in views}


def counted(actor: Actor, views: Iterable[View], now: datetime) -> dict[int, Count]:
    """The same, exact where there are few, and otherwise as it was counted last, with when that was."""
    found = counts(actor, views)
    many = [pk for pk, count in found.items() if count > COUNT_MAX]
    rows = ViewCount.objects.filter(view_id__in=many, user_id=actor.user_id or 0) if many else ()
    kept = {row.view_id: Count(row.value, row.counted_at, row.counted_at > now - FRESH) for row in rows}
    unknown = Count(None, is_fresh=False)
    return {pk: kept.get(pk, unknown) if count > COUNT_MAX else Count(count) for pk, count in found.items()}


def count_again(actor: Actor, view: View, now: datetime) -> int:
    """Count every ticket of the view for somebody, and keep it."""
    value = matching(actor, view.conditions).count()
    kept = {"value": value, "counted_at": now}
    ViewCount.objects.update_or_create(view=view, user_id=actor.user_id or 0, defaults=kept)
    return value


def beside(actor: Actor, view: View, ticket_id: int) -> int | None:
    """The id of the ticket after this one in the view, or of the first when it is not in there; None for no more."""
    asked = question(view, {})
    rows = matching(actor, view.conditions)
    here = pages.after(rows.filter(pk=ticket_id), asked)
    ids = pages.of(actor, rows, question(view, {"after": here} if here else {}), size=2).rows
    return next((one.pk for one in ids if one.pk != ticket_id), None)
