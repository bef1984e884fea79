"""How often rules have acted: within the last hour, day and week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncHour

from adjoin.kernel import prepared
from adjoin.rules import traces
from adjoin.rules.models import Automation, Firing, Trigger, TriggerUse

if TYPE_CHECKING:
    from adjoin.tickets.changes import Change

SPANS = {"usage_1h": timedelta(hours=1), "usage_24h": timedelta(days=1), "usage_7d": timedelta(days=7)}
KEPT = timedelta(days=31)
EACH_KEPT = timedelta(days=1)  # then only how often within each hour
_USED = prepared.Statement(
    "INSERT INTO rules_triggeruse (trigger_id, used_at, times) SELECT id, $2, 1 FROM unnest($1::bigint[]) AS fired (id)"
)


@dataclass(frozen=True)
class Usage:
    """How often one rule has acted."""

    hour: int = 0
    day: int = 0
    week: int = 0


def keep(change: Change, outcomes: Mapping[int, str]) -> None:
    """Have it written with the change which triggers acted on it."""
    fired = [trigger_id for trigger_id, outcome in outcomes.items() if outcome == traces.FIRED]
    if fired:
        change.then(lambda written: _write(fired, written.now))


def of_triggers(now: datetime) -> dict[int, Usage]:
    """By trigger id; those that did nothing within a week are not in it."""
    rows = TriggerUse.objects.filter(used_at__gt=now - SPANS["usage_7d"]).values_list("trigger_id")
    return _counted(
        rows.annotate(**{name: Sum("times", filter=Q(used_at__gt=now - span)) for name, span in SPANS.items()})
    )


def of_automations(now: datetime) -> dict[int, Usage]:
    """By automation id, how many tickets it acted on."""
    rows = Firing.objects.filter(fired_at__gt=now - SPANS["usage_7d"], says="").values_list("automation_id")
    return _counted(
        rows.annotate(**{name: Count("pk", filter=Q(fired_at__gt=now - span)) for name, span in SPANS.items()})
    )


def of(model: type[Trigger | Automation], now: datetime) -> dict[int, Usage]:
    """The same for either kind."""
    return of_triggers(now) if model is Trigger else of_automations(now)


@transaction.atomic
def tidy(now: datetime) -> None:
    """Add up what is older than a day by the hour, and forget what is older than a month."""
    TriggerUse.objects.filter(used_at__lt=now - KEPT).delete()
    old = TriggerUse.objects.filter(used_at__lt=(now - EACH_KEPT).replace(minute=0, second=0, microsecond=0))
    sums = old.values_list("trigger_id", TruncHour("used_at")).annotate(Sum("times"), Count("pk"))
    several = [(trigger_id, hour, times) for trigger_id, hour, times, rows in sums if rows > 1]
    for trigger_id, hour, times in several:
        within = old.filter(trigger_id=trigger_id, used_at__gte=hour, used_at__lt=hour + timedelta(hours=1))
        within.delete()
        TriggerUse.objects.create(trigger_id=trigger_id, used_at=hour, times=times)


def _write(trigger_ids: list[int], now: datetime) -> None:
    _USED.run(trigger_ids, now)


def _counted(rows: Any) -> dict[int, Usage]:
    return {rule_id: Usage(*(count or 0 for count in counts)) for rule_id, *counts in rows}
