"""The account's own statuses of tickets, by category."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration import ordering
from adjoin.administration.ticket_statuses.forms import StatusForm
from adjoin.fields import actions
from adjoin.fields.models import CustomStatus
from adjoin.fields.terms import StatusCategory
from adjoin.kernel.api import reading
from adjoin.kernel.errors import DeskError, NotFound
from adjoin.kernel.requests import DeskRequest

SECTION = "ticket_statuses"
LIST = "administration:ticket_statuses:list"


@require_GET
@allowed_only(Permission.MANAGE_TICKET_FIELDS)
def ticket_statuses(request: DeskRequest) -> HttpResponse:
    """Every status under its category, in order, those that are not in use any more too."""
    rows = list(CustomStatus.objects.in_order())
    categories = [(one, [row for row in rows if row.status_category == one]) for one in StatusCategory]
    context = {"categories": categories, "section": SECTION}
    return render(request, "administration/ticket_statuses/list.html", context)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_TICKET_FIELDS)
def new(request: DeskRequest) -> HttpResponse:
    """A new status; `?category=` is the one it is offered for."""
    sent = request.POST if request.method == "POST" else None
    form = StatusForm(sent, initial={"status_category": request.GET.get("category", StatusCategory.OPEN)})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_status(now=timezone.now(), **form.cleaned_data)
        except DeskError as error:
            form.explain(error)
        else:
            messages.success(request, _("%(agent_label)s is there.") % {"agent_label": made.agent_label})
            return redirect(LIST)
    return _page(request, form, None)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_TICKET_FIELDS)
def edit(request: DeskRequest, status_id: int) -> HttpResponse:
    """One status."""
    row = _row(status_id)
    form = StatusForm(request.POST if request.method == "POST" else None, status=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_status(status=row, now=timezone.now(), **form.cleaned_data)
        except DeskError as error:
            form.explain(error)
        else:
            messages.success(request, _("Saved."))
            return redirect(LIST)
    return _page(request, form, row)


@require_POST
@allowed_only(Permission.MANAGE_TICKET_FIELDS)
def make_default(request: DeskRequest, status_id: int) -> HttpResponse:
    """What tickets get when only its category is said."""
    row = _row(status_id)
    try:
        actions.make_default_statuses(ids=[row.pk], now=timezone.now())
    except DeskError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("%(agent_label)s is the default of its category.") % {"agent_label": row.agent_label}
        )
    return redirect(LIST)


@require_POST
@allowed_only(Permission.MANAGE_TICKET_FIELDS)
def use(request: DeskRequest, status_id: int) -> HttpResponse:
    """Have it chosen no more, or again: `active` is yes or no. Tickets that have it keep it."""
    row, is_active = _row(status_id), request.POST.get("active") == "yes"
    try:
        actions.update_status(status=row, now=timezone.now(), is_active=is_active)
    except DeskError as error:
        messages.error(request, str(error))
    else:
        told = _("%(label)s is in use.") if is_active else _("%(label)s is not in use any more.")
        messages.success(request, told % {"label": row.agent_label})
    return redirect(LIST)


@require_POST
@allowed_only(Permission.MANAGE_TICKET_FIELDS)
def move(request: DeskRequest) -> HttpResponse:
    """One status one place up or down in its category: `up` or `down` is its id."""
    is_up = "up" in request.POST
    pk = reading.whole_number(request.POST.get("up" if is_up else "down", "")) or 0
    asked = CustomStatus.objects.filter(pk=pk).first()
    if asked is not None:
        beside = CustomStatus.objects.filter(status_category=asked.status_category).in_order()
        ids = list(beside.values_list("pk", flat=True))
        actions.reorder_statuses(ids=ordering.moved(ids, asked.pk, up=is_up), now=timezone.now())
    return redirect(LIST)


def _row(status_id: int) -> CustomStatus:
    found = CustomStatus.objects.filter(pk=status_id).first()
    if found is None:
        raise NotFound
    return found


def _page(request: DeskRequest, form: StatusForm, row: CustomStatus | None) -> HttpResponse:
    context = {"form": form, "row": row, "section": SECTION}
    status = 422 if form.errors else 200
    return render(request, "administration/ticket_statuses/edit.html", context, status=status)
