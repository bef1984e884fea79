"""Writing rows of models by statements that PostgreSQL has ready: what every change of a ticket writes.

Django puts each `save()` together anew, which takes several times as long as to write the row. No signals are sent,
nothing but the columns of the model itself is written, and each as it stands: no `auto_now`, no expressions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, models
from django.db.models import Model
from django.db.models.expressions import DatabaseDefault
from django.db.models.fields import NOT_PROVIDED

from adjoin.kernel import prepared

_INSERT = "INSERT INTO {table} ({columns}) VALUES {rows} RETURNING {key}"
_UPDATE = "UPDATE {table} SET {moved} WHERE {key} = $1"
_NUMBERS = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, $1::int)"
_NUMBER, _TEXT = (int, type(None)), (str, type(None))
_PLAIN: dict[type, tuple[type, ...]] = {
    models.ForeignKey: _NUMBER,
    models.BigAutoField: _NUMBER,
    models.IntegerField: _NUMBER,
    models.BigIntegerField: _NUMBER,
    models.CharField: _TEXT,
    models.TextField: _TEXT,
    models.BooleanField: (bool, type(None)),
    models.DateTimeField: (datetime, type(None)),
}
TOGETHER_MAX = 4  # rows in one statement that is kept; more of them are worth putting one together


def insert(row: Model) -> None:
    """Write a new row, which gets its id."""
    insert_all([row])


def insert_all(rows: Sequence[Model]) -> None:
    """Write new rows of one model, in order; they get their ids. One statement."""
    if not rows:
        return
    model = type(rows[0])
    if len(rows) > TOGETHER_MAX or any(map(_leaves_to_database, rows)):
        model._default_manager.bulk_create(rows)
        return
    statement, asked = _inserting(rows)
    for row, (pk,) in zip(rows, statement.rows(*asked), strict=True):
        row.pk = pk
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def add(rows: Sequence[Model]) -> None:
    """Write new rows of one model whose ids nobody asks for, or that have one from `number`.

    Inside of `prepared.gathered` they go with the next statement."""
    if len(rows) > TOGETHER_MAX or any(map(_leaves_to_database, rows)):
        type(rows[0])._default_manager.bulk_create(rows)
    elif rows:
        statement, asked = _inserting(rows)
        statement.run(*asked)
        for row in rows:
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def number(rows: Sequence[Model]) -> None:
    """Give new rows, of whatever models, the ids under which they will be written, in order."""
    times = Counter(map(type, rows))
    found = prepared.together([(_numbers(model), [count]) for model, count in times.items()])
    ids = {model: iter(numbers) for model, numbers in zip(times, found, strict=True)}
    for row in rows:
        (row.pk,) = next(ids[type(row)])


def put(row: Model, names: Sequence[str]) -> None:
    """As `update` does, of a row that this transaction has locked.

    Inside of `prepared.gathered` it goes with the next statement."""
    if names:
        _update(type(row), tuple(names)).run(row.pk, *_values([row], names))


def update(row: Model, names: Sequence[str]) -> None:
    """Write these fields (`attname`s) of a row that is there, as `save(update_fields=...)` does; nothing for none.

    Raises `DatabaseError` where it is there no more."""
    if not names:
        return
    if not _update(type(row), tuple(names)).count(row.pk, *_values([row], names)):
        raise DatabaseError(f"{type(row).__name__} {row.pk} is there no more.")


@lru_cache
def names(model: type[Model]) -> tuple[str, ...]:
    """The `attname`s of what a row is given; its key and what the database works out is not."""
    return tuple(field.attname for field in model._meta.concrete_fields if not (field.primary_key or field.generated))


def _inserting(rows: Sequence[Model]) -> prepared.Asked:
    model = type(rows[0])
    columns = names(model) if rows[0].pk is None else (_key(model), *names(model))
    return _insert(model, columns, len(rows)), _values(rows, columns)


def _leaves_to_database(row: Model) -> bool:
    """Whether a column's value is for the database to find."""
    return any(isinstance(getattr(row, name), DatabaseDefault) for name in _with_defaults(type(row)))


def _key(model: type[Model]) -> str:
    key = model._meta.pk
    assert key is not None
    return key.attname


def _values(rows: Sequence[Model], names: Sequence[str]) -> list[Any]:
    """What the columns of these names get, row by row."""
    model, own = type(rows[0]), connections[DEFAULT_DB_ALIAS]
    fields, plain = _fields(model), _plain(model)
    return [
        value if type(value) in plain[name] else fields[name].get_db_prep_save(value, own)
        for row in rows
        for name in names
        for value in [getattr(row, name)]
    ]


@lru_cache
def _plain(model: type[Model]) -> dict[str, frozenset[type]]:
    """Of each field what Django writes as it stands, so that it need not be asked: nothing of fields that do more."""
    return {name: frozenset(_PLAIN.get(type(field), ())) for name, field in _fields(model).items()}


@lru_cache
def _with_defaults(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if field.db_default is not NOT_PROVIDED]


@lru_cache
def _fields(model: type[Model]) -> dict[str, Any]:
    return {field.attname: field for field in model._meta.concrete_fields}


@lru_cache
def _insert(model: type[Model], columns: tuple[str, ...], times: int) -> prepared.Statement:
    places = [f"${at}" for at in range(1, len(columns) * times + 1)]
    width = len(columns)
    rows = [f"({', '.join(places[width * row : width * (row + 1)])})" for row in range(times)]
    named = ", ".join(_column(model, name) for name in columns)
    return prepared.Statement(_INSERT.format(**_said(model), columns=named, rows=", ".join(rows)))


@lru_cache
def _numbers(model: type[Model]) -> prepared.Statement:
    return prepared.Statement(_NUMBERS, [model._meta.db_table, _key(model)])


@lru_cache
def _update(model: type[Model], columns: tuple[str, ...]) -> prepared.Statement:
    moved = ", ".join(f"{_column(model, name)} = ${at}" for at, name in enumerate(columns, 2))
    return prepared.Statement(_UPDATE.format(**_said(model), moved=moved))


def _said(model: type[Model]) -> dict[str, str]:
    return {"table": _quoted(model._meta.db_table), "key": _column(model, _key(model))}


def _column(model: type[Model], name: str) -> str:
    return _quoted(_fields(model)[name].column)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
