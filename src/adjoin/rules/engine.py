"""Running triggers on a change, in memory, before it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

import structlog
from django.db.models import Q

from adjoin.kernel.errors import DeskError
from adjoin.rules import notices, registry, traces, usage
from adjoin.rules.models import Trigger
from adjoin.tickets.terms import TicketStatus

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.changes import Change

log = structlog.get_logger("adjoin.rules")


def run_triggers(change: Change) -> None:
    """Let the active triggers act on `change`, and keep in its audit which of them fired and why others did not."""
    if change.was("status") == TicketStatus.CLOSED:
        return
    outcomes = run(change, list(Trigger.objects.active().in_order()))
    traces.keep(change, outcomes)
    usage.keep(change, outcomes)
    notices.keep(change)


def run(change: Change, triggers: Sequence[Trigger]) -> dict[int, str]:
    """Let these act on `change` until a pass fires none. Returns what came of each, by its id, as `traces` has it.

    Zendesk's guard against loops: a trigger that has fired is not fired again in the same update, so there are at
    most as many passes as triggers."""
    outcomes: dict[int, str] = {}
    waiting = triggers
    while _pass(change, waiting, outcomes):
        waiting = [one for one in waiting if outcomes[one.pk] not in (traces.FIRED, traces.FAILED)]
    return outcomes


def holds(change: Change, conditions: Mapping[str, Any]) -> bool:
    """Whether all of "all" and, if there are any, one of "any" hold for this update."""
    return not why_not(change, conditions)


def why_not(change: Change, conditions: Mapping[str, Any]) -> str:
    """The first line of "all" that does not hold, from "1", or `traces.NONE_OF_ANY`; "" when the conditions hold."""
    for line, row in enumerate(conditions.get("all") or (), 1):
        if not _matches(change, row):
            return str(line)
    some = conditions.get("any") or ()
    return "" if not some or any(_matches(change, row) for row in some) else traces.NONE_OF_ANY


def as_filter(actor: Actor, conditions: Mapping[str, Any]) -> Q:
    """The same conditions over rows, as `actor` means them ("current user").

    Raises `LookupError` for a condition that only updates can answer."""
    every = [_sql(actor, row) for row in conditions.get("all") or ()]
    some = [_sql(actor, row) for row in conditions.get("any") or ()]
    return reduce(and_, every, Q()) & reduce(or_, some, Q())


def _pass(change: Change, triggers: Sequence[Trigger], outcomes: dict[int, str]) -> bool:
    """One look at every trigger that has not fired yet; whether any did."""
    has_fired = False
    for trigger in triggers:
        try:
            reason = why_not(change, trigger.conditions)
            if not reason:
                has_fired, reason = True, traces.FIRED
                _act(change, trigger)
        except (DeskError, LookupError, TypeError, ValueError) as error:
            # A rule that has gone wrong must not stop the ticket.
            has_fired, reason = True, traces.FAILED
            log.warning("trigger_failed", trigger_id=trigger.pk, error=str(error))
            change.record("Error", rule=trigger.via, message=f"The trigger {trigger.title} could not run: {error}")
        outcomes[trigger.pk] = reason
    return has_fired


def _act(change: Change, trigger: Trigger) -> None:
    via = trigger.via
    for row in trigger.actions:
        registry.actions.answering(row["field"]).apply(change, row.get("value"), via)


def _matches(change: Change, row: Mapping[str, Any]) -> bool:
    return registry.conditions.answering(row["field"]).matches(change, row["operator"], row.get("value"))


def _sql(actor: Actor, row: Mapping[str, Any]) -> Q:
    sql = registry.conditions.answering(row["field"]).sql
    if sql is None:
        raise LookupError(f"{row['field']} cannot be a filter")
    return sql(actor, row["operator"], row.get("value"))
