"""Making of a database's rows what a query gives: everything that Django looks up for each query is looked up once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet, prefetch_related_objects, query

Row = Sequence[Any]


class Reader:
    """Of one query, whose SQL `compiler` has put together. Raises `TypeError` for queries that give dictionaries."""

    def __init__(self, queryset: QuerySet[Any, Any], compiler: Any) -> None:
        columns = [one[0] for one in compiler.select[: compiler.col_count]]
        self._converters = [(place, *one) for place, one in compiler.get_converters(columns).items()]
        asked: Any = queryset
        self._prefetched = asked._prefetch_related_lookups
        kind = asked._iterable_class
        self._make: Callable[[Row], Any]
        if kind is query.FlatValuesListIterable:
            self._make = _first
        elif kind is query.ValuesListIterable:
            self._make = tuple
        elif kind is query.ModelIterable and not asked._known_related_objects:
            self._make = _Instances(compiler)
        else:
            raise TypeError(f"{kind.__name__} cannot be read out of a statement that is kept.")

    def read(self, rows: Sequence[Row], connection: Any) -> list[Any]:
        """What the query gives, of what `connection` answered."""
        found = [self._make(row) for row in self._converted(rows, connection)]
        if self._prefetched and found:
            prefetch_related_objects(found, *self._prefetched)
        return found

    def _converted(self, rows: Sequence[Row], connection: Any) -> Iterator[Row]:
        for row in rows:
            values = list(row)
            for place, converters, column in self._converters:
                value = values[place]
                for convert in converters:
                    value = convert(value, column, connection)
                values[place] = value
            yield values


class _Instances:
    """Makes rows instances of their model, with those of related models that were asked for."""

    def __init__(self, compiler: Any) -> None:
        known = compiler.klass_info
        self._model = known["model"]
        begin, end = known["select_fields"][0], known["select_fields"][-1] + 1
        self._own = slice(begin, end)
        self._names = [one[0].target.attname for one in compiler.select[self._own]]
        get_populators: Any = query.get_related_populators
        self._related = get_populators(known, compiler.select, DEFAULT_DB_ALIAS)
        self._added = list(compiler.annotation_col_map.items())

    def __call__(self, row: Row) -> Any:
        found = self._model.from_db(DEFAULT_DB_ALIAS, self._names, row[self._own])
        for one in self._related:
            one.populate(row, found)
        for name, place in self._added:
            setattr(found, name, row[place])
        return found


def _first(row: Row) -> Any:
    return row[0]
