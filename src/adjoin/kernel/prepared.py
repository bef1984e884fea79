"""Statements that PostgreSQL reads and plans once for each connection, for the few that every request asks.

PostgreSQL plans anew by itself when tables change or another account's schema is looked at. It may also choose one plan
for all that can be asked, so nothing should be prepared whose best plan depends on how much is found."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections

PREPARED_MAX = 150  # for each connection: PostgreSQL keeps them all in memory
_known: WeakKeyDictionary[Any, dict[str, None]] = WeakKeyDictionary()  # by connection: the latest used is last


class Statement:
    """SQL with `$1`, `$2` where something is asked; `always` fills its `%s` for good."""

    def __init__(self, sql: str, always: Sequence[Any] = ()) -> None:
        self._sql = sql
        self._always = always
        self._name = f"adjoin_{hashlib.sha256(f'{sql}{always!r}'.encode()).hexdigest()[:20]}"

    def call(self, asked: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
        """The SQL that runs it on this thread's connection, where it is prepared if it was not, and its parameters."""
        connection = connections[DEFAULT_DB_ALIAS]
        connection.ensure_connection()
        known = _known.setdefault(connection.connection, {})
        if self._name in known:
            known[self._name] = known.pop(self._name)
        else:
            self._prepare(connection, known)
        return self._text(len(asked)), tuple(asked)

    def rows(self, *asked: Any) -> list[tuple[Any, ...]]:
        """What it gives."""
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(*self.call(asked))
            return list(cursor.fetchall())

    def run(self, *asked: Any) -> None:
        """The same for a statement that gives nothing."""
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(*self.call(asked))

    def _prepare(self, connection: Any, known: dict[str, None]) -> None:
        with connection.cursor() as cursor:
            if len(known) >= PREPARED_MAX:
                oldest = next(iter(known))
                del known[oldest]
                cursor.execute(f"DEALLOCATE {oldest}")
            cursor.execute(f"PREPARE {self._name} AS {self._sql}", self._always)
        known[self._name] = None

    def _text(self, asked: int) -> str:
        return f"EXECUTE {self._name}({', '.join(['%s'] * asked)})" if asked else f"EXECUTE {self._name}"
