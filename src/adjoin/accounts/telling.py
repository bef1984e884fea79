"""Telling how far a job is while it is one long transaction, which nobody else can look into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection
from django_tenants.utils import tenant_context

from adjoin.accounts import current
from adjoin.accounts.models import Account

Write = Callable[[int], object]


class Progress:
    """How much has been dealt with; `tell` has it written down over a connection of its own."""

    def __init__(self, write: Write, account: Account, thread: ThreadPoolExecutor | None) -> None:
        self._write, self._account, self._thread = write, account, thread

    def tell(self, done: int) -> None:
        if self._thread is None:
            self._write(done)
        else:
            self._thread.submit(self._write_there, done)

    def _write_there(self, done: int) -> None:
        with tenant_context(self._account):
            self._write(done)


@contextmanager
def telling(write: Write) -> Iterator[Progress]:
    """Progress for as long as the block lasts. Inside somebody else's transaction it is written in that one.

    `write` gets a number; it must leave alone what is at rest already, as it may come late."""
    if connection.in_atomic_block:
        yield Progress(write, current.account(), None)
        return
    with ThreadPoolExecutor(1, thread_name_prefix="progress") as thread:
        try:
            yield Progress(write, current.account(), thread)
        finally:
            thread.submit(_close)


def _close() -> None:
    """Close the connection of the thread that this runs in: each has its own."""
    connection.close()
