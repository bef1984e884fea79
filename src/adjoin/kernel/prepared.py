"""Statements that PostgreSQL reads and plans once for each connection, for the few that every request asks.

PostgreSQL plans anew by itself when tables change or another account's schema is looked at. It may also choose one plan
for all that can be asked, so nothing should be prepared whose best plan depends on how much is found."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections

_known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()  # by connection: what it has prepared


class Statement:
    """SQL with `$1`, `$2` where something is asked; `always` fills its `%s` for good."""

    def __init__(self, sql: str, always: Sequence[Any] = ()) -> None:
        self._sql = sql
        self._always = always
        self._name = f"adjoin_{hashlib.sha256(f'{sql}{always!r}'.encode()).hexdigest()[:20]}"

    def call(self, asked: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
        """The SQL that runs it on this thread's connection, where it is prepared if it was not, and its parameters."""
        connection = connections[DEFAULT_DB_ALIAS]
        with connection.cursor() as cursor:  # which also makes sure that the connection lives
            known = _known.setdefault(connection.connection, set())
            if self._name not in known:
                cursor.execute(f"PREPARE {self._name} AS {self._sql}", self._always)
                known.add(self._name)
        places = ", ".join(["%s"] * len(asked))
        return f"EXECUTE {self._name}({places})" if asked else f"EXECUTE {self._name}", tuple(asked)
