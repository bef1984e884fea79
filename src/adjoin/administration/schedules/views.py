"""Schedules: when the desk is open, and whose tickets count by that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration.schedules import words
from adjoin.administration.schedules.forms import HolidayForm, ScheduleForm
from adjoin.brands.models import Brand
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.people.models import Group
from adjoin.schedules import actions, calendars, queries
from adjoin.schedules.models import Schedule

SECTION = "schedules"


@dataclass(frozen=True)
class Row:
    """A schedule in the list."""

    schedule: Schedule
    week: list[str]
    is_open: bool
    followers: list[str]


@require_GET
@allowed_only(Permission.MANAGE_SETTINGS)
def schedules(request: DeskRequest) -> HttpResponse:
    """Every schedule, the default one first."""
    book, now = queries.book(), timezone.now()
    groups = dict(Group.objects.filter(pk__in=book.of_group).values_list("pk", "name"))
    brands = dict(Brand.objects.filter(pk__in=book.of_brand).values_list("pk", "name"))
    rows = [
        Row(
            one,
            words.week(one),
            calendars.is_open(book.calendars.get(one.pk), now),
            sorted(
                [
                    *(groups[pk] for pk, its in book.of_group.items() if its == one.pk),
                    *(brands[pk] for pk, its in book.of_brand.items() if its == one.pk),
                ]
            ),
        )
        for one in queries.in_order()
    ]
    return render(request, "administration/schedules/list.html", {"rows": rows, "section": SECTION})


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_SETTINGS)
def new(request: DeskRequest) -> HttpResponse:
    """A new schedule. The first one is the default."""
    form = ScheduleForm(_posted(request), schedule=None, book=queries.book())
    if _is_saving(request, form) and (intervals := form.intervals()) is not None:
        fields, now = form.columns(intervals), timezone.now()
        try:
            with transaction.atomic():
                made = actions.create(actor=request.actor, name=fields["name"], time_zone=fields["time_zone"], now=now)
                actions.update(actor=request.actor, schedule_id=made.pk, now=now, **fields)
        except Invalid as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(name)s is there. Add its holidays below.") % {"name": made.name})
            return redirect("administration:schedules:edit", made.pk)
    return page(request, form, None)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_SETTINGS)
def edit(request: DeskRequest, schedule_id: int) -> HttpResponse:
    """One schedule: its week, who follows it, its holidays."""
    row = one(schedule_id)
    form = ScheduleForm(_posted(request), schedule=row, book=queries.book())
    if _is_saving(request, form) and (intervals := form.intervals()) is not None:
        fields = form.columns(intervals)
        try:
            actions.update(actor=request.actor, schedule_id=row.pk, now=timezone.now(), **fields)
        except Invalid as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": fields["name"]})
            return redirect("administration:schedules:edit", row.pk)
    return page(request, form, row)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_SETTINGS)
def delete(request: DeskRequest, schedule_id: int) -> HttpResponse:
    """Ask, then have it gone."""
    row = one(schedule_id)
    if request.method == "GET":
        return render(request, "administration/schedules/delete.html", {"schedule": row, "section": SECTION})
    try:
        actions.delete(actor=request.actor, schedule_id=row.pk, now=timezone.now())
    except Invalid as error:
        messages.error(request, f"{error}.")
        return redirect("administration:schedules:edit", row.pk)
    messages.success(request, _("%(name)s is deleted.") % {"name": row.name})
    return redirect("administration:schedules:list")


def page(
    request: DeskRequest, form: ScheduleForm, row: Schedule | None, holiday: HolidayForm | None = None
) -> HttpResponse:
    """The page of one schedule."""
    if request.POST.get("do") == "copy":
        form.errors.clear()  # somebody who copies hours has not finished typing
        form.copy_monday()
    has_problem = bool(form.errors or (holiday and holiday.errors) or any(day.error for day in form.week))
    context: dict[str, Any] = {"form": form, "schedule": row, "section": SECTION}
    context["holiday_form"] = holiday or HolidayForm()
    context["holidays"] = row.holidays.order_by("start_on", "pk") if row else []
    return render(request, "administration/schedules/edit.html", context, status=422 if has_problem else 200)


def one(schedule_id: int) -> Schedule:
    """The schedule. Raises `NotFound`."""
    found = Schedule.objects.filter(pk=schedule_id).first()
    if found is None:
        raise NotFound
    return found


def _posted(request: DeskRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _is_saving(request: DeskRequest, form: ScheduleForm) -> bool:
    return request.method == "POST" and request.POST.get("do") != "copy" and form.is_valid()
