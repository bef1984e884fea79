"""Running automations, each ticket in a transaction of its own: a run that is broken off goes on where it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from adjoin.kernel import record
from adjoin.kernel.errors import DeskError
from adjoin.kernel.record import Did
from adjoin.kernel.wording import of_error, say
from adjoin.rules import automations, compiled, registry, revisions
from adjoin.rules.compiled import Conditions
from adjoin.rules.models import Automation, Firing
from adjoin.tickets import actions
from adjoin.tickets.changes import Change, Via
from adjoin.tickets.terms import Channel

BATCH = 100  # tickets, before it is asked again whether the automation may act
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
    acted, now = 0, clock()
    ticket_ids = _look_up(automation_id, now)
    while ticket_ids:
        automation, room = _active(automation_id), _room(automation_id, now)
        if automation is None or room <= 0:  # somebody has switched it off, or another worker was quicker
            break
        batch, ticket_ids = ticket_ids[: min(BATCH, room)], ticket_ids[BATCH:]
        asked = compiled.conditions(automation.conditions)
        acted += sum(_act_on(automation, asked, ticket_id, clock()) for ticket_id in batch)
    return acted


def forget(now: datetime) -> None:
    """Delete what is kept of tickets closed long ago: no automation looks at them again."""
    Firing.objects.filter(ticket__status="closed", fired_at__lt=now - KEPT).delete()


def _active(automation_id: int) -> Automation | None:
    found: Automation | None = Automation.objects.active().filter(pk=automation_id).first()
    return found


def _room(automation_id: int, now: datetime) -> int:
    """On how many tickets more it may act within this hour."""
    recent = Firing.objects.filter(automation_id=automation_id, fired_at__gt=now - timedelta(hours=1))
    return HOURLY_MAX - recent.count()


def _look_up(automation_id: int, now: datetime) -> list[int]:
    """The tickets to act on, as many as it may: one question, for it walks over every ticket that is not closed."""
    automation, room = _active(automation_id), _room(automation_id, now)
    if automation is None or room <= 0:
        return []
    try:
        rows = automations.candidates(automation.conditions, now, automation_id=automation.pk)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:room])
    except WRONG as error:
        _switch_off(automation, of_error(error), now)
        return []


def _act_on(automation: Automation, asked: Conditions, ticket_id: int, now: datetime) -> bool:
    """Act on one ticket; whether it did. What goes wrong is kept with the automation, and nothing has changed.

    What it was looked up for is asked again of the locked ticket: that may have changed since."""
    via = Via(Channel.RULE, automation.source("automation"))

    def rule(change: Change) -> bool:
        if asked.why_not(change):
            return False
        before = list(Firing.objects.filter(ticket=change.ticket))
        return not automations.has_acted(automation, change.ticket, before) and _act(automation, change, len(before))

    try:
        return actions.update_by_rule(ticket_id=ticket_id, now=now, via=via, rule=rule) is not None
    except WRONG as error:
        log.warning("automation_failed", automation_id=automation.pk, ticket_id=ticket_id, error=str(error))
        return _keep_failure(automation, ticket_id, of_error(error), now)


def _act(automation: Automation, change: Change, times: int) -> bool:
    since = automations.since(automation.conditions, change.ticket)
    firing = Firing(automation=automation, ticket=change.ticket, since=since, fired_at=change.now)
    if times >= LIFETIME_MAX:
        firing.says = say("Automations have acted on this ticket %(most)s times. That is the most there can be.") % {
            "most": LIFETIME_MAX
        }
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
            says=say("It could not act: %(says)s") % {"says": says},
        )
        return False

    actions.update_by_rule(ticket_id=ticket_id, now=now, via=Via(Channel.RULE), rule=rule)
    return False


@transaction.atomic
def _switch_off(automation: Automation, why: str, now: datetime) -> None:
    automation.is_active, automation.notice, automation.updated_at = (
        False,
        say("A condition cannot be asked: %(why)s") % {"why": why},
        now,
    )
    automation.save(update_fields=["is_active", "notice", "updated_at"])
    revisions.keep(automation, None, now)
    moved = {"is_active": (True, False), "notice": ("", automation.notice)}
    record.changed(Did.UPDATED, "automation", automation.pk, automation.title, now=now, **moved)
