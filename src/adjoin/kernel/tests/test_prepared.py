"""Statements that are ready behave as those that Django sends: values, transactions, failures, and who looks on."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import (
    DEFAULT_DB_ALIAS,
    DataError,
    IntegrityError,
    OperationalError,
    connection,
    connections,
    transaction,
)
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from psycopg.types.json import Jsonb

from adjoin.kernel.prepared import Statement, together
from adjoin.tickets.terms import Channel

VALUES: list[tuple[str, Any]] = [
    ("text", 'it\'s \\ "quoted" $1 %s é\n'),
    ("text", Channel.SHARING),
    ("text", None),
    ("bigint", -(2**63)),
    ("boolean", True),
    ("numeric", Decimal("1.50")),
    ("double precision", 0.1),
    ("timestamptz", datetime(2026, 3, 4, 10, 0, 0, 123456, UTC)),
    ("timestamptz", datetime(2026, 3, 4, 10, tzinfo=timezone(timedelta(hours=5, minutes=30)))),
    ("uuid", UUID(int=7)),
    ("jsonb", Jsonb({"it's": [1, None, "\\"]})),
    ("bigint[]", [1, -2]),
    ("bigint[]", []),
    ("text[]", ['a "b"', "{c},\\", "", None, "null"]),
    ("bytea", b"\\x00\x00'"),
]


@pytest.fixture
def elsewhere(db: None) -> Any:
    """Runs a function in a thread of its own, whose connection has seen nothing and is in no transaction."""

    def run(function: Callable[[], Any]) -> Any:
        def closing() -> Any:
            try:
                return function()
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(closing).result()

    return run


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "value"), VALUES)
def test_what_is_asked_arrives_as_by_a_cursor_of_django(kind: str, value: Any) -> None:
    ready = Statement(f"SELECT $1::{kind}, pg_typeof($1)::text")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT CAST(%s AS {kind}), '{kind.replace('timestamptz', 'timestamp with time zone')}'", [value]
        )
        assert ready.rows(value) == ready.rows(value) == cursor.fetchall()


@pytest.mark.django_db
def test_several_values_come_in_order_and_rows_are_counted() -> None:
    given = Statement("SELECT $2::text, $1::bigint, %s::text FROM generate_series(1, $1)", ["it's always"])
    assert given.rows(2, "two") == [("two", 2, "it's always")] * 2
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE kettles (litres integer UNIQUE) ON COMMIT DROP")
    assert Statement("INSERT INTO kettles SELECT generate_series(1, $1)").count(3) == 3
    assert Statement("DELETE FROM kettles WHERE litres > $1").count(5) == 0
    assert Statement("SELECT litres FROM kettles WHERE litres = 9").rows() == []


@pytest.mark.django_db
def test_it_fails_as_a_cursor_of_django_does_and_runs_in_no_transaction_that_has_failed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE kettles (litres integer UNIQUE) ON COMMIT DROP")
    write = Statement("INSERT INTO kettles VALUES ($1)")
    write.run(1)
    with pytest.raises(IntegrityError, match="duplicate key"), transaction.atomic():
        write.run(1)
    with pytest.raises(DataError), transaction.atomic():
        write.run("three")
    with transaction.atomic():
        connection.needs_rollback = True
        with pytest.raises(TransactionManagementError):
            write.run(4)
    assert Statement("SELECT litres FROM kettles").rows() == [(1,)]


@pytest.mark.django_db
def test_of_several_none_runs_after_one_that_fails() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE kettles (litres integer UNIQUE) ON COMMIT DROP")
    write, read = Statement("INSERT INTO kettles VALUES ($1)"), Statement("SELECT litres FROM kettles ORDER BY litres")
    assert together([(write, [1]), (read, []), (write, [2]), (read, [])]) == [[], [(1,)], [], [(1,), (2,)]]
    with pytest.raises(IntegrityError, match="duplicate key"), transaction.atomic():
        together([(write, [3]), (write, [3]), (write, [4]), (read, [])])
    assert together([(read, []), (write, [5]), (read, [])]) == [[(1,), (2,)], [], [(1,), (2,), (5,)]]


@pytest.mark.django_db
def test_more_goes_at_once_than_either_side_holds() -> None:
    echo, words = Statement("SELECT $1::text, repeat('x', 100000)"), "words " * 20_000
    asked = [(echo, [f"{words}{number}"]) for number in range(60)]
    assert [len(rows[0][0]) for rows in together(asked)] == [len(one) for _, (one,) in asked]


@pytest.mark.django_db
def test_what_no_text_can_hold_is_told_before_anything_is_sent() -> None:
    echo = Statement("SELECT $1::text")
    with pytest.raises(DataError):
        together([(echo, ["before"]), (echo, ["a\x00b"])])
    assert echo.rows("after") == [("after",)]


@pytest.mark.django_db
def test_whoever_looks_on_sees_it() -> None:
    seen: list[str] = []

    def look(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    ready = Statement("SELECT $1::text")
    ready.rows("before")
    with connection.execute_wrapper(look), CaptureQueriesContext(connection) as log:
        assert ready.rows("it's") == [("it's",)]
    assert len(seen) == len(log) == 1
    assert log[0]["sql"].endswith("('it''s')")


def test_the_first_statement_of_a_transaction_begins_it(elsewhere: Any) -> None:
    def look() -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE kettles (litres integer)")
        write = Statement("INSERT INTO kettles VALUES ($1)")
        write.run(1)  # by itself, at once
        with transaction.atomic():
            write.run(2)
            transaction.set_rollback(True)
        with transaction.atomic():
            write.run(3)
        return Statement("SELECT litres FROM kettles ORDER BY litres").rows()

    assert elsewhere(look) == [(1,), (3,)]


def test_a_connection_that_was_lost_is_told_and_made_anew_when_it_is_looked_at(elsewhere: Any) -> None:
    own = Statement("SELECT pg_backend_pid()")

    def look() -> None:
        ((first,),) = own.rows()
        Statement("SELECT 1").rows()
        with pytest.raises(OperationalError):
            Statement("SELECT pg_terminate_backend($1)").rows(first)
        connection.close_if_unusable_or_obsolete()  # as after each request
        ((second,),) = own.rows()
        assert second != first
        with connection.cursor() as cursor, pytest.raises(OperationalError):
            cursor.execute("SELECT pg_terminate_backend(%s)", [second])
        connection.errors_occurred = False
        vars(connections[DEFAULT_DB_ALIAS])["health_check_done"] = False  # as before each request
        ((third,),) = own.rows()
        assert third != second

    elsewhere(look)


@pytest.mark.django_db
def test_two_threads_that_share_a_connection_get_each_its_own_answers() -> None:
    shared, echo, many = connections[DEFAULT_DB_ALIAS], Statement("SELECT $1::bigint"), Statement("SELECT $1::text")
    each_anew = [Statement(f"SELECT $1::bigint + {n} - {n}") for n in range(300)]  # more than a connection keeps
    shared.inc_thread_sharing()

    def ask(first: int) -> bool:
        connections[DEFAULT_DB_ALIAS] = shared
        numbers = range(first, first + 300)
        return all(
            each_anew[one - first].rows(one) == echo.rows(one) == [(one,)]
            and together([(many, [str(one)]), (echo, [one])]) == [[(str(one),)], [(one,)]]
            for one in numbers
        )

    try:
        with ThreadPoolExecutor(4) as pool:
            assert all(pool.map(ask, [0, 1000, 2000, 3000]))
    finally:
        shared.dec_thread_sharing()
