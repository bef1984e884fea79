"""Every change to schedules, for those who change the account's settings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from adjoin.access import permissions
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.brands.models import Brand
from adjoin.kernel import outbox, record, text
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.people.models import Group
from adjoin.schedules import zones
from adjoin.schedules.calendars import DAY_MINUTES, WEEK_MINUTES
from adjoin.schedules.models import BrandSchedule, GroupSchedule, Holiday, Schedule

KIND, TOPIC = "schedule", "schedule.changed"
NAME_MAX, COUNT_MAX, HOLIDAYS_MAX = 255, 100, 500
NEAR = timedelta(days=2 * 366)  # holidays lie within two years, as Zendesk has it
NINE_TO_FIVE = [[day * DAY_MINUTES + 540, day * DAY_MINUTES + 1020] for day in range(1, 6)]


@transaction.atomic
def create(*, actor: Actor, name: str, time_zone: str, now: datetime, intervals: Any = None) -> Schedule:
    """A new schedule, Monday to Friday from nine to five unless told otherwise. The first becomes the default.

    Raises `NotAllowed`, `Invalid`."""
    permissions.require(actor, Permission.MANAGE_SETTINGS)
    if Schedule.objects.count() >= COUNT_MAX:
        raise Invalid.field("base", _("There are at most %(most)s schedules") % {"most": COUNT_MAX})
    row = Schedule.objects.create(
        name=_name(name),
        time_zone=zones.known(time_zone),
        intervals=checked(NINE_TO_FIVE if intervals is None else intervals),
        is_default=not Schedule.objects.filter(is_default=True).exists(),
        created_at=now,
        updated_at=now,
    )
    record.changed(Did.CREATED, KIND, row.pk, row.name, now=now, time_zone=(None, row.time_zone))
    outbox.publish(TOPIC, now=now)
    return row


@transaction.atomic
def update(*, actor: Actor, schedule_id: int, now: datetime, **fields: Any) -> Schedule:
    """The schedule with another `name`, `time_zone`, `intervals`, or as the default (`is_default=True`).

    `group_ids` and `brand_ids` are those whose tickets follow it. Raises `NotAllowed`, `NotFound`, `Invalid`."""
    row = _locked(actor, schedule_id)
    moved = _places(row, fields)
    if "name" in fields:
        fields["name"] = _name(fields["name"])
    if "time_zone" in fields:
        fields["time_zone"] = zones.known(fields["time_zone"])
    if "intervals" in fields:
        fields["intervals"] = checked(fields["intervals"])
    if not fields.pop("is_default", False) or row.is_default:
        changes = record.differences(row, fields)
    else:
        Schedule.objects.filter(is_default=True).update(is_default=False)
        changes = record.differences(row, {**fields, "is_default": True})
        row.is_default = True
    for name, value in fields.items():
        setattr(row, name, value)
    row.updated_at = now
    row.save()
    _tell(row, now, **changes, **moved)
    return row


@transaction.atomic
def delete(*, actor: Actor, schedule_id: int, now: datetime) -> None:
    """Have a schedule gone. Its tickets follow the default one. Raises `NotAllowed`, `NotFound`.

    `Invalid` for the default one while there are others."""
    row = _locked(actor, schedule_id)
    if row.is_default and Schedule.objects.exclude(pk=row.pk).exists():
        raise Invalid.field(
            "base", _("%(name)s is the default schedule. Make another one the default first") % {"name": row.name}
        )
    row.delete()
    record.changed(Did.DELETED, KIND, schedule_id, row.name, now=now)
    outbox.publish(TOPIC, now=now)


@transaction.atomic
def add_holiday(
    *, actor: Actor, schedule_id: int, name: str, start_on: date | None, end_on: date | None, now: datetime
) -> Holiday:
    """Days off, both ends included. Raises `NotAllowed`, `NotFound`, `Invalid`."""
    row = _locked(actor, schedule_id)
    if row.holidays.count() >= HOLIDAYS_MAX:
        raise Invalid.field("base", _("A schedule has at most %(most)s holidays") % {"most": HOLIDAYS_MAX})
    start_on, end_on = _days(start_on, end_on, now)
    made = row.holidays.create(name=_name(name), start_on=start_on, end_on=end_on)
    _tell(row, now, holidays=(None, _says(made)))
    return made


@transaction.atomic
def change_holiday(*, actor: Actor, schedule_id: int, holiday_id: int, now: datetime, **fields: Any) -> Holiday:
    """The holiday with another `name`, `start_on` or `end_on`. Raises `NotAllowed`, `NotFound`, `Invalid`."""
    row = _locked(actor, schedule_id)
    one = _holiday(row, holiday_id)
    before = _says(one)
    one.name = _name(fields.get("name", one.name))
    one.start_on, one.end_on = _days(fields.get("start_on", one.start_on), fields.get("end_on", one.end_on), now)
    one.save()
    _tell(row, now, holidays=(before, _says(one)))
    return one


@transaction.atomic
def drop_holiday(*, actor: Actor, schedule_id: int, holiday_id: int, now: datetime) -> None:
    """Have a holiday gone. Raises `NotAllowed`, `NotFound`."""
    row = _locked(actor, schedule_id)
    one = _holiday(row, holiday_id)
    one.delete()
    _tell(row, now, holidays=(_says(one), None))


def checked(intervals: Any) -> list[list[int]]:
    """Opening hours as schedules keep them: in order, those that touch within a day as one. Raises `Invalid`."""
    if not isinstance(intervals, Sequence) or isinstance(intervals, str) or len(intervals) > 7 * 24:
        raise Invalid.field("intervals", say("Intervals: must be a list of at most 168"))
    kept: list[list[int]] = []
    for start, end in sorted(map(_interval, intervals)):
        if kept and start < kept[-1][1]:
            raise Invalid.field("intervals", say("Intervals: two of them overlap"))
        if kept and start == kept[-1][1] and start % DAY_MINUTES:
            kept[-1][1] = end
        else:
            kept.append([start, end])
    return kept


def _interval(given: Any) -> tuple[int, int]:
    try:
        start, end = given
    except (TypeError, ValueError):
        start = end = None
    if not (type(start) is int and type(end) is int and 0 <= start < end <= WEEK_MINUTES):
        raise Invalid.field(
            "intervals",
            say("Intervals: each begins before it ends, in minutes from 0 to %(week_minutes)s since Sunday")
            % {"week_minutes": WEEK_MINUTES},
        )
    if start // DAY_MINUTES != (end - 1) // DAY_MINUTES:
        raise Invalid.field("intervals", say("Intervals: none goes on beyond midnight. Make it two"))
    return start, end


def _places(row: Schedule, fields: dict[str, Any]) -> dict[str, Any]:
    """Move the groups and brands that `fields` names to this schedule; from and to, for the audit log."""
    moved: dict[str, Any] = {}
    if (ids := fields.pop("group_ids", None)) is not None:
        living = Group.objects.filter(is_deleted=False)
        moved["groups"] = _move(row, GroupSchedule, "group", living, ids)
    if (ids := fields.pop("brand_ids", None)) is not None:
        moved["brands"] = _move(row, BrandSchedule, "brand", Brand.objects.all(), ids)
    return moved


def _move(row: Schedule, model: Any, noun: str, known: Any, ids: Collection[int]) -> tuple[set[str], set[str]]:
    names = dict(known.filter(pk__in=ids).values_list("pk", "name"))
    if missing := sorted(set(ids) - set(names)):
        raise Invalid.field(
            f"{noun}_ids",
            _("%(noun)s %(missing)s is not there, or not any more")
            % {"noun": noun.capitalize(), "missing": missing[0]},
        )
    before = set(model.objects.filter(schedule=row).values_list(f"{noun}__name", flat=True))
    model.objects.filter(schedule=row).exclude(**{f"{noun}_id__in": names}).delete()
    for pk in names:
        model.objects.update_or_create(**{f"{noun}_id": pk}, defaults={"schedule": row})
    return before, set(names.values())


def _days(start_on: date | None, end_on: date | None, now: datetime) -> tuple[date, date]:
    if start_on is None or end_on is None:
        raise Invalid.field("start_date", _("Start date and end date: cannot be blank"), "BlankValue")
    if end_on < start_on:
        raise Invalid.field("end_date", _("End date: must not be before the start date"))
    if any(abs(day - now.date()) > NEAR for day in (start_on, end_on)):
        raise Invalid.field("start_date", _("Start date and end date: must lie within two years from today"))
    return start_on, end_on


def _name(name: str) -> str:
    name = text.one_line(name)[:NAME_MAX]
    if not name:
        raise Invalid.field("name", _("Name: cannot be blank"), "BlankValue")
    return name


def _says(one: Holiday) -> str:
    days = f"{one.start_on}" if one.start_on == one.end_on else f"{one.start_on} to {one.end_on}"
    return f"{one.name}, {days}"


def _tell(row: Schedule, now: datetime, **changes: tuple[Any, Any]) -> None:
    record.changed(Did.UPDATED, KIND, row.pk, row.name, now=now, **changes)
    if any(old != new for name, (old, new) in changes.items() if name != "name"):
        outbox.publish(TOPIC, now=now)


def _holiday(row: Schedule, holiday_id: int) -> Holiday:
    found = row.holidays.filter(pk=holiday_id).first()
    if found is None:
        raise NotFound
    return found


def _locked(actor: Actor, schedule_id: int) -> Schedule:
    permissions.require(actor, Permission.MANAGE_SETTINGS)
    row = Schedule.objects.select_for_update(no_key=True).filter(pk=schedule_id).first()
    if row is None:
        raise NotFound
    return row
