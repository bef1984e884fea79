"""Holding a ticket against its policy, in the transaction that changes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from django.db.models import QuerySet

from adjoin.kernel import statements
from adjoin.rules import engine, schedule_conditions
from adjoin.service_levels import stories, telling
from adjoin.service_levels.models import Ledger, Policy, Target
from adjoin.service_levels.stories import Stand, Story

if TYPE_CHECKING:
    from adjoin.tickets.changes import Change

log = structlog.get_logger("adjoin.service_levels")
Targets = dict[str, Target]  # by metric
Facts = tuple[Any, ...]


def settle(change: Change) -> None:
    """Set the moment of the next breach on the ticket, and have its targets written with it.

    Missed targets are told in the audit of the change."""
    policies = _policies()
    ticket = change.ticket
    if not policies and ticket.sla_next_breach_at is None:
        return  # at most an old ledger is left, and nobody reads it
    policy = _first(change, policies)
    kept = None if change.is_create else Ledger.objects.filter(pk=ticket.pk).first()
    before = {one.metric: one for one in Target.objects.filter(ticket=ticket)} if kept else {}
    written = {metric: _facts(one) for metric, one in before.items()}
    _notice(change, before)
    if policy is None:
        ticket.sla_next_breach_at = None
        if kept:
            change.then(_forget)
        return
    story = telling.after(change, Story.read(kept.story) if kept else None)
    targets = _hold_against(change, policy, story, before)
    ticket.sla_next_breach_at = next_breach(targets)
    _write_later(change, targets, written)
    if kept is None or kept.story != story.as_json():
        change.then(lambda its: _keep(its, story))


@statements.kept()
def _policies() -> QuerySet[Policy]:
    return Policy.objects.standing().in_order()


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


def _notice(change: Change, before: Targets) -> None:
    """What was missed before this update, and nobody has told yet."""
    for one in before.values():
        if one.breached_at is None and one.fulfilled_at is None and one.due_at and one.due_at < change.now:
            one.breached_at = one.due_at
            _tell(change, one)


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


def _keep(change: Change, story: Story) -> None:
    row = Ledger(ticket=change.ticket, story=story.as_json())
    Ledger.objects.bulk_create([row], update_conflicts=True, unique_fields=["ticket"], update_fields=["story"])


def _forget(change: Change) -> None:
    """No policy covers the ticket any more."""
    Target.objects.filter(ticket=change.ticket).delete()
    Ledger.objects.filter(pk=change.ticket.pk).delete()


_FACTS = (
    *("policy", "target_minutes", "is_business", "started_at"),
    *("due_at", "is_paused", "fulfilled_at", "breached_at"),
)


def _facts(one: Target) -> Facts:
    return tuple(getattr(one, f"{name}_id" if name == "policy" else name) for name in _FACTS)
