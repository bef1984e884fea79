"""Holding a ticket against its policy, in the transaction that changes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from django.db.models import QuerySet

from adjoin.desk_settings import editions
from adjoin.kernel import statements
from adjoin.rules import engine, schedule_conditions
from adjoin.service_levels import metric_events, stories, telling
from adjoin.service_levels.metric_events import Told
from adjoin.service_levels.models import Ledger, Policy, Target
from adjoin.service_levels.stories import Stand, Story

if TYPE_CHECKING:
    from adjoin.tickets.changes import Change

log = structlog.get_logger("adjoin.service_levels")
Targets = dict[str, Target]  # by metric
Facts = tuple[Any, ...]


def settle(change: Change) -> None:
    """Set the moment of the next breach on the ticket, and have its targets written with it, and what was measured.

    Missed targets are told in the audit of the change."""
    kept = next(iter([] if change.is_create else _ledger(change.ticket.pk)), None)
    past = Story.read(kept) if kept else None
    chapters = telling.chapters(change, past)
    story = chapters[-1][1]
    overdue, promised = _promised(change, past or story, story)
    events = [*overdue, *metric_events.of_chapters(change, past, chapters), *promised]
    if events or kept != story.as_json():
        change.then(lambda its: metric_events.write(its, story, events))


def _promised(change: Change, past: Story, story: Story) -> tuple[list[Told], list[Told]]:
    """Hold the ticket against its policies. Returns what was missed before this update, and what else to tell."""
    policies, ticket = _policies(), change.ticket
    if not policies and ticket.sla_next_breach_at is None:
        return [], []
    found = [_first(change, [one for one in policies if one.is_for_groups is answer]) for answer in (False, True)]
    before = {} if change.is_create else {one.metric: one for one in Target.objects.filter(ticket=ticket)}
    written = {metric: _facts(one) for metric, one in before.items()}
    overdue = _notice(change, before)
    targets: Targets = {}
    for policy in found:
        targets |= _hold_against(change, policy, story, before) if policy else {}
    ticket.sla_next_breach_at = next_breach(targets)
    _write_later(change, targets, written)
    missed = [metric_events.of_breach(change, past, one) for one in overdue]
    return missed, metric_events.of_targets(change, story, targets, before)


def asking(ticket_id: int) -> statements.Asking:
    """What `settle` asks first of a ticket that is there already."""
    return _ledger.asking(ticket_id)


@statements.kept(is_prepared=True)
def _ledger(ticket_id: int) -> QuerySet[Ledger, dict[str, Any]]:
    """The story that is kept of a ticket, if one is."""
    return Ledger.objects.filter(ticket_id=ticket_id).values_list("story", flat=True)


@editions.kept("policies")
def _policies() -> list[Policy]:
    return list(Policy.objects.standing().in_order())


def next_breach(targets: Mapping[str, Target]) -> datetime | None:
    """The first moment by which something is or was due that has not been done."""
    open_ones = [one.due_at for one in targets.values() if one.fulfilled_at is None and one.due_at is not None]
    return min(open_ones, default=None)


def _first(change: Change, policies: list[Policy]) -> Policy | None:
    for policy in policies:
        try:
            if engine.holds(change, policy.filter):
                return policy
        except (LookupError, TypeError, ValueError) as error:  # it names what has gone: it takes no ticket
            log.warning("policy_failed", policy_id=policy.pk, error=str(error))
    return None


def _hold_against(change: Change, policy: Policy, story: Story, before: Targets) -> Targets:
    """The targets of the policy for a ticket of this priority; one without priority has none, as Zendesk has it."""
    found: Targets = {}
    for one in policy.policy_metrics:
        if one["priority"] != change.ticket.priority:
            continue
        calendar = schedule_conditions.book_for(change).calendar(change.ticket) if one["business_hours"] else None
        stand = stories.measure(story, one["metric"], one["target"], calendar)
        if stand is not None:
            found[one["metric"]] = _target(change, policy, one, stand, before.get(one["metric"]))
    return found


def _target(change: Change, policy: Policy, one: dict[str, Any], stand: Stand, before: Target | None) -> Target:
    is_same = before is not None and before.started_at == stand.started_at
    target = Target(
        ticket=change.ticket,
        policy=policy,
        metric=one["metric"],
        target_minutes=one["target"],
        is_business=one["business_hours"],
        started_at=stand.started_at,
        due_at=stand.due_at,
        is_paused=stand.is_paused,
        fulfilled_at=stand.fulfilled_at,
        breached_at=stand.due_at if stand.is_missed(change.now) else None,
    )
    if target.breached_at and not (is_same and before and before.breached_at):
        _tell(change, target)
    return target


def _notice(change: Change, before: Targets) -> list[Target]:
    """What was missed before this update, and nobody has told yet."""
    found = [
        one
        for one in before.values()
        if one.breached_at is None and one.fulfilled_at is None and one.due_at and one.due_at < change.now
    ]
    for one in found:
        one.breached_at = one.due_at
        _tell(change, one)
    return found


def _tell(change: Change, target: Target) -> None:
    change.record(
        "SlaTargetChange",
        metric=target.metric,
        previous_status="active",
        status="breached",
        breach_at=f"{target.breached_at:%Y-%m-%dT%H:%M:%SZ}",
        target_in_minutes=target.target_minutes,
        policy_id=target.policy_id,
    )


def _write_later(change: Change, targets: Targets, written: Mapping[str, Facts]) -> None:
    """Have what differs from what is written be so, once the ticket is."""
    moved = [one for metric, one in targets.items() if written.get(metric) != _facts(one)]
    gone = [metric for metric in written if metric not in targets]
    if moved:
        change.then(lambda its: _put(its, moved))
    if gone:
        change.then(lambda its: _drop(its, gone))


def _put(change: Change, moved: list[Target]) -> None:
    Target.objects.bulk_create(
        moved, update_conflicts=True, unique_fields=["ticket", "metric"], update_fields=list(_FACTS)
    )


def _drop(change: Change, metrics: list[str]) -> None:
    Target.objects.filter(ticket=change.ticket, metric__in=metrics).delete()


_FACTS = (
    *("policy", "target_minutes", "is_business", "started_at"),
    *("due_at", "is_paused", "fulfilled_at", "breached_at"),
)


def _facts(one: Target) -> Facts:
    return tuple(getattr(one, f"{name}_id" if name == "policy" else name) for name in _FACTS)
