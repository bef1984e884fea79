"""Triggers made ready to be asked: once for each edition of an account's rules, not for each update (`editions`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from adjoin.accounts import current
from adjoin.desk_settings import editions
from adjoin.rules import registry, traces
from adjoin.rules.models import Trigger

if TYPE_CHECKING:
    from adjoin.rules.registry import Matches
    from adjoin.tickets.changes import Change

KEPT_MAX = 20_000  # triggers of all accounts together, in each process; about 3 kB each
Line = tuple[str, "Matches", str, Any]  # its number, from "1", who answers it, operator and value


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions of a rule, the cheap ones first: those that ask the database are asked last, if at all."""

    every: tuple[Line, ...]
    some: tuple[Line, ...]

    def why_not(self, change: Change) -> str:
        """A line of "all" that does not hold, from "1", or `traces.NONE_OF_ANY`; "" when the conditions hold.

        Raises `LookupError`, `TypeError` or `ValueError` for lines that cannot be asked."""
        for line, matches, operator, value in self.every:
            if not matches(change, operator, value):
                return line
        for _, matches, operator, value in self.some:
            if matches(change, operator, value):
                return ""
        return traces.NONE_OF_ANY if self.some else ""


@dataclass(frozen=True, slots=True)
class Ready:
    """A trigger and its conditions."""

    trigger: Trigger
    conditions: Conditions
    pk: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pk", self.trigger.pk)


_kept: dict[str, tuple[UUID, tuple[Ready, ...]]] = {}  # by schema


def triggers() -> Sequence[Ready]:
    """The active triggers of the account in use, in order."""
    schema = current.schema()
    stamp = editions.of("triggers")  # before the triggers: they may only be newer
    edition, found = _kept.get(schema, (None, ()))
    if stamp is not None and stamp == edition:
        return found
    found = tuple(ready(one) for one in Trigger.objects.active().in_order())
    if stamp is not None and editions.stands("triggers", stamp):
        _keep(schema, stamp, found)
    return found


def ready(trigger: Trigger) -> Ready:
    """One trigger, also one that is not saved."""
    return Ready(trigger, conditions(trigger.conditions))


def conditions(given: Mapping[str, Any]) -> Conditions:
    """The conditions of any rule, as it keeps them."""
    return Conditions(_lines(given.get("all") or ()), _lines(given.get("any") or ()))


def _lines(rows: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    found = sorted(((_cost(row), place, row) for place, row in enumerate(rows, 1)), key=lambda one: one[:2])
    return tuple((str(place), _matches(row), row.get("operator", ""), row.get("value")) for _, place, row in found)


def _matches(row: Mapping[str, Any]) -> Matches:
    try:
        return registry.conditions.answering(row["field"]).matches
    except LookupError as error:
        return partial(_broken, error)


def _cost(row: Mapping[str, Any]) -> int:
    try:
        return registry.conditions.answering(row["field"]).cost
    except LookupError:
        return 0


def _broken(error: LookupError, *_: Any) -> bool:
    """A condition that nobody knows is a failure when it is asked, not before."""
    raise error


def _keep(schema: str, stamp: UUID, found: tuple[Ready, ...]) -> None:
    _kept.pop(schema, None)
    _kept[schema] = (stamp, found)
    room = KEPT_MAX - sum(len(rows) for _, rows in list(_kept.values()))
    for oldest in list(_kept):
        if room >= 0 or oldest == schema:
            break
        room += len(_kept.pop(oldest, (stamp, ()))[1])
