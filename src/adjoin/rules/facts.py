"""What rules ask the database about an update: each question once, however many rules ask it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from adjoin.tickets.changes import Change

Answer = TypeVar("Answer")
_answers: WeakKeyDictionary[Change, dict[Callable[[Change], Any], Any]] = WeakKeyDictionary()


def once(change: Change, ask: Callable[[Change], Answer]) -> Answer:
    """What `ask(change)` says, asked the first time in an update. For what no rule changes before it is written."""
    known = _answers.setdefault(change, {})
    if ask not in known:
        known[ask] = ask(change)
    return cast("Answer", known[ask])
