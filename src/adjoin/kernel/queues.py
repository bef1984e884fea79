"""Queues in tables, each worked on by one process at a time and strictly in its order.

A queue is held by an advisory lock that PostgreSQL lets go of the moment the process dies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection

Row = TypeVar("Row")


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
def _alone(name: str) -> Iterator[bool]:
    """Hold the lock `name` while it lasts; False when somebody else has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        is_mine = bool(cursor.fetchone()[0])
    try:
        yield is_mine
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
