"""Ticket forms: which fields a ticket has, in which brands, and under which conditions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration import ordering
from adjoin.administration.ticket_forms import rows
from adjoin.administration.ticket_forms.forms import FormForm, places
from adjoin.fields import actions
from adjoin.fields.models import TicketField, TicketForm
from adjoin.kernel.errors import DeskError, NotFound
from adjoin.kernel.requests import DeskRequest

SECTION = "ticket_forms"
SIDES = (("agent_conditions", _("For agents")), ("end_user_conditions", _("For end users")))


@require_GET
@allowed_only(Permission.MANAGE_TICKET_FORMS)
def ticket_forms(request: DeskRequest) -> HttpResponse:
    """Every form in its order, with buttons that move it."""
    found = TicketForm.objects.in_order().prefetch_related("brands")
    return render(request, "administration/ticket_forms/list.html", {"rows": found, "section": SECTION})


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_TICKET_FORMS)
def new(request: DeskRequest) -> HttpResponse:
    """A new form."""
    form = FormForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_form(now=timezone.now(), **form.columns(), **_of_fields(request))
        except DeskError as error:
            form.explain(error)
        else:
            messages.success(request, gettext("%(name)s is there.") % {"name": made.name})
            return redirect("administration:ticket_forms:list")
    return _page(request, form, None)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_TICKET_FORMS)
def edit(request: DeskRequest, form_id: int) -> HttpResponse:
    """One form."""
    row = _row(form_id)
    form = FormForm(request.POST if request.method == "POST" else None, form=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_form(form=row, now=timezone.now(), **form.columns(), **_of_fields(request))
        except DeskError as error:
            form.explain(error)
        else:
            messages.success(request, gettext("Saved."))
            return redirect("administration:ticket_forms:list")
    return _page(request, form, row)


@require_POST
@allowed_only(Permission.MANAGE_TICKET_FORMS)
def move(request: DeskRequest) -> HttpResponse:
    """One form one place up or down: `up` or `down` is its id."""
    ids = list(TicketForm.objects.in_order().values_list("pk", flat=True))
    is_up = "up" in request.POST
    asked = request.POST.get("up" if is_up else "down", "")
    if asked.isascii() and asked.isdecimal() and len(asked) < 19:
        actions.reorder_forms(ids=ordering.moved(ids, int(asked), up=is_up), now=timezone.now())
    return redirect("administration:ticket_forms:list")


@require_POST
@allowed_only(Permission.MANAGE_TICKET_FORMS)
def make_default(request: DeskRequest, form_id: int) -> HttpResponse:
    """The form that tickets have when none was chosen."""
    row = _row(form_id)
    try:
        actions.make_default_form(form=row, now=timezone.now())
    except DeskError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, gettext("%(name)s is the default form.") % {"name": row.name})
    return redirect("administration:ticket_forms:edit", form_id)


@require_POST
@allowed_only(Permission.MANAGE_TICKET_FORMS)
def clone(request: DeskRequest, form_id: int) -> HttpResponse:
    """A new form like this one."""
    made = actions.clone_form(form=_row(form_id), now=timezone.now())
    return redirect("administration:ticket_forms:edit", made.pk)


@require_POST
@allowed_only(Permission.MANAGE_TICKET_FORMS)
def delete(request: DeskRequest, form_id: int) -> HttpResponse:
    """The form is gone; its tickets have the default one."""
    row = _row(form_id)
    name = row.name
    actions.delete_form(form=row, now=timezone.now())
    messages.success(request, gettext("%(name)s is deleted.") % {"name": name})
    return redirect("administration:ticket_forms:list")


def _row(form_id: int) -> TicketForm:
    found = TicketForm.objects.filter(pk=form_id).first()
    if found is None:
        raise NotFound
    return found


def _fields() -> list[TicketField]:
    return list(TicketField.objects.active().in_order().with_options())


def _of_fields(request: DeskRequest) -> dict[str, Any]:
    """The fields and conditions that the page says."""
    fields = _fields()
    return {
        "ticket_field_ids": places(request.POST, fields),
        **{name: rows.read(request.POST, name, fields, for_agents=name == "agent_conditions") for name, _ in SIDES},
    }


def _page(request: DeskRequest, form: FormForm, row: TicketForm | None) -> HttpResponse:
    fields, is_sent = _fields(), request.method == "POST"
    if is_sent:
        chosen = places(request.POST, fields)
    elif row is not None:
        chosen = row.ticket_field_ids
    else:
        chosen = [field.pk for field in fields if field.is_system]
    at = {pk: place for place, pk in enumerate(chosen, 1)}
    context = {
        "form": form,
        "row": row,
        "fields": sorted(((at.get(one.pk), one) for one in fields), key=lambda pair: pair[0] or len(fields) + 1),
        "parents": rows.parents(fields),
        "children": [(str(one.pk), one.title) for one in fields if not one.is_system],
        "sides": [_side(request, name, str(title), row) for name, title in SIDES],
        "section": SECTION,
    }
    status = 422 if form.errors else 200
    return render(request, "administration/ticket_forms/edit.html", context, status=status)


def _side(request: DeskRequest, name: str, title: str, row: TicketForm | None) -> dict[str, Any]:
    """The lines of the conditions for one side, with some empty ones below."""
    lines = rows.as_sent(request.POST, name) if request.method == "POST" else []
    if request.method == "GET" and row is not None:
        lines = rows.written(getattr(row, name))
    return {
        "name": name,
        "title": title,
        "lines": [*lines, *([rows.Line()] * rows.SPARE)],
        "requirements": rows.requirements(for_agents=name == "agent_conditions", lines=lines),
    }
