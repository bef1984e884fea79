"""Running automations, each ticket in a transaction of its own: a run that is broken off goes on where it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from adjoin.kernel import record
from adjoin.kernel.errors import DeskError
from adjoin.kernel.record import Did
from adjoin.rules import automations, engine, registry, revisions
from adjoin.rules.models import Automation, Firing
from adjoin.tickets import actions
from adjoin.tickets.changes import Change, Via
from adjoin.tickets.terms import Channel

BATCH = 100  # tickets looked up at a time
HOURLY_MAX = 1000  # tickets of one automation, as Zendesk has it
LIFETIME_MAX = 100  # times that automations act on one ticket, as Zendesk has it
KEPT = timedelta(days=30)  # of what happened to tickets that are closed
WRONG = (DeskError, LookupError, TypeError, ValueError)
Clock = Callable[[], datetime]
log = structlog.get_logger("adjoin.rules")


def run_all(clock: Clock) -> int:
    """Let every active automation act, in order. Returns how often they did."""
    order = list(Automation.objects.active().in_order().values_list("pk", flat=True))
    return sum(run(automation_id, clock) for automation_id in order)


def run(automation_id: int, clock: Clock) -> int:
    """Let one act on the tickets its conditions hold for, at most 1,000 within an hour. Returns on how many it did."""
    acted, last_id = 0, 0
    while True:
        automation = Automation.objects.active().filter(pk=automation_id).first()
        if automation is None:
            return acted
        ticket_ids = _next(automation, last_id, clock())
        if not ticket_ids:
            return acted
        acted += sum(_act_on(automation, ticket_id, clock()) for ticket_id in ticket_ids)
        last_id = ticket_ids[-1]


def forget(now: datetime) -> None:
    """Delete what is kept of tickets closed long ago: no automation looks at them again."""
    Firing.objects.filter(ticket__status="closed", fired_at__lt=now - KEPT).delete()


def _next(automation: Automation, last_id: int, now: datetime) -> list[int]:
    room = HOURLY_MAX - automation.firings.filter(fired_at__gt=now - timedelta(hours=1)).count()
    if room <= 0:
        return []
    try:
        rows = automations.candidates(automation.conditions, now, automation_id=automation.pk)
        found = rows.filter(pk__gt=last_id).order_by("pk").values_list("pk", flat=True)
        return list(found[: min(BATCH, room)])
    except WRONG as error:
        _switch_off(automation, str(error), now)
        return []


def _act_on(automation: Automation, ticket_id: int, now: datetime) -> bool:
    """Act on one ticket; whether it did. What goes wrong is kept with the automation, and nothing has changed."""
    via = Via(Channel.RULE, automation.source("automation"))

    def rule(change: Change) -> bool:
        return _holds(automation, change) and _act(automation, change)

    try:
        return actions.update_by_rule(ticket_id=ticket_id, now=now, via=via, rule=rule) is not None
    except WRONG as error:
        log.warning("automation_failed", automation_id=automation.pk, ticket_id=ticket_id, error=str(error))
        return _keep_failure(automation, ticket_id, str(error), now)


def _holds(automation: Automation, change: Change) -> bool:
    """Asked again of the locked ticket: it may have changed since it was looked up."""
    return engine.holds(change, automation.conditions) and not automations.has_acted(automation, change.ticket)


def _act(automation: Automation, change: Change) -> bool:
    since = automations.since(automation.conditions, change.ticket)
    firing = Firing(automation=automation, ticket=change.ticket, since=since, fired_at=change.now)
    if Firing.objects.filter(ticket=change.ticket).count() >= LIFETIME_MAX:
        firing.says = f"Automations have acted on this ticket {LIFETIME_MAX} times. That is the most there can be."
        firing.save()
        return False
    for row in automation.actions:
        registry.actions.answering(row["field"]).apply(change, row.get("value"), automation.via)
    firing.save()
    return True


@transaction.atomic
def _keep_failure(automation: Automation, ticket_id: int, says: str, now: datetime) -> bool:
    def rule(change: Change) -> bool:
        since = automations.since(automation.conditions, change.ticket)
        Firing.objects.create(
            automation=automation,
            ticket=change.ticket,
            since=since,
            fired_at=now,
            says=f"It could not act: {says}"[:1000],
        )
        return False

    actions.update_by_rule(ticket_id=ticket_id, now=now, via=Via(Channel.RULE), rule=rule)
    return False


@transaction.atomic
def _switch_off(automation: Automation, why: str, now: datetime) -> None:
    automation.is_active, automation.notice, automation.updated_at = False, f"A condition cannot be asked: {why}", now
    automation.save(update_fields=["is_active", "notice", "updated_at"])
    revisions.keep(automation, None, now)
    moved = {"is_active": (True, False), "notice": ("", automation.notice)}
    record.changed(Did.UPDATED, "automation", automation.pk, automation.title, now=now, **moved)
