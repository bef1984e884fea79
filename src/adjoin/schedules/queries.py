"""Which schedule a ticket follows: the one a rule gave it, else its group's, else its brand's, else the default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject

from adjoin.desk_settings import editions
from adjoin.schedules.calendars import Calendar
from adjoin.schedules.models import BrandSchedule, GroupSchedule, Holiday, Schedule

if TYPE_CHECKING:
    from adjoin.tickets.models import Ticket


@dataclass(frozen=True)
class Book:
    """Every schedule of the account, read once. Without any, the desk is open around the clock."""

    calendars: Mapping[int, Calendar] = field(default_factory=dict)
    default_id: int | None = None
    of_group: Mapping[int, int] = field(default_factory=dict)
    of_brand: Mapping[int, int] = field(default_factory=dict)

    def schedule_id(self, ticket: Ticket) -> int | None:
        """The schedule that a ticket follows; None where the account has none."""
        by_place = self.of_group.get(ticket.group_id or 0) or self.of_brand.get(ticket.brand_id or 0)
        return ticket.schedule_id or by_place or self.default_id

    def calendar(self, ticket: Ticket) -> Calendar | None:
        """The opening hours that a ticket follows; None for around the clock."""
        return self.calendars.get(self.schedule_id(ticket) or 0)

    def followers(self, schedule_id: int) -> Q:
        """The same over rows: the tickets that follow that schedule."""
        groups = [pk for pk, its in self.of_group.items() if its == schedule_id]
        brands = [pk for pk, its in self.of_brand.items() if its == schedule_id]
        by_default = Q() if schedule_id == self.default_id else Q(pk__in=[])
        by_brand = Q(brand_id__in=brands) | (_outside("brand_id", self.of_brand) & by_default)
        by_place = Q(group_id__in=groups) | (_outside("group_id", self.of_group) & by_brand)
        return Q(schedule_id=schedule_id) | (Q(schedule_id=None) & by_place)


@editions.kept("schedules")
def book() -> Book:
    """The schedules of the account. One query."""
    days = JSONObject(start=F("start_on"), end=F("end_on"))
    rows = Schedule.objects.annotate(
        days=ArraySubquery(Holiday.objects.filter(schedule=OuterRef("pk")).order_by("pk").values(days=days)),
        groups=ArraySubquery(GroupSchedule.objects.filter(schedule=OuterRef("pk")).values("group_id")),
        brands=ArraySubquery(BrandSchedule.objects.filter(schedule=OuterRef("pk")).values("brand_id")),
    )
    found = list(rows)
    return Book(
        {row.pk: _calendar(row) for row in found},
        next((row.pk for row in found if row.is_default), None),
        {pk: row.pk for row in found for pk in row.groups},
        {pk: row.pk for row in found for pk in row.brands},
    )


def in_order() -> list[Schedule]:
    """Every schedule with its holidays, the default one first."""
    return list(Schedule.objects.prefetch_related("holidays").order_by("-is_default", "name", "pk"))


def _calendar(row: Any) -> Calendar:
    days = sorted((date.fromisoformat(one["start"]), date.fromisoformat(one["end"])) for one in row.days)
    return Calendar(row.time_zone, tuple((start, end) for start, end in row.intervals), tuple(days))


def _outside(column: str, known: Mapping[int, int]) -> Q:
    return Q(**{f"{column}__isnull": True}) | ~Q(**{f"{column}__in": list(known)})
