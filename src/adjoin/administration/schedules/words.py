"""Opening hours in words: "Monday to Friday 09:00-17:00"."""

from __future__ import annotations

from django.utils.translation import gettext as _

from adjoin.administration.schedules.forms import DAYS
from adjoin.schedules.calendars import DAY_MINUTES
from adjoin.schedules.models import Schedule


def week(schedule: Schedule) -> list[str]:
    """A line for each run of days with the same hours; none when the desk never opens."""
    runs: list[tuple[str, str, str]] = []  # first day, last day, hours
    for number, label in DAYS:
        hours = _hours(schedule, number)
        if runs and runs[-1][2] == hours:
            runs[-1] = (runs[-1][0], str(label), hours)
        else:
            runs.append((str(label), str(label), hours))
    return [f"{_days(first, last)} {hours}" for first, last, hours in runs if hours]


def _days(first: str, last: str) -> str:
    return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}


def _hours(schedule: Schedule, number: int) -> str:
    begin = number * DAY_MINUTES
    spans = [one for one in schedule.intervals if one[0] // DAY_MINUTES == number]
    return ", ".join(f"{_clock(start - begin)}-{_clock(end - begin)}" for start, end in spans)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
