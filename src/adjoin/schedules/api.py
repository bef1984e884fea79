"""Schedules and their holidays over the API: agents read them, admins change them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from ninja import Router, Schema

from adjoin.kernel.api import answers, describe, reading
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.schedules import actions, queries, serialize
from adjoin.schedules.models import Holiday, Schedule

router = Router(tags=["Schedules"], auth=agents_only)
HERE = "/business_hours/schedules"
ITS_HOLIDAY = f"{HERE}/{{int:schedule_id}}/holidays/{{int:holiday_id}}"


class IntervalJson(Schema):
    """Open from one minute to another, counted from Sunday 00:00."""

    start_time: int
    end_time: int


class ScheduleJson(Schema):
    """When the desk is open. Tickets of these groups, else of these brands, else all follow it if it is the default."""

    id: int
    name: str
    time_zone: str
    created_at: str
    updated_at: str
    intervals: list[IntervalJson]
    default: bool
    group_ids: list[int]
    brand_ids: list[int]


class ScheduleWriteJson(Schema):
    """What can be written of a schedule; a new one needs a name and a time zone."""

    name: str | None = None
    time_zone: str | None = None
    intervals: list[IntervalJson] | None = None
    default: bool | None = None
    group_ids: list[int] | None = None
    brand_ids: list[int] | None = None


class WorkweekJson(Schema):
    """The opening hours of a week, as a whole."""

    intervals: list[IntervalJson]


class HolidayJson(Schema):
    """Days off, both included."""

    id: int
    name: str
    start_date: str
    end_date: str


class HolidayWriteJson(Schema):
    """What can be written of a holiday."""

    name: str | None = None
    start_date: str | None = None
    end_date: str | None = None


KEYS = {"name", "time_zone", "intervals", "default", "group_ids", "brand_ids"}
HOLIDAY_KEYS = {"name", "start_date", "end_date"}
ONE, MANY = describe.one("schedule", ScheduleJson), describe.many("schedules", ScheduleJson, url=str)
WRITES = describe.asks("schedule", ScheduleWriteJson)
WORKWEEK = describe.one("workweek", WorkweekJson)
ONE_HOLIDAY, MANY_HOLIDAYS = describe.one("holiday", HolidayJson), describe.many("holidays", HolidayJson, url=str)
WRITES_HOLIDAY = describe.asks("holiday", HolidayWriteJson)


@router.get(HERE, response=MANY)
def list_schedules(request: DeskRequest) -> HttpResponse:
    """Every schedule, the default one first."""
    book = queries.book()
    shown = [serialize.schedule(row, book) for row in queries.in_order()]
    return answers.answer({"schedules": shown, "url": f"{answers.base(request)}{HERE}.json", **_whole(len(shown))})


@router.get(f"{HERE}/{{int:schedule_id}}", response=ONE)
def show_schedule(request: DeskRequest, schedule_id: int) -> HttpResponse:
    """One schedule."""
    return _answer(_schedule(schedule_id))


@router.post(HERE, response={201: ONE}, openapi_extra=WRITES)
def create_schedule(request: DeskRequest) -> HttpResponse:
    """A new schedule, open Monday to Friday from nine to five unless it says otherwise."""
    data = reading.wrapped(request, "schedule")
    fields = _fields(data)
    made = actions.create(
        actor=request.actor,
        name=fields.pop("name", ""),
        time_zone=fields.pop("time_zone", "UTC"),
        intervals=fields.pop("intervals", None),
        now=timezone.now(),
    )
    if fields:
        made = actions.update(actor=request.actor, schedule_id=made.pk, now=timezone.now(), **fields)
    body = {"schedule": serialize.schedule(made, queries.book())}
    location = f"{answers.base(request)}{HERE}/{made.pk}.json"
    return answers.created(body, location, ignored=reading.unknown_to(data, KEYS, "schedule"))


@router.put(f"{HERE}/{{int:schedule_id}}", response=ONE, openapi_extra=WRITES)
def update_schedule(request: DeskRequest, schedule_id: int) -> HttpResponse:
    """Change a schedule. Given hours, groups or brands replace all there were."""
    data = reading.wrapped(request, "schedule")
    row = actions.update(actor=request.actor, schedule_id=schedule_id, now=timezone.now(), **_fields(data))
    return _answer(row, ignored=reading.unknown_to(data, KEYS, "schedule"))


@router.delete(f"{HERE}/{{int:schedule_id}}", response={204: None})
def delete_schedule(request: DeskRequest, schedule_id: int) -> HttpResponse:
    """Have a schedule gone. Its tickets follow the default one."""
    actions.delete(actor=request.actor, schedule_id=schedule_id, now=timezone.now())
    return answers.nothing()


@router.put(
    f"{HERE}/{{int:schedule_id}}/workweek", response=WORKWEEK, openapi_extra=describe.asks("workweek", WorkweekJson)
)
def update_workweek(request: DeskRequest, schedule_id: int) -> HttpResponse:
    """Replace the opening hours of a week."""
    given = _intervals(reading.wrapped(request, "workweek").get("intervals"))
    row = actions.update(actor=request.actor, schedule_id=schedule_id, now=timezone.now(), intervals=given)
    return answers.answer({"workweek": {"intervals": serialize.intervals(row)}})


@router.get(f"{HERE}/{{int:schedule_id}}/holidays", response=MANY_HOLIDAYS)
def list_holidays(request: DeskRequest, schedule_id: int) -> HttpResponse:
    """The holidays of a schedule, by date."""
    rows = _schedule(schedule_id).holidays.order_by("start_on", "pk")
    shown = [serialize.holiday(row) for row in rows]
    url = f"{answers.base(request)}{HERE}/{schedule_id}/holidays.json"
    return answers.answer({"holidays": shown, "url": url, **_whole(len(shown))})


@router.get(ITS_HOLIDAY, response=ONE_HOLIDAY)
def show_holiday(request: DeskRequest, schedule_id: int, holiday_id: int) -> HttpResponse:
    """One holiday."""
    found = _schedule(schedule_id).holidays.filter(pk=holiday_id).first()
    if found is None:
        raise NotFound
    return _answer_holiday(found)


@router.post(f"{HERE}/{{int:schedule_id}}/holidays", response={201: ONE_HOLIDAY}, openapi_extra=WRITES_HOLIDAY)
def create_holiday(request: DeskRequest, schedule_id: int) -> HttpResponse:
    """A new holiday."""
    data = reading.wrapped(request, "holiday")
    fields = {"name": "", "start_on": None, "end_on": None, **_holiday_fields(data)}
    made = actions.add_holiday(actor=request.actor, schedule_id=schedule_id, now=timezone.now(), **fields)
    location = f"{answers.base(request)}{HERE}/{schedule_id}/holidays/{made.pk}.json"
    ignored = reading.unknown_to(data, HOLIDAY_KEYS, "holiday")
    return answers.created({"holiday": serialize.holiday(made)}, location, ignored=ignored)


@router.put(ITS_HOLIDAY, response=ONE_HOLIDAY, openapi_extra=WRITES_HOLIDAY)
def update_holiday(request: DeskRequest, schedule_id: int, holiday_id: int) -> HttpResponse:
    """Change a holiday."""
    data = reading.wrapped(request, "holiday")
    row = actions.change_holiday(
        actor=request.actor,
        schedule_id=schedule_id,
        holiday_id=holiday_id,
        now=timezone.now(),
        **_holiday_fields(data),
    )
    return _answer_holiday(row, ignored=reading.unknown_to(data, HOLIDAY_KEYS, "holiday"))


@router.delete(ITS_HOLIDAY, response={204: None})
def delete_holiday(request: DeskRequest, schedule_id: int, holiday_id: int) -> HttpResponse:
    """Have a holiday gone."""
    actions.drop_holiday(actor=request.actor, schedule_id=schedule_id, holiday_id=holiday_id, now=timezone.now())
    return answers.nothing()


def _schedule(schedule_id: int) -> Schedule:
    found = Schedule.objects.filter(pk=schedule_id).first()
    if found is None:
        raise NotFound
    return found


def _answer(row: Schedule, ignored: list[str] | None = None) -> HttpResponse:
    return answers.answer({"schedule": serialize.schedule(row, queries.book())}, ignored=ignored or [])


def _answer_holiday(row: Holiday, ignored: list[str] | None = None) -> HttpResponse:
    return answers.answer({"holiday": serialize.holiday(row)}, ignored=ignored or [])


def _whole(count: int) -> dict[str, Any]:
    return {"next_page": None, "previous_page": None, "count": count}


def _fields(data: dict[str, Any]) -> dict[str, Any]:
    """What was given of a schedule, by the names of its columns. Raises `Invalid`."""
    found: dict[str, Any] = {
        name: reading.text(name, data[name]) for name in ("name", "time_zone") if data.get(name) is not None
    }
    if data.get("intervals") is not None:
        found["intervals"] = _intervals(data["intervals"])
    if data.get("default") is not None:
        found["is_default"] = reading.flag("default", data["default"])
    for name in ("group_ids", "brand_ids"):
        if isinstance(data.get(name), list):
            found[name] = [reading.whole_number(one) or 0 for one in data[name]]
    return found


def _intervals(given: Any) -> list[Any]:
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise Invalid.field("intervals", say("Intervals: must be a list of start_time and end_time"))
    return [(one.get("start_time"), one.get("end_time")) for one in given]


def _holiday_fields(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"name": reading.text("name", data["name"])} if data.get("name") is not None else {}
    for key, name in (("start_date", "start_on"), ("end_date", "end_on")):
        if key in data:
            found[name] = _day(key, data[key])
    return found


def _day(key: str, value: Any) -> date:
    try:
        found = parse_date(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None:
        raise Invalid.field(
            key, say("%(key)s: %(value)s is no date") % {"key": key, "value": str(value)[:40]}, "InvalidFormat"
        )
    return found
