"""Tickets as the rules' columns see them: gathered into cells of the same brand, group, organization and so on.

A million tickets make some thousand cells, so that hundreds of differences between classes of people are summed over
one walk. The conditions are the rules' own; `simplified` takes out of them what holds for no class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Count, Q, Sum

from adjoin.access import grants
from adjoin.access.grants import NOTHING
from adjoin.access.lookups import NONE
from adjoin.access.narrowing import SOMEBODY_ELSE
from adjoin.tickets.models import Ticket

AT_ONCE = 400  # sums in one walk


@dataclass(frozen=True, eq=False)
class Rows:
    """Some tickets: those that `query` finds. It finds none where `where` does not, which is quicker to ask."""

    where: Q
    query: Q
    count: int = 0

    @property
    def all(self) -> Q:
        """The condition that finds them."""
        return self.where & self.query


def counted(some: Sequence[Rows]) -> list[Rows]:
    """The same with their counts, in the same order."""
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, rows in enumerate(some):
        alike[_columns(rows.query)].append(at)
    counts: dict[int, int] = {}
    for places in alike.values():
        for at_once in (places[at : at + AT_ONCE] for at in range(0, len(places), AT_ONCE)):
            where = together(some[at].where for at in at_once)
            counts.update(zip(at_once, sums(where, [some[at].query for at in at_once]), strict=True))
    return [replace(rows, count=counts[at]) for at, rows in enumerate(some)]


def sums(where: Q, queries: Sequence[Q]) -> list[int]:
    """How many of the tickets that `where` finds each query finds. Of tickets the queries name what cells have."""
    asked = {f"n{at}": Sum("n", filter=query) for at, query in enumerate(queries) if query != NOTHING}
    if not asked:
        return [0] * len(queries)
    columns = sorted({name for query in queries for name in _columns(query)}) or ["brand_id"]
    cells = Ticket.objects.filter(where & _common(queries)).values(*columns).annotate(n=Count("*")).order_by()
    found = cells.aggregate(**asked)
    return [int(found.get(f"n{at}") or 0) for at in range(len(queries))]


def together(wheres: Iterable[Q]) -> Q:
    """Where any of these conditions holds, with the ids of a column in one list; each is of `narrowing`."""
    ids: dict[str, frozenset[int]] = defaultdict(frozenset)
    for where in wheres:
        if where == Q():
            return Q()
        for name, some in _conditions(where):
            ids[name] |= some
    return grants.any_of(Q((name, some)) for name, some in ids.items())


def simplified(query: Q) -> Q:
    """The condition without what holds for nobody's class: no ids, nobody's ticket, and what somebody asked for."""
    parts = [simplified(one) if isinstance(one, Q) else _of_class(one) for one in query.children]
    if query.connector == Q.OR and parts:
        found = grants.any_of(parts)
    else:
        found = NOTHING if NOTHING in parts else reduce(and_, parts, Q())
    return _negated(found) if query.negated else found


def _of_class(condition: Any) -> Q:
    name, value = condition
    if name.endswith("__none_of") and not value:
        return Q()
    finds_nothing = name == "requester_id" or (name.endswith("__any_of") and not value)
    return NOTHING if finds_nothing or (name, value) == ("assignee_id", SOMEBODY_ELSE) else Q(condition)


def _negated(query: Q) -> Q:
    if query == NOTHING:
        return Q()
    return NOTHING if query == Q() else ~query


def suffice_for(query: Q) -> bool:
    """Whether a condition names nothing that the tickets of a cell differ in."""
    return {"pk", "requester_id"}.isdisjoint(_columns(query))


def _columns(query: Q) -> tuple[str, ...]:
    """The columns it names, but those of which it says nothing at all."""
    named = {
        name.removesuffix("__any_of").removesuffix("__none_of") for name, value in _conditions(query) if value != NONE
    }
    return tuple(sorted(named))


def _conditions(query: Q) -> Iterator[Any]:
    for one in query.children:
        yield from _conditions(one) if isinstance(one, Q) else (one,)


def _common(queries: Sequence[Q]) -> Q:
    """What all of them ask for at least, as that a ticket is not deleted."""
    asked = [query for query in queries if query != NOTHING]
    needed = [{one for one in query.children if not isinstance(one, Q)} for query in asked if _is_all_of(query)]
    return Q(*sorted(set.intersection(*needed), key=str)) if len(needed) == len(asked) else Q()


def _is_all_of(query: Q) -> bool:
    return query.connector == Q.AND and not query.negated
