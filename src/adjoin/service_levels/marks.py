"""Badges on tickets: what is due next, what is late, what waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

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
    hours = _("opening hours") if target.is_business else _("hours by the clock")
    promised = _("%(length)s of %(hours)s are promised") % {
        "length": length(timedelta(minutes=target.target_minutes)),
        "hours": hours,
    }
    if target.due_at is None:
        says = _("paused") if target.is_paused else _("not due")
        return Mark(
            f"{name} {says}",
            "",
            _("%(name)s: time stands still. %(promised)s") % {"name": name, "promised": promised},
            "circle-pause",
            short=says,
        )
    at = f"{target.due_at:%d %b %Y, %H:%M} UTC"
    if target.due_at < now:
        late = _("%(length)s late") % {"length": length(now - target.due_at)}
        told = _("%(name)s was due %(at)s. %(promised)s") % {"name": name, "at": at, "promised": promised}
        return Mark(f"{name} {late}", "danger", told, "alarm-clock", short=late)
    left = length(target.due_at - now)
    kind = "warning" if target.due_at - now < SOON else ""
    return Mark(
        _("%(name)s in %(left)s") % {"name": name, "left": left},
        kind,
        _("%(name)s is due %(at)s. %(promised)s") % {"name": name, "at": at, "promised": promised},
        "alarm-clock",
        short=_("in %(left)s") % {"left": left},
    )


def length(time: timedelta) -> str:
    """ "45 min", "3 h", "2 d": the whole units that lie in it."""
    minutes = max(int(time / timedelta(minutes=1)), 1)
    if minutes < 100:
        return _("%(minutes)s min") % {"minutes": minutes}
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d"
