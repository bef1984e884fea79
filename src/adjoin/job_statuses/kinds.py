"""The sorts of job there are. Apps above add theirs at start-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Task:
    """One item of a job on its way: whose job, what to do it to, and what is the same for every item."""

    user_id: int
    index: int
    item: Any
    arguments: dict[str, Any]
    now: datetime


Step = Callable[[Task], dict[str, Any]]


@dataclass(frozen=True)
class Kind:
    """One sort of job. `step(task)` deals with one item and returns its result; a `DeskError` fails that item alone.

    Each step runs in a transaction of its own, once. It loads who acts afresh: rights may end halfway."""

    name: str
    step: Step
    failure: str  # the `error` of a failed result, "TicketUpdate"


_kinds: dict[str, Kind] = {}


def add(name: str, step: Step, *, failure: str) -> None:
    """Make a sort of job known. The same name again replaces it."""
    _kinds[name] = Kind(name, step, failure)


def get(name: str) -> Kind:
    """The sort of that name. Raises `LookupError`."""
    return _kinds[name]
