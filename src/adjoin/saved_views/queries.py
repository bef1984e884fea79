"""The views an agent has, how many tickets are in them, and which."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Q

from adjoin.access import readable
from adjoin.rules import engine
from adjoin.saved_views.models import View

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import TicketQuerySet

COUNT_MAX = 1000  # counting stops here: "1,000+" says enough, and costs the same at a million tickets


def views_for(actor: Actor) -> list[View]:
    """The active views that are for everybody, for the agent's groups, or their own. None for end users.

    Those for admins are for admins."""
    if not actor.is_agent:
        return []
    mine = Q(owner=None, group=None) | Q(owner_id=actor.user_id) | Q(group_id__in=actor.group_ids)
    if not actor.is_admin:
        mine &= Q(is_for_admins=False)
    return list(View.objects.active().filter(mine).in_order())


def tickets(actor: Actor, view: View) -> TicketQuerySet:
    """The tickets of `view` that `actor` may read, in the view's order."""
    rows = readable.tickets(actor).filter(engine.as_filter(actor, view.conditions))
    sign = "-" if view.is_descending else ""
    return rows.order_by(f"{sign}{view.sort_by}", f"{sign}pk")


def counts(actor: Actor, views: Iterable[View]) -> dict[int, int]:
    """How many tickets each view has for `actor`, by view id; more than `COUNT_MAX` says "more than that"."""
    return {view.pk: tickets(actor, view).order_by()[: COUNT_MAX + 1].count() for view in views}
