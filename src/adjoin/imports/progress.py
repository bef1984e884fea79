"""Telling how far an import is while it is one long transaction, which nobody else can look into."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection
from django_tenants.utils import tenant_context

from adjoin.accounts import current
from adjoin.accounts.models import Account
from adjoin.imports.models import Import
from adjoin.imports.terms import State


class Progress:
    """How many lines have been dealt with; `tell` writes it down over a connection of its own."""

    def __init__(self, import_id: int, account: Account, thread: ThreadPoolExecutor | None) -> None:
        self._import_id, self._account, self._thread = import_id, account, thread

    def tell(self, lines: int) -> None:
        if self._thread is None:
            Import.objects.filter(pk=self._import_id).update(progress=lines)
        else:
            self._thread.submit(self._write, lines)

    def _write(self, lines: int) -> None:
        with tenant_context(self._account):  # what is done already does not go back
            Import.objects.filter(pk=self._import_id, state__in=State.at_work()).update(progress=lines)


@contextmanager
def telling(import_id: int) -> Iterator[Progress]:
    """Progress for as long as the block lasts. Inside somebody else's transaction it is written in that one."""
    if connection.in_atomic_block:
        yield Progress(import_id, current.account(), None)
        return
    with ThreadPoolExecutor(1, thread_name_prefix="import-progress") as thread:
        try:
            yield Progress(import_id, current.account(), thread)
        finally:
            thread.submit(_close)


def _close() -> None:
    """Close the connection of the thread that this runs in: each has its own."""
    connection.close()
