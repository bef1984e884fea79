"""Queries whose SQL is put together once and then kept.

Django takes as long to put a statement together as everything else about it takes, and a change of a ticket asks some
twenty that are always the same but for an id or two. PostgreSQL in turn takes several times as long to plan one that
finds a row by its key as to answer it, so those that each request asks are also prepared (`kernel.prepared`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Set
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, update_wrapper
from itertools import count
from typing import Any, Generic, TypeVar, TypeVarTuple

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError

from adjoin.kernel import prepared
from adjoin.kernel.reading import Reader

Asked = TypeVarTuple("Asked")
Row = TypeVar("Row")
BIGINT = 2**63
STATEMENTS_MAX = 256  # of each sort, in each process


class Ids(tuple[int, ...]):
    """Ids that a column is compared with by `any_of`, `none_of`, `within` or `meets`: one statement for any number."""


def array(ids: Iterable[int]) -> str:
    """Ids as PostgreSQL writes a list. The driver takes ten times as long to write thousands of them."""
    return "{" + ",".join(map(str, sorted(ids))) + "}"


_FIRST = 8_246_713_905_517_342_208
_STANDS_IN = re.compile(f"{str(_FIRST)[:-4]}|\ue000")
# What is put in place of an argument while the SQL is made: nothing that anybody would ask for.
_STAND_INS: dict[type, Callable[[int], Any]] = {
    int: lambda place: _FIRST + place,
    str: lambda place: f"\ue000{place}\ue001",
    datetime: lambda place: datetime(9000, 1, 1, 0, 0, 0, place, UTC),
    Ids: lambda place: Ids((_FIRST + place,)),
}


class Kept(Generic[*Asked, Row]):
    """A function that gives the rows of a query whose SQL is put together once for each shape of its arguments."""

    def __init__(
        self, build: Callable[[*Asked], QuerySet[Any, Row]], rules: tuple[list[Any], ...], *, is_prepared: bool
    ) -> None:
        update_wrapper(self, build)
        self._build = build
        self._rules = rules
        self._is_prepared = is_prepared
        self._statement = lru_cache(maxsize=STATEMENTS_MAX)(self._put_together)

    def __call__(self, *asked: *Asked) -> list[Row]:
        """The rows, afresh."""
        known = _ahead.get()
        if known is not None and (found := known.pop((self, asked), None)) is not None:
            return found
        statement, values = self._asking(asked)
        return statement.rows(values)

    def asking(self, *asked: *Asked) -> Asking:
        """The same question, to be asked with others by `ahead`."""
        return Asking(self, asked, *self._asking(asked))

    def _asking(self, given: tuple[Any, ...]) -> tuple[_Statement, tuple[Any, ...]]:
        shape = _each(given, lambda one: _OPEN.get(type(one), one))
        return self._statement(tuple(map(tuple, self._rules)), shape), tuple(_leaves(given))

    def _put_together(self, _rules: tuple[tuple[Any, ...], ...], shape: tuple[Hashable, ...]) -> _Statement:
        stand_ins = {n: _STAND_INS[one.of](n) for n, one in enumerate(_leaves(shape)) if isinstance(one, _Open)}
        numbers = count()
        asked: Any = _each(shape, lambda one: stand_ins.get(next(numbers), one))
        places = {_as_parameter(one): n for n, one in stand_ins.items()}
        perhaps = {n for n, is_member in enumerate(_memberships(shape)) if is_member}
        return _Statement(self._build(*asked), places, perhaps, is_prepared=self._is_prepared)


def kept(
    *rules: list[Any], is_prepared: bool = False
) -> Callable[[Callable[[*Asked], QuerySet[Any, Row]]], Kept[*Asked, Row]]:
    """Have a function that gives a query give its rows instead, and put the SQL together only once.

    Whole numbers, text, moments and `Ids` may be others at each call: the function may do nothing with them but compare
    columns to them. For any other argument, which must be hashable, and whenever `rules` are others, it is another
    statement. No rows are kept: each call asks the database.

    The members of a `NamedTuple` are arguments, too; rules may do without some of those.

    With `is_prepared`, PostgreSQL plans it once for each connection, whatever is asked: only for what finds a row or
    two by keys."""
    return lambda build: Kept(build, rules, is_prepared=is_prepared)


@dataclass(frozen=True)
class Asking:
    """One question to a kept function, not asked yet."""

    function: Any
    given: tuple[Any, ...]
    statement: _Statement
    values: tuple[Any, ...]


_ahead: ContextVar[dict[tuple[Any, tuple[Any, ...]], list[Any]] | None] = ContextVar("read_ahead", default=None)


@contextmanager
def ahead(*askings: Asking) -> Iterator[None]:
    """Ask all of these in one go, in this order, and hand each function what came when it is called inside the block
    for the first time with these arguments. For what is asked in any case, and not changed before it is."""
    known = {**(_ahead.get() or {})}
    ready = [one for one in askings if one.statement.is_ready(one.values)]
    found = prepared.together([one.statement.as_asked(one.values) for one in ready]) if len(ready) > 1 else []
    for one, rows in zip(ready, found, strict=False):
        known[one.function, one.given] = one.statement.read(rows)
    token = _ahead.set(known)
    try:
        yield
    finally:
        _ahead.reset(token)


def _each(given: tuple[Any, ...], what: Callable[[Any], Any]) -> tuple[Any, ...]:
    """The same arguments with something else in the place of each, and of each member of those that are several."""
    return tuple(type(one)(*map(what, one)) if hasattr(one, "_fields") else what(one) for one in given)


def _leaves(given: tuple[Any, ...]) -> Iterator[Any]:
    for one in given:
        yield from one if hasattr(one, "_fields") else (one,)


def _memberships(given: tuple[Any, ...]) -> Iterator[bool]:
    for one in given:
        yield from [True] * len(one) if hasattr(one, "_fields") else [False]


class _Open:
    """An argument that is another one at each call."""

    def __init__(self, of: type) -> None:
        self.of = of


_OPEN = {of: _Open(of) for of in _STAND_INS}


class _Statement:
    """One query, put together, with places for what is asked.

    `places` has the argument that each stand-in is for, `perhaps` those that it may do without."""

    def __init__(
        self, queryset: QuerySet[Any, Any], places: dict[Any, int], perhaps: Set[int], *, is_prepared: bool
    ) -> None:
        self._is_locking = queryset.query.select_for_update
        compiler: Any = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        try:
            self._sql, parameters = compiler.as_sql()
        except EmptyResultSet:  # nothing can fit, whatever is asked
            self._sql, self._parameters = "", []
            return
        # Each parameter, and the argument it is instead, if it is one.
        self._parameters = [
            (one, places.get(one) if isinstance(one, tuple(_STAND_INS)) else None) for one in parameters
        ]
        inside_another = any(place is None and _STANDS_IN.search(str(one)) for one, place in self._parameters)
        asked_for = {place for _, place in self._parameters if place is not None}
        if inside_another or set(places.values()) - asked_for - perhaps:
            raise TypeError(f"An argument is not only compared to columns: {self._sql}")
        self._open = sorted(asked_for)
        self._reader = Reader(queryset, compiler)
        self._prepared = self._made_ready() if is_prepared else None

    def rows(self, asked: tuple[Any, ...]) -> list[Any]:
        """What the query gives for these arguments, afresh."""
        if not self._sql:
            return []
        self._mind_locks()
        if self._prepared is not None:
            return self.read(self._prepared.rows(*self._keys(asked))) if self.is_ready(asked) else []
        filled = tuple(
            one if place is None else _like(one, _as_parameter(asked[place])) for one, place in self._parameters
        )
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(self._sql, filled)
            return self.read(cursor.fetchall())

    def read(self, found: list[Any]) -> list[Any]:
        """What the query gives, of what the database answered."""
        return self._reader.read(found, connections[DEFAULT_DB_ALIAS]) if found else []

    def is_ready(self, asked: tuple[Any, ...]) -> bool:
        """Whether it is prepared, and can be asked that: no row has a key that no parameter holds."""
        return bool(self._sql) and self._prepared is not None and all(map(_fits, self._keys(asked)))

    def as_asked(self, asked: tuple[Any, ...]) -> prepared.Asked:
        """How `prepared.together` asks it."""
        self._mind_locks()
        assert self._prepared is not None
        return self._prepared, self._keys(asked)

    def _mind_locks(self) -> None:
        if self._is_locking and not connections[DEFAULT_DB_ALIAS].in_atomic_block:
            raise TransactionManagementError("Rows are locked inside of a transaction only.")

    def _keys(self, asked: tuple[Any, ...]) -> list[Any]:
        return [_as_parameter(asked[place]) for place in self._open]

    def _made_ready(self) -> prepared.Statement:
        """The same for `PREPARE`: what is asked stands as `$1`, `$2` in it, whatever is always the same as it is."""
        places = iter([place for _, place in self._parameters])

        def numbered(_: re.Match[str]) -> str:
            place = next(places)
            return "%s" if place is None else f"${self._open.index(place) + 1}"

        always = tuple(one for one, place in self._parameters if place is None)
        return prepared.Statement(re.sub(r"(?<!%)%s", numbered, self._sql), always)


def _fits(key: Any) -> bool:
    return not isinstance(key, int) or -BIGINT <= key < BIGINT


def _as_parameter(given: Any) -> Any:
    return array(given) if isinstance(given, Ids) else given


def _like(stand_in: Any, given: Any) -> Any:
    """What is asked, as the database's adapter has wrapped what stood in for it."""
    return type(stand_in)(given) if isinstance(stand_in, int) else given
