"""Statements that PostgreSQL reads and plans once for each connection, for the few that every request asks.

PostgreSQL plans anew by itself when tables change or another account's schema is looked at. It may also choose one plan
for all that can be asked, so nothing should be prepared whose best plan depends on how much is found.

To send a statement and wait for its answer costs both sides more than most of them take. So several can be asked in one
go (`together`), and what only writes can be sent along with the next statement (`gathered`)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connections
from django.utils.asyncio import async_unsafe

from adjoin.kernel import direct

PREPARED_MAX = 150  # for each connection: PostgreSQL keeps them all in memory
Row = tuple[Any, ...]


class Statement:
    """SQL with `$1`, `$2` where something is asked; `always` fills its `%s` for good."""

    def __init__(self, sql: str, always: Sequence[Any] = ()) -> None:
        self._sql = sql
        self._always = always
        self._name = f"adjoin_{hashlib.sha256(f'{sql}{always!r}'.encode()).hexdigest()[:20]}"

    def rows(self, *asked: Any) -> list[Row]:
        """What it gives."""
        return _execute([(self, asked)]).rows(-1)

    def run(self, *asked: Any) -> None:
        """The same for a statement that gives nothing. Inside of `gathered` it goes with the next one."""
        waiting = _waiting.get()
        if waiting is not None:
            waiting.add(self, asked)
        else:
            _execute([(self, asked)])

    def count(self, *asked: Any) -> int:
        """How many rows it writes, at once."""
        return _execute([(self, asked)]).count()

    def text(self, asked: int) -> str:
        """What runs it, with places for that many values, as SQL for whoever looks on."""
        return _text(self._name, asked)

    def named(self, connection: Any, known: dict[str, bool]) -> str:
        """What it is called in the connection, which knows it from then on; it is the latest used."""
        if not known.get(self._name):
            self._prepare(connection, known)
        known[self._name] = known.pop(self._name)
        return self._name

    def give_up(self, known: dict[str, bool]) -> None:
        """What PostgreSQL has ready serves no more."""
        known[self._name] = False

    def _prepare(self, connection: Any, known: dict[str, bool]) -> None:
        with connection.cursor() as cursor:
            if self._name in known or len(known) >= PREPARED_MAX:
                gone = self._name if self._name in known else next(iter(known))
                cursor.execute(f"DEALLOCATE {gone}")
                del known[gone]  # not before: where PostgreSQL refuses, it still has it
            cursor.execute(f"PREPARE {self._name} AS {self._sql}", self._always)
        known[self._name] = True


@lru_cache(maxsize=1024)
def _text(name: str, asked: int) -> str:
    return f"EXECUTE {name}({', '.join(['%s'] * asked)})" if asked else f"EXECUTE {name}"


Asked = tuple[Statement, Sequence[Any]]


def together(asked: Sequence[Asked]) -> list[list[Row]]:
    """Run several statements one after the other, on one way to the database; the rows of each that gives any.

    A migration may give a column another type: what PostgreSQL has ready then serves no more and is made anew, at once
    or, since a transaction is lost with it, for the next one. Raises `NotSupportedError` there."""
    cursor = _execute(asked)
    return [cursor.rows(place) for place in range(-len(asked), 0)]


class _Waiting:
    """Writes that go with the next statement, whatever that is."""

    def __init__(self) -> None:
        self._asked: list[Asked] = []
        self._schema = _schema()

    def add(self, statement: Statement, asked: Sequence[Any]) -> None:
        self._asked.append((statement, asked))

    def take(self) -> list[Asked]:
        """Those that are due now. Raises `RuntimeError` in another account than theirs."""
        found, self._asked = self._asked, []
        if found and self._schema != _schema():
            raise RuntimeError("Another account was entered before everything was written.")
        return found

    def send(self) -> None:
        """Write them now."""
        if found := self.take():
            _execute(found)

    def before(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        """Write them before a statement that nobody has prepared: it may read them, or begin a savepoint."""
        self.send()
        return execute(sql, params, many, context)


_waiting: ContextVar[_Waiting | None] = ContextVar("writes_that_wait", default=None)


@contextmanager
def gathered() -> Iterator[None]:
    """Inside of a transaction: have what only writes (`Statement.run`) sent with the next statement that reads, and the
    rest at the end of the block. In which order things happen stays the same; who fails is heard of a little later."""
    connection = connections[DEFAULT_DB_ALIAS]
    if _waiting.get() is not None or not connection.in_atomic_block:
        yield
        return
    waiting = _Waiting()
    token = _waiting.set(waiting)
    try:
        with connection.execute_wrapper(waiting.before):
            yield
            waiting.send()
    finally:
        _waiting.reset(token)


@async_unsafe
def _execute(asked: Sequence[Asked]) -> direct.Cursor:
    """Run these in this thread's connection, after what waits; gives back the cursor that has done so."""
    connection: Any = connections[DEFAULT_DB_ALIAS]
    session = direct.session(connection)
    waiting = _waiting.get()
    every = [*(waiting.take() if waiting else ()), *asked]
    try:
        return _run(connection, session, every)
    except NotSupportedError:
        for statement, _ in every:
            statement.give_up(session.known)
        if connection.in_atomic_block:
            raise
        return _run(connection, session, every)


def _run(connection: Any, session: direct.Session, asked: Sequence[Asked]) -> direct.Cursor:
    watched = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    text = "; ".join(statement.text(len(values)) for statement, values in asked)
    with session.turn:
        cursor = direct.Cursor(session, [(one.named(connection, session.known), values) for one, values in asked])
        watched(cursor).execute(text, [value for _, values in asked for value in values])
    return cursor


def _schema() -> str:
    return getattr(connections[DEFAULT_DB_ALIAS], "schema_name", "")
