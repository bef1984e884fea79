"""Statements that PostgreSQL reads and plans once for each connection, for the few that every request asks.

PostgreSQL plans anew by itself when tables change or another account's schema is looked at. It may also choose one plan
for all that can be asked, so nothing should be prepared whose best plan depends on how much is found."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connections

PREPARED_MAX = 150  # for each connection: PostgreSQL keeps them all in memory
# By connection, and of each statement whether it may still be used: the latest used is last.
_known: WeakKeyDictionary[Any, dict[str, bool]] = WeakKeyDictionary()


class Statement:
    """SQL with `$1`, `$2` where something is asked; `always` fills its `%s` for good."""

    def __init__(self, sql: str, always: Sequence[Any] = ()) -> None:
        self._sql = sql
        self._always = always
        self._name = f"adjoin_{hashlib.sha256(f'{sql}{always!r}'.encode()).hexdigest()[:20]}"

    def execute(self, cursor: Any, asked: Sequence[Any]) -> None:
        """Run it by this thread's `cursor`; it is prepared where it was not.

        A migration may give one of its columns another type: what PostgreSQL has ready then serves no more and is made
        anew, at once or, since a transaction is lost with it, for the next one. Raises `NotSupportedError` there."""
        connection = connections[DEFAULT_DB_ALIAS]
        connection.ensure_connection()
        known = _known.setdefault(connection.connection, {})
        try:
            self._execute(cursor, known, asked)
        except NotSupportedError:
            known[self._name] = False
            if connection.in_atomic_block:
                raise
            self._execute(cursor, known, asked)

    def rows(self, *asked: Any) -> list[tuple[Any, ...]]:
        """What it gives."""
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            self.execute(cursor, asked)
            return list(cursor.fetchall())

    def run(self, *asked: Any) -> None:
        """The same for a statement that gives nothing."""
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            self.execute(cursor, asked)

    def _execute(self, cursor: Any, known: dict[str, bool], asked: Sequence[Any]) -> None:
        if not known.get(self._name):
            self._prepare(cursor, known)
        known[self._name] = known.pop(self._name)
        cursor.execute(self._text(len(asked)), tuple(asked))

    def _prepare(self, cursor: Any, known: dict[str, bool]) -> None:
        if self._name in known or len(known) >= PREPARED_MAX:
            gone = self._name if self._name in known else next(iter(known))
            cursor.execute(f"DEALLOCATE {gone}")
            del known[gone]  # not before: where PostgreSQL refuses, it still has it
        cursor.execute(f"PREPARE {self._name} AS {self._sql}", self._always)
        known[self._name] = True

    def _text(self, asked: int) -> str:
        return f"EXECUTE {self._name}({', '.join(['%s'] * asked)})" if asked else f"EXECUTE {self._name}"
