"""Running triggers on a change, in memory, before it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

import structlog
from django.db.models import Q

from adjoin.kernel.errors import DeskError
from adjoin.kernel.wording import kept, say
from adjoin.rules import compiled, notices, registry, traces, usage
from adjoin.tickets.terms import TicketStatus

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.rules.compiled import Ready
    from adjoin.rules.models import Trigger
    from adjoin.tickets.changes import Change

log = structlog.get_logger("adjoin.rules")


def run_triggers(change: Change) -> None:
    """Let the active triggers act on `change`, and keep in its audit which of them fired and why others did not."""
    if change.was("status") == TicketStatus.CLOSED:
        return
    outcomes = run(change, compiled.triggers())
    traces.keep(change, outcomes)
    usage.keep(change, outcomes)
    notices.keep(change)


def run(change: Change, triggers: Sequence[Ready]) -> dict[int, str]:
    """Let these act on `change` until a pass fires none. Returns what came of each, by its id, as `traces` has it.

    Zendesk's guard against loops: a trigger that has fired is not fired again in the same update, so there are at
    most as many passes as triggers."""
    outcomes: dict[int, str] = {}
    waiting = triggers
    while _pass(change, waiting, outcomes):
        waiting = [one for one in waiting if outcomes[one.pk] not in (traces.FIRED, traces.FAILED)]
    return outcomes


def holds(change: Change, conditions: Mapping[str, Any]) -> bool:
    """Whether all of "all" and, if there are any, one of "any" hold for this update.

    Raises `LookupError`, `TypeError` or `ValueError` for lines that cannot be asked."""
    return not compiled.conditions(conditions).why_not(change)


def as_filter(actor: Actor, conditions: Mapping[str, Any]) -> Q:
    """The same conditions over rows, as `actor` means them ("current user").

    Raises `LookupError` for a condition that only updates can answer."""
    every = [_sql(actor, row) for row in conditions.get("all") or ()]
    some = [_sql(actor, row) for row in conditions.get("any") or ()]
    return reduce(and_, every, Q()) & reduce(or_, some, Q())


def _pass(change: Change, triggers: Sequence[Ready], outcomes: dict[int, str]) -> bool:
    """One look at every trigger that has not fired yet; whether any did."""
    has_fired = False
    for one in triggers:
        try:
            reason = one.conditions.why_not(change)
            if not reason:
                has_fired, reason = True, traces.FIRED
                _act(change, one.trigger)
        except (DeskError, LookupError, TypeError, ValueError) as error:
            # A rule that has gone wrong must not stop the ticket.
            has_fired, reason = True, traces.FAILED
            _tell_of_failure(change, one.trigger, error)
        outcomes[one.pk] = reason
    return has_fired


def _tell_of_failure(change: Change, trigger: Trigger, error: Exception) -> None:
    log.warning("trigger_failed", trigger_id=trigger.pk, error=str(error))
    change.record(
        "Error",
        rule=trigger.via,
        message=kept(say("The trigger %(title)s could not run: %(error)s") % {"title": trigger.title, "error": error}),
    )


def _act(change: Change, trigger: Trigger) -> None:
    via = trigger.via
    for row in trigger.actions:
        registry.actions.answering(row["field"]).apply(change, row.get("value"), via)


def _sql(actor: Actor, row: Mapping[str, Any]) -> Q:
    sql = registry.conditions.answering(row["field"]).sql
    if sql is None:
        raise LookupError(f"{row['field']} cannot be a filter")
    return sql(actor, row["operator"], row.get("value"))
