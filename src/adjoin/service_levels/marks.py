"""Badges on tickets: what is due next, what is late, what waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from adjoin.service_levels.models import Target
from adjoin.service_levels.terms import Metric
from adjoin.tickets.hooks import Mark

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Ticket

SOON = timedelta(hours=1)


def marks(actor: Actor, tickets: Sequence[Ticket]) -> dict[int, list[Mark]]:
    """For each ticket what presses most; for one alone everything that is promised. One query."""
    if not actor.is_agent:
        return {}
    open_ones = [one.pk for one in tickets if not one.frozen_by and not one.is_solved]
    rows = Target.objects.filter(ticket__in=open_ones, fulfilled_at=None)
    found: dict[int, list[Target]] = defaultdict(list)
    for row in rows.order_by("due_at", "pk") if open_ones else ():  # those that wait come last
        found[row.ticket_id].append(row)
    now, shown = timezone.now(), None if len(tickets) == 1 else 1
    return {pk: [of(one, now) for one in its[:shown]] for pk, its in found.items()}


def of(target: Target, now: datetime) -> Mark:
    """One badge: "First reply in 2 h", "First reply 3 h late", "Agent work paused"; in lists without the metric."""
    name = Metric(target.metric).label
    hours = "opening hours" if target.is_business else "hours by the clock"
    promised = f"{length(timedelta(minutes=target.target_minutes))} of {hours} are promised"
    if target.due_at is None:
        says = "paused" if target.is_paused else "not due"
        return Mark(f"{name} {says}", "", f"{name}: time stands still. {promised}", "circle-pause", short=says)
    at = f"{target.due_at:%d %b %Y, %H:%M} UTC"
    if target.due_at < now:
        late = f"{length(now - target.due_at)} late"
        told = f"{name} was due {at}. {promised}"
        return Mark(f"{name} {late}", "danger", told, "alarm-clock", short=late)
    left = length(target.due_at - now)
    kind = "warning" if target.due_at - now < SOON else ""
    return Mark(f"{name} in {left}", kind, f"{name} is due {at}. {promised}", "alarm-clock", short=f"in {left}")


def length(time: timedelta) -> str:
    """ "45 min", "3 h", "2 d": the whole units that lie in it."""
    minutes = max(int(time / timedelta(minutes=1)), 1)
    if minutes < 100:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d"
