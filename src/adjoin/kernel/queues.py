"""Queues in tables, each worked on by one process at a time and strictly in its order.

A queue is held by an advisory lock that PostgreSQL lets go of the moment the process dies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from adjoin.kernel import prepared

Row = TypeVar("Row")
_LOCK = prepared.Statement(
    "SELECT pg_try_advisory_lock(hashtextextended(name, 0))"
    " FROM unnest($1::text[]) WITH ORDINALITY AS n(name, place) ORDER BY place"
)
_UNLOCK = prepared.Statement("SELECT pg_advisory_unlock(hashtextextended(name, 0)) FROM unnest($1::text[]) AS n(name)")


def drain(name: str, due: Callable[[], Row | None], attempt: Callable[[Row], None]) -> None:
    """Call `attempt` with what `due()` gives until that is nothing, or until somebody else works on the queue `name`.

    `due` gives the first row of the queue if it may be worked on now, and never a later one."""
    while True:
        with _alone(name) as is_mine:
            if not is_mine:
                return
            while (row := due()) is not None:
                attempt(row)
        # Whoever found the queue taken went away; what they came for may have arrived after our last look.
        if due() is None:
            return


@contextmanager
def held(names: Sequence[str]) -> Iterator[list[bool]]:
    """Hold those of these locks that nobody else has while it lasts; which they are, in the order of `names`."""
    are_mine = [bool(is_mine) for (is_mine,) in _LOCK.rows(list(names))]
    mine = [name for name, is_mine in zip(names, are_mine, strict=True) if is_mine]
    try:
        yield are_mine
    finally:
        if mine:
            _UNLOCK.rows(mine)


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    """Hold the lock `name` while it lasts; False when somebody else has it."""
    with held([name]) as (is_mine,):
        yield is_mine
