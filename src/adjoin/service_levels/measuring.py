"""What an update does to the clocks of a ticket, whether or not anything is promised. No database, no clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from adjoin.schedules import calendars
from adjoin.schedules.calendars import Calendar
from adjoin.service_levels import stories
from adjoin.service_levels.stories import Story
from adjoin.service_levels.terms import MEASURED, RUNS, UNSOLVED, EventType, Measured, Metric

MINUTE = timedelta(minutes=1)
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True)
class Happening:
    """One event of a metric. `ran` is when the time ran that an `update_status` sums up."""

    metric: Measured
    instance_id: int
    type: EventType
    at: datetime
    ran: tuple[Stretch, ...] = ()

    def minutes(self, calendar: Calendar | None) -> int:
        """The whole minutes of it, by opening hours or (None) by the clock."""
        return sum((calendars.between(calendar, *one) for one in self.ran), timedelta()) // MINUTE


def happenings(before: Story | None, after: Story, at: datetime) -> Iterator[Happening]:
    """What came of an update at that moment. `before` is None when the ticket was filed by it."""
    for metric in Measured:
        was, stood = _stands(before, metric) if before else (0, EventType.FULFILL)
        number, stands = _stands(after, metric)
        if (number, stands) == (was, stood):
            continue
        if number > was and stood != EventType.FULFILL:
            yield from _ends(before, metric, was, at)
        elif number == was and stood == EventType.FULFILL and stands == EventType.PAUSE:  # it came back, and waits
            yield Happening(metric, number, EventType.ACTIVATE, at)
        for one in range(was + 1, number + 1):
            yield from _begins(metric, one, at)
            if one < number:
                yield from _ends(None, metric, one, at)
        if stands == EventType.FULFILL:
            yield from _ends(before if number == was else None, metric, number, at)
        elif number == was or stands == EventType.PAUSE:
            yield Happening(metric, number, stands, at)


def number_of(story: Story, metric: str) -> int:
    """Which instance a promise is about now."""
    return 1 if metric == Metric.FIRST_REPLY else _stands(story, told_as(metric))[0]


def told_as(metric: str) -> Measured:
    """The metric whose events tell of that promise."""
    return MEASURED.get(Metric(metric)) or Measured(metric)


def _begins(metric: Measured, number: int, at: datetime) -> Iterator[Happening]:
    if number == 1:
        yield Happening(metric, 0, EventType.MEASURE, at)
    yield Happening(metric, number, EventType.ACTIVATE, at)


def _ends(before: Story | None, metric: Measured, number: int, at: datetime) -> Iterator[Happening]:
    """It is done, and took as long as it ran until now; no time at all where it began with the same update."""
    yield Happening(metric, number, EventType.FULFILL, at)
    spans = stories.spans_of(before, _promise(before, metric)) if before else ()
    ran = tuple((begin, end or at) for begin, end in spans)
    yield Happening(metric, number, EventType.UPDATE_STATUS, at, ran)


def _promise(story: Story, metric: Measured) -> str:
    """What counts the time of that metric."""
    if metric == Measured.REPLY:
        return Metric.FIRST_REPLY if story.replied_at is None else Metric.NEXT_REPLY
    return Metric.TOTAL_RESOLUTION if metric == Measured.RESOLUTION else metric


def _stands(story: Story, metric: Measured) -> tuple[int, EventType]:
    """Which instance there is last, 0 for none, and by what it came to stand as it does."""
    is_waiting = story.waiting_since is not None or (story.asked_at is not None and story.replied_at is None)
    if metric == Measured.REPLY:
        return story.asks, EventType.ACTIVATE if is_waiting else EventType.FULFILL
    updates = (Measured.PERIODIC_UPDATE, Measured.PAUSABLE_UPDATE)
    is_owning = metric == Measured.GROUP_OWNERSHIP
    number = story.ownings if is_owning else story.updates if metric in updates else 1
    status = story.statuses[-1][1]
    if status not in UNSOLVED or not number or (is_owning and story.owner_id is None):
        return number, EventType.FULFILL
    return number, EventType.ACTIVATE if status in RUNS[_promise(story, metric)] else EventType.PAUSE
