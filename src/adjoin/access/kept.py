"""Keeping queries that are put together from rules, which costs Django more than it costs PostgreSQL to answer them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar, TypeVarTuple

from django.db.models import QuerySet

Asked = TypeVarTuple("Asked")
Rows = TypeVar("Rows", bound="QuerySet[Any]")
QUERIES_MAX = 64  # of each sort, in each process


def kept(*rules: list[Any]) -> Callable[[Callable[[*Asked], Rows]], Callable[[*Asked], Rows]]:
    """Have a function of an actor give the same query for the same actor, for as long as `rules` are the same.

    Safe, because an actor is a value: when a right of somebody's ends they are another actor from then on. No query
    that is kept holds rows."""

    def keep(build: Callable[[*Asked], Rows]) -> Callable[[*Asked], Rows]:
        @lru_cache(maxsize=QUERIES_MAX)
        def found(_rules: tuple[tuple[Any, ...], ...], *asked: *Asked) -> Rows:
            return build(*asked)

        @wraps(build)
        def query(*asked: *Asked) -> Rows:
            return found(tuple(map(tuple, rules)), *asked).all()

        return query

    return keep
