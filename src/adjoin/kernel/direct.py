"""One way to the database and back for statements that PostgreSQL has ready, as libpq has it for those.

What is asked goes beside the statement: nothing is quoted here to be read again there. Several go as one pipeline."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from threading import RLock
from types import SimpleNamespace
from typing import Any

from psycopg import ClientCursor, errors, generators
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, TransactionStatus

_SESSION = "adjoin_session"  # the name by which a connection of psycopg's has its own
Named = tuple[str, Sequence[Any]]  # what a statement is called, and what is asked
Results = list[Any]


class Session:
    """What one connection of psycopg's has ready, and how values get there and back."""

    def __init__(self, raw: Any) -> None:
        self.raw = raw
        self.adapting = Transformer(raw)
        self.turn = RLock()  # what one thread makes ready no other does at once, nor has PostgreSQL forget
        self.known: dict[str, bool] = {}  # statements, and whether each may still be used: the latest used is last


class Cursor:
    """Runs statements that are ready. Django's cursor stands around it, for its wrappers, its log and its errors."""

    def __init__(self, session: Session, asked: Sequence[Named]) -> None:
        self._session = session
        self._asked = asked
        self._results: Results = []
        self._said: tuple[str, Sequence[Any]] = ("", ())

    @property
    def _query(self) -> Any:
        """What Django looks for in a cursor of psycopg's to log what it ran."""
        return SimpleNamespace(query=ClientCursor(self._session.raw).mogrify(*self._said).encode())

    def execute(self, sql: str, values: Sequence[Any]) -> None:
        """Run them in order; after one that fails none. `sql` and `values` say the same for whoever looks on.

        Raises psycopg's errors."""
        self._said = sql, values
        raw, dump = self._session.raw, self._session.adapting.dump_sequence
        with raw.lock:  # as psycopg's own cursors do: a connection may be lent to another thread
            asked = [(name.encode(), dump(one, [PyFormat.TEXT] * len(one))) for name, one in self._asked]
            if not raw.autocommit and raw.pgconn.transaction_status == TransactionStatus.IDLE:
                _check([raw.pgconn.exec_(b"BEGIN")])  # as psycopg has it before the first statement of a transaction
            way = _alone(raw.pgconn, *asked[0]) if len(asked) == 1 else _in_one_go(raw.pgconn, asked)
            self._results = raw.wait(way)
        _check(self._results)

    def rows(self, place: int) -> list[tuple[Any, ...]]:
        """What the statement at that place gave."""
        adapting, result = self._session.adapting, self._results[place]
        with self._session.raw.lock:
            adapting.set_pgresult(result)
            found: list[tuple[Any, ...]] = adapting.load_rows(0, result.ntuples, tuple)
        return found

    def count(self) -> int:
        """How many rows the last one wrote."""
        return self._results[-1].command_tuples or 0


def session(connection: Any) -> Session:
    """That of Django's connection, which is there then, alive, and looks into the account in use."""
    is_unchecked = connection.health_check_enabled and not connection.health_check_done
    if connection.connection is None or is_unchecked or not connection.search_path_set_schemas:
        connection.cursor().close()  # which sees to all of it
    raw = connection.connection
    found: Session | None = getattr(raw, _SESSION, None)
    if found is None:
        found = Session(raw)
        setattr(raw, _SESSION, found)
    return found


def _alone(pgconn: Any, name: bytes, values: Sequence[Any]) -> Generator[Any, Any, Results]:
    pgconn.send_query_prepared(name, values)
    results: Results = yield from generators.execute(pgconn)
    return results


def _in_one_go(pgconn: Any, asked: Sequence[tuple[bytes, Sequence[Any]]]) -> Generator[Any, Any, Results]:
    """The result of each. PostgreSQL answers all that came before a "sync", and it once more for the sync itself."""
    results: Results = []
    pgconn.enter_pipeline_mode()
    for name, values in asked:
        pgconn.send_query_prepared(name, values)
    pgconn.pipeline_sync()
    yield from generators.send(pgconn)
    for _ in asked:
        results += yield from generators.fetch_many(pgconn)
    yield from generators.fetch_many(pgconn)
    pgconn.exit_pipeline_mode()
    return results


def _check(results: Results) -> None:
    """Raises psycopg's error for the first that did not go well."""
    for result in results:
        if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
            raise errors.error_from_result(result)
