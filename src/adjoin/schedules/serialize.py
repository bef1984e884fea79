"""Schedules as the API shows them, in Zendesk's shapes."""

from __future__ import annotations

from typing import Any

from adjoin.kernel.api import answers
from adjoin.schedules.models import Holiday, Schedule
from adjoin.schedules.queries import Book

Json = dict[str, Any]


def schedule(row: Schedule, book: Book) -> Json:
    """One schedule. `default`, `group_ids` and `brand_ids` are ours: whose tickets follow it."""
    return {
        "id": row.pk,
        "name": row.name,
        "time_zone": row.time_zone,
        "created_at": answers.moment(row.created_at),
        "updated_at": answers.moment(row.updated_at),
        "intervals": intervals(row),
        "default": row.is_default,
        "group_ids": sorted(pk for pk, its in book.of_group.items() if its == row.pk),
        "brand_ids": sorted(pk for pk, its in book.of_brand.items() if its == row.pk),
    }


def intervals(row: Schedule) -> list[Json]:
    """Opening hours in minutes since Sunday 00:00."""
    return [{"start_time": start, "end_time": end} for start, end in row.intervals]


def holiday(row: Holiday) -> Json:
    """One holiday; both days are off."""
    return {
        "id": row.pk,
        "name": row.name,
        "start_date": row.start_on.isoformat(),
        "end_date": row.end_on.isoformat(),
    }
