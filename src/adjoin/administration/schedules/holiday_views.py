"""The holidays of a schedule, on its page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration.schedules import views
from adjoin.administration.schedules.forms import HolidayForm, ScheduleForm
from adjoin.kernel.errors import Invalid
from adjoin.kernel.requests import DeskRequest
from adjoin.schedules import actions, queries


@require_POST
@allowed_only(Permission.MANAGE_SETTINGS)
def add(request: DeskRequest, schedule_id: int) -> HttpResponse:
    """One more holiday."""
    row, typed = views.one(schedule_id), HolidayForm(request.POST)
    if typed.is_valid():
        fields = typed.cleaned_data
        fields["end_on"] = fields["end_on"] or fields["start_on"]
        try:
            actions.add_holiday(actor=request.actor, schedule_id=row.pk, now=timezone.now(), **fields)
        except Invalid as error:
            typed.add_error(None, str(error))
        else:
            messages.success(request, _("%(name)s is a holiday.") % {"name": fields["name"]})
            return redirect("administration:schedules:edit", row.pk)
    return views.page(request, ScheduleForm(schedule=row, book=queries.book()), row, typed)


@require_POST
@allowed_only(Permission.MANAGE_SETTINGS)
def drop(request: DeskRequest, schedule_id: int, holiday_id: int) -> HttpResponse:
    """Open again on a holiday."""
    actions.drop_holiday(actor=request.actor, schedule_id=schedule_id, holiday_id=holiday_id, now=timezone.now())
    return redirect("administration:schedules:edit", schedule_id)
