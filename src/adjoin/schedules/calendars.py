"""Opening hours as arithmetic. Nothing here asks a database or a clock, or knows of tickets.

A calendar counts what its clock on the wall says: an hour that the clock skips in spring was never open, one that it
shows twice in autumn was open twice. Without a calendar (None) the desk is open around the clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
DAY_MINUTES, WEEK_MINUTES = 24 * 60, 7 * 24 * 60
HORIZON = timedelta(days=3660)  # what takes longer than ten years never comes
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Calendar:
    """A week of opening hours in a zone, and the days without them.

    `intervals` are minutes since Sunday 00:00, in order, apart, none beyond midnight; `holidays` both ends included."""

    zone: str
    intervals: tuple[tuple[int, int], ...]
    holidays: tuple[tuple[date, date], ...] = ()

    def is_holiday(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.holidays)


def is_open(calendar: Calendar | None, moment: datetime) -> bool:
    """Whether the desk is open at that moment."""
    if calendar is None:
        return True
    return any(start <= moment < end for start, end in _open_on(calendar, _utc_day(moment)))


def is_on_holiday(calendar: Calendar | None, moment: datetime) -> bool:
    """Whether that moment falls on a holiday, where the calendar is."""
    return calendar is not None and calendar.is_holiday(moment.astimezone(ZoneInfo(calendar.zone)).date())


def between(calendar: Calendar | None, since: datetime, until: datetime) -> timedelta:
    """How long the desk is open from `since` to `until`; nothing when these are the wrong way round."""
    if calendar is None:
        return max(until - since, timedelta())
    return sum((end - start for start, end in _forwards(calendar, since, until)), timedelta())


def after(calendar: Calendar | None, moment: datetime, open_for: timedelta) -> datetime | None:
    """The first moment at which the desk has been open for that long since `moment`; None if that never comes.

    What is due after the last minute of a day is due when it closes, not when it opens again."""
    found = reach(calendar, moment, open_for)
    return found[0] if found is not None else None


def reach(
    calendar: Calendar | None, moment: datetime, open_for: timedelta, *, ahead: bool = True
) -> tuple[datetime, datetime] | None:
    """The nearest and the furthest moment that the desk is open for exactly so long away from `moment`.

    They differ where the desk is closed in between. `ahead=False` looks back. None if that is never reached."""
    if calendar is None:
        there = moment + (open_for if ahead else -open_for)
        return there, there
    nearest = None if open_for else moment
    for near, far in _ways(calendar, moment, ahead=ahead):
        if nearest is not None:
            return nearest, near
        if open_for < abs(far - near):
            there = near + (open_for if ahead else -open_for)
            return there, there
        open_for -= abs(far - near)
        nearest = far if not open_for else None
    return None if nearest is None else (nearest, moment + (HORIZON if ahead else -HORIZON))


def _ways(calendar: Calendar, moment: datetime, *, ahead: bool) -> Iterator[Span]:
    """The times the desk is open, from `moment` on or back from it, each with its nearer end first."""
    if ahead:
        yield from _forwards(calendar, moment, moment + HORIZON)
        return
    day, earliest = _utc_day(moment), moment - HORIZON
    while day > earliest:
        for start, end in reversed(_open_on(calendar, day)):
            if start < moment:
                yield min(end, moment), start
        day -= DAY


def _forwards(calendar: Calendar, since: datetime, until: datetime) -> Iterator[Span]:
    day = _utc_day(since)
    while since < until and day < until:
        for start, end in _open_on(calendar, day):
            if end > since and start < until:
                yield max(start, since), min(end, until)
        day += DAY


@lru_cache(maxsize=8192)
def _open_on(calendar: Calendar, day: datetime) -> tuple[Span, ...]:
    """When the desk is open within the 24 hours from `day`, a midnight in UTC. In order."""
    found = []
    for begin, end, offset in _pieces(ZoneInfo(calendar.zone), day):
        for opens, closes in _on_the_wall(calendar, begin + offset, end + offset):
            start, stop = max(opens - offset, begin), min(closes - offset, end)
            if start < stop:
                found.append((start, stop))
    return tuple(found)


def _on_the_wall(calendar: Calendar, begin: datetime, end: datetime) -> Iterator[Span]:
    """The opening hours of each day between two readings of the clock on the wall, written as if they were UTC."""
    day = begin.date()
    while day <= end.date():
        midnight = datetime.combine(day, time(), UTC)
        first = day.isoweekday() % 7 * DAY_MINUTES
        for start, stop in calendar.intervals if not calendar.is_holiday(day) else ():
            if first <= start < first + DAY_MINUTES:
                yield midnight + (start - first) * MINUTE, midnight + (stop - first) * MINUTE
        day += DAY


def _pieces(zone: ZoneInfo, day: datetime) -> list[tuple[datetime, datetime, timedelta]]:
    """The 24 hours from `day`, cut where the clock on the wall is changed, each piece with its offset from UTC."""
    end = day + DAY
    first, last = _offset(zone, day), _offset(zone, end - MINUTE)
    if first == last:
        return [(day, end, first)]
    before, turned = 0, DAY_MINUTES  # minutes: the change lies between these
    while turned - before > 1:
        middle = (before + turned) // 2
        if _offset(zone, day + middle * MINUTE) == first:
            before = middle
        else:
            turned = middle
    turn = day + turned * MINUTE
    return [(day, turn, first), (turn, end, last)]


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _utc_day(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC).date(), time(), UTC)
