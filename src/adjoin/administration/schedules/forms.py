"""A schedule as people type it: its words, and a week of opening hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjoin.brands.models import Brand
from adjoin.kernel.errors import Invalid
from adjoin.people.models import Group
from adjoin.schedules import actions, zones
from adjoin.schedules.calendars import DAY_MINUTES
from adjoin.schedules.models import Schedule
from adjoin.schedules.queries import Book

DAYS = (
    (1, _("Monday")),
    (2, _("Tuesday")),
    (3, _("Wednesday")),
    (4, _("Thursday")),
    (5, _("Friday")),
    (6, _("Saturday")),
    (0, _("Sunday")),
)
SPANS_MAX = 12  # of a day
Intervals = list[list[int]]


@dataclass
class Span:
    """From when to when, as typed: "09:00"; "" for nothing."""

    name: str
    start: str = ""
    end: str = ""


@dataclass
class Day:
    """One line of the week: its spans, and one more to fill in."""

    number: int
    label: str
    spans: list[Span]
    error: str = ""

    def read(self) -> Intervals:
        """The day in minutes since Sunday 00:00. Raises `Invalid`, which `error` keeps."""
        try:
            found = [self._minutes(one) for one in self.spans if one.start or one.end]
            return actions.checked(found)
        except Invalid as error:
            self.error = str(error).removeprefix("Intervals: ").capitalize()
            raise

    def _minutes(self, span: Span) -> list[int]:
        start, end = _minute(span.start), _minute(span.end)
        end = end or DAY_MINUTES if end is not None else None  # until 00:00 is until midnight
        if start is None or end is None:
            raise Invalid.field("intervals", gettext("Intervals: a time is missing"))
        if end <= start:
            raise Invalid.field("intervals", gettext("Intervals: each begins before it ends"))
        return [self.number * DAY_MINUTES + start, self.number * DAY_MINUTES + end]


class ScheduleForm(forms.Form):
    """Name, zone, whose tickets follow it; `week` are the days with their hours."""

    name = forms.CharField(label=_("Name"), max_length=255)
    time_zone = forms.ChoiceField(label=_("Time zone"))
    is_default = forms.BooleanField(label=_("All other tickets follow it too"), required=False)
    groups = forms.MultipleChoiceField(
        label=_("Groups whose tickets follow it"), required=False, widget=forms.CheckboxSelectMultiple
    )
    brands = forms.MultipleChoiceField(
        label=_("Brands whose tickets follow it"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, schedule: Schedule | None, book: Book) -> None:
        pk = schedule.pk if schedule else 0
        initial: dict[str, Any] = {"time_zone": "UTC"}
        if schedule:
            initial = {name: getattr(schedule, name) for name in ("name", "time_zone", "is_default")}
        initial["groups"] = [str(one) for one, its in book.of_group.items() if its == pk]
        initial["brands"] = [str(one) for one, its in book.of_brand.items() if its == pk]
        super().__init__(data, initial=initial)
        self._offer("time_zone", [(name, name.replace("_", " ")) for name in zones.names()])
        self._offer("groups", _named(Group.objects.filter(is_deleted=False)))
        self._offer("brands", _named(Brand.objects.filter(is_active=True)))
        if schedule is None or schedule.is_default:
            del self.fields["is_default"]
        kept = schedule.intervals if schedule else actions.NINE_TO_FIVE
        self.week = _posted(data) if data is not None else _kept(kept)

    def intervals(self) -> Intervals | None:
        """The week in minutes since Sunday 00:00; None when something is wrong, which its day then says."""
        found, is_whole = [], True
        for day in self.week:
            try:
                found += day.read()
            except Invalid:
                is_whole = False
        return sorted(found) if is_whole else None

    def copy_monday(self) -> None:
        """Give Tuesday to Friday the hours of Monday."""
        monday = self.week[0]
        for day in self.week[1:5]:
            day.spans = _spans(day.number, [(one.start, one.end) for one in monday.spans if one.start or one.end])

    def columns(self, intervals: Intervals) -> dict[str, Any]:
        """What `schedules.actions.update` takes, of a valid form."""
        typed = self.cleaned_data
        ids = {f"{noun}_ids": [int(pk) for pk in typed[f"{noun}s"]] for noun in ("group", "brand")}
        default = {"is_default": True} if typed.get("is_default") else {}
        return {"name": typed["name"], "time_zone": typed["time_zone"], "intervals": intervals, **ids, **default}

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class HolidayForm(forms.Form):
    """One holiday; a single day needs no end."""

    name = forms.CharField(label=_("Holiday"), max_length=255)
    start_on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    end_on = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


def _kept(intervals: Intervals) -> list[Day]:
    return [
        Day(
            number,
            str(label),
            _spans(
                number,
                [
                    (_clock(start - number * DAY_MINUTES), _clock(end - number * DAY_MINUTES))
                    for start, end in intervals
                    if start // DAY_MINUTES == number
                ],
            ),
        )
        for number, label in DAYS
    ]


def _posted(data: Mapping[str, Any]) -> list[Day]:
    return [
        Day(
            number,
            str(label),
            _spans(
                number,
                [
                    (start, end)
                    for at in range(SPANS_MAX)
                    if (start := str(data.get(f"day-{number}-{at}-start", "")))
                    + (end := str(data.get(f"day-{number}-{at}-end", "")))
                ],
            ),
        )
        for number, label in DAYS
    ]


def _spans(number: int, filled: list[tuple[str, str]]) -> list[Span]:
    rows = [*filled, ("", "")][:SPANS_MAX]
    return [Span(f"day-{number}-{at}", start, end) for at, (start, end) in enumerate(rows)]


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def _minute(typed: str) -> int | None:
    hour, colon, minute = typed.strip()[:5].partition(":")
    if not (colon and hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
        return None
    return int(hour) * 60 + int(minute)


def _named(rows: Any) -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in rows.order_by("name", "pk").values_list("pk", "name")]
