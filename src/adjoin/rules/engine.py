"""Running triggers on a change, in memory, before it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

import structlog
from django.db.models import Q

from adjoin.kernel.errors import DeskError
from adjoin.rules import registry
from adjoin.rules.models import Trigger
from adjoin.tickets.terms import TicketStatus

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.changes import Change

log = structlog.get_logger("adjoin.rules")


def run_triggers(change: Change) -> None:
    """Let the active triggers act on `change` until a pass fires none.

    Zendesk's guard against loops: a trigger that has fired is not fired again in the same update, so there are at
    most as many passes as triggers."""
    if change.was("status") == TicketStatus.CLOSED:
        return
    waiting = list(Trigger.objects.active().in_order())
    while fired := _pass(change, waiting):
        waiting = [trigger for trigger in waiting if trigger.pk not in fired]


def holds(change: Change, conditions: Mapping[str, Any]) -> bool:
    """Whether all of "all" and, if there are any, one of "any" hold for this update."""
    every, some = conditions.get("all") or (), conditions.get("any") or ()
    return all(_matches(change, row) for row in every) and (not some or any(_matches(change, row) for row in some))


def as_filter(actor: Actor, conditions: Mapping[str, Any]) -> Q:
    """The same conditions over rows, as `actor` means them ("current user").

    Raises `LookupError` for a condition that only updates can answer."""
    every = [_sql(actor, row) for row in conditions.get("all") or ()]
    some = [_sql(actor, row) for row in conditions.get("any") or ()]
    return reduce(and_, every, Q()) & reduce(or_, some, Q())


def _pass(change: Change, triggers: Iterable[Trigger]) -> set[int]:
    """One look at every trigger that has not fired yet; the ids of those that did."""
    fired = set()
    for trigger in triggers:
        try:
            if holds(change, trigger.conditions):
                fired.add(trigger.pk)
                _act(change, trigger)
        except (DeskError, LookupError, TypeError, ValueError) as error:
            # A rule that has gone wrong must not stop the ticket.
            fired.add(trigger.pk)
            log.warning("trigger_failed", trigger_id=trigger.pk, error=str(error))
            change.record("Error", rule=trigger.via, message=f"The trigger {trigger.title} could not run: {error}")
    return fired


def _act(change: Change, trigger: Trigger) -> None:
    via = trigger.via
    for row in trigger.actions:
        registry.actions[row["field"]].apply(change, row.get("value"), via)


def _matches(change: Change, row: Mapping[str, Any]) -> bool:
    return registry.conditions[row["field"]].matches(change, row["operator"], row.get("value"))


def _sql(actor: Actor, row: Mapping[str, Any]) -> Q:
    sql = registry.conditions[row["field"]].sql
    if sql is None:
        raise LookupError(f"{row['field']} cannot be a filter")
    return sql(actor, row["operator"], row.get("value"))
