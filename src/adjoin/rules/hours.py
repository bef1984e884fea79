"""What "less than 4 hours", by the clock or of opening hours, says of a moment: the edges it has to lie between.

Memory and SQL compare with the same edges, so that they cannot disagree."""

from __future__ import annotations

import operator as compare
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from adjoin.schedules import calendars, queries

if TYPE_CHECKING:
    from adjoin.schedules.calendars import Calendar

BUSINESS = "_business_hours"
BY_THE_CLOCK = ("less_than", "greater_than", "is")
OPERATORS = (*BY_THE_CLOCK, *(f"{one}{BUSINESS}" for one in BY_THE_CLOCK))
Edges = Sequence[tuple[str, datetime]] | None  # lookups that all hold; None: no moment is so
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "lt": compare.lt,
    "lte": compare.le,
    "gt": compare.gt,
    "gte": compare.ge,
}


def lies(moment: datetime, edges: Edges) -> bool:
    """Whether a moment lies between these edges."""
    return edges is not None and all(_COMPARED[lookup](moment, edge) for lookup, edge in edges)


def rows(column: str, operator: str, now: datetime, hours: int, *, is_ahead: bool) -> Q:
    """The tickets whose `column` lies so; opening hours are those of the schedule that each ticket follows."""
    if not operator.endswith(BUSINESS):
        return _between(column, edges(None, operator, now, hours, is_ahead=is_ahead))
    book = queries.book()
    found = Q(pk__in=[])
    for schedule_id, calendar in book.calendars.items():
        its = _between(column, edges(calendar, operator, now, hours, is_ahead=is_ahead))
        found |= book.followers(schedule_id) & its
    return found if book.calendars else _between(column, edges(None, operator, now, hours, is_ahead=is_ahead))


def edges(calendar: Calendar | None, operator: str, now: datetime, hours: int, *, is_ahead: bool) -> Edges:
    """What a moment has to be so that so many hours lie between it and `now`."""
    here = calendars.reach(calendar, now, timedelta(hours=hours), ahead=is_ahead)
    nearer, further = ("lt", "gt") if is_ahead else ("gt", "lt")
    match operator.removesuffix(BUSINESS):
        case "less_than":
            return [(nearer, here[0])] if here else []
        case "greater_than":
            return [(further, here[1])] if here else None
        case "is":
            beyond = calendars.reach(calendar, now, timedelta(hours=hours + 1), ahead=is_ahead)
            return [(f"{further}e", here[0]), *([(nearer, beyond[0])] if beyond else [])] if here else None
    raise LookupError(operator)


def _between(column: str, found: Edges) -> Q:
    if found is None:
        return Q(pk__in=[])
    return Q(**{f"{column}__isnull": False}, **{f"{column}__{lookup}": edge for lookup, edge in found})
