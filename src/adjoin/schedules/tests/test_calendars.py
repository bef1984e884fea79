"""Opening hours, against a clock on the wall that is asked minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from adjoin.schedules import calendars
from adjoin.schedules.calendars import DAY_MINUTES, Calendar

MINUTE = timedelta(minutes=1)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia")
# The days around changes of the clock, where arithmetic goes wrong.
STARTS = [datetime(2026, *day, tzinfo=UTC) for day in ((3, 28), (10, 24), (3, 7), (10, 31), (4, 4), (10, 3), (6, 1))]


def is_open(calendar: Calendar, moment: datetime) -> bool:
    """What the clock on the wall and the calendar beside it say."""
    there = moment.astimezone(ZoneInfo(calendar.zone))
    if any(first <= there.date() <= last for first, last in calendar.holidays):
        return False
    minute = there.isoweekday() % 7 * DAY_MINUTES + there.hour * 60 + there.minute
    return any(start <= minute < end for start, end in calendar.intervals)


@st.composite
def weeks(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    found = []
    for day in draw(st.sets(st.integers(0, 6), min_size=1)):
        cuts = sorted(draw(st.sets(st.integers(0, 24 * 4), min_size=2, max_size=4)))
        pairs = zip(cuts[::2], cuts[1::2], strict=False)
        found += [(day * DAY_MINUTES + start * 15, day * DAY_MINUTES + end * 15) for start, end in pairs]
    return tuple(sorted(found))


@st.composite
def questions(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    start = draw(st.sampled_from(STARTS)) + draw(st.integers(0, DAY_MINUTES)) * MINUTE
    day = start.date() + draw(st.integers(0, 2)) * timedelta(days=1)
    holidays = draw(st.sampled_from([(), ((day, day),)]))
    return Calendar(draw(st.sampled_from(ZONES)), draw(weeks()), holidays), start


@settings(max_examples=60, deadline=None, database=None)
@given(questions(), st.integers(0, 2 * DAY_MINUTES))
def test_time_between_and_after_is_what_the_clock_on_the_wall_counts(
    asked: tuple[Calendar, datetime], length: int
) -> None:
    calendar, start = asked
    opened = [is_open(calendar, start + minute * MINUTE) for minute in range(length)]
    end = start + length * MINUTE
    assert calendars.between(calendar, start, end) == sum(opened) * MINUTE
    assert calendars.is_open(calendar, end) is is_open(calendar, end)
    assert calendars.between(calendar, end, start) == timedelta()
    if sum(opened):
        last = max(at for at, was in enumerate(opened) if was)
        assert calendars.after(calendar, start, sum(opened) * MINUTE) == start + (last + 1) * MINUTE
        first = min(at for at, was in enumerate(opened) if was)
        back = calendars.reach(calendar, end, sum(opened) * MINUTE, ahead=False)
        assert back is not None
        assert back[0] == start + first * MINUTE
        assert back[1] <= start


@settings(max_examples=40, deadline=None, database=None)
@given(questions(), st.integers(0, 40 * 60), st.integers(-2000, 2000), st.booleans())
def test_moments_before_and_beyond_what_is_reached_are_less_and_more_away(
    asked: tuple[Calendar, datetime], length: int, other: int, ahead: bool
) -> None:
    calendar, start = asked
    found = calendars.reach(calendar, start, length * MINUTE, ahead=ahead)
    assert found is not None
    nearest, furthest = found
    moment = nearest + other * MINUTE

    def away(moment: datetime) -> timedelta:
        return calendars.between(calendar, start, moment) if ahead else calendars.between(calendar, moment, start)

    def further(one: datetime, two: datetime) -> bool:
        return one > two if ahead else one < two

    assert away(nearest) == away(furthest) == length * MINUTE
    if length:
        assert further(nearest, moment) is (away(moment) < length * MINUTE)
    assert further(moment, furthest) is (away(moment) > length * MINUTE)


def test_what_is_due_after_the_last_minute_of_a_day_is_due_when_the_desk_closes() -> None:
    nine_to_five = tuple((day * DAY_MINUTES + 540, day * DAY_MINUTES + 1020) for day in range(1, 6))
    berlin = Calendar("Europe/Berlin", nine_to_five, ((date(2026, 12, 24), date(2026, 12, 26)),))
    friday = datetime(2026, 11, 20, 15, tzinfo=UTC)  # 16:00 there
    assert calendars.after(berlin, friday, timedelta(hours=1)) == datetime(2026, 11, 20, 16, tzinfo=UTC)
    assert calendars.after(berlin, friday, timedelta(hours=2)) == datetime(2026, 11, 23, 9, tzinfo=UTC)
    before = datetime(2026, 12, 23, 16, tzinfo=UTC)  # closing time before the holidays and a Sunday
    assert calendars.after(berlin, before, timedelta(hours=1)) == datetime(2026, 12, 28, 9, tzinfo=UTC)
    assert calendars.is_on_holiday(berlin, datetime(2026, 12, 23, 23, 30, tzinfo=UTC))


def test_a_desk_that_never_opens_never_gets_there_and_one_without_hours_always_does() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    never = Calendar("UTC", ())
    assert calendars.after(never, now, timedelta(minutes=1)) is None
    assert calendars.between(never, now, now + timedelta(days=9)) == timedelta()
    assert calendars.after(None, now, timedelta(hours=1)) == now + timedelta(hours=1)
    assert calendars.is_open(None, now)
    assert not calendars.is_on_holiday(None, now)
