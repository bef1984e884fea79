"""The fields of tickets: what there is, in which order, and for whom."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration import ordering
from adjoin.administration.ticket_fields import choice_rows, offers
from adjoin.administration.ticket_fields.forms import FieldForm
from adjoin.fields import actions
from adjoin.fields.models import TicketField
from adjoin.fields.terms import CUSTOM, TicketFieldType
from adjoin.kernel.errors import DeskError, NotFound
from adjoin.kernel.requests import DeskRequest

SECTION = "ticket_fields"
HINTS = {
    "text": _("One line"),
    "textarea": _("As much as somebody wants to write"),
    "checkbox": _("A box to tick, with a tag if you want"),
    "date": _("A day"),
    "integer": _("A count, a number of pieces"),
    "decimal": _("An amount, a length"),
    "regexp": _("An order number, a serial number: checked as it is typed in"),
    "tagger": _("A list to choose from"),
    "multiselect": _("A list to tick in"),
    "partialcreditcard": _("Only the last four digits are kept"),
    "lookup": _("Somebody, an organization, another ticket"),
}


@require_GET
@allowed_only(Permission.MANAGE_TICKET_FIELDS)
def ticket_fields(request: DeskRequest) -> HttpResponse:
    """Every field in its order, with buttons that move it."""
    rows = TicketField.objects.in_order().annotate(choices=Count("options"))
    return render(request, "administration/ticket_fields/list.html", {"rows": rows, "section": SECTION})


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_TICKET_FIELDS)
def new(request: DeskRequest) -> HttpResponse:
    """A new field: first what it holds (`?type=`), then its words."""
    kind = next((one for one in CUSTOM if one == request.GET.get("type")), None)
    if kind is None:
        kinds = [(one.value, one.label, HINTS[one.value]) for one in CUSTOM]
        return render(request, "administration/ticket_fields/kinds.html", {"kinds": kinds, "section": SECTION})
    form = FieldForm(_posted(request), type=kind)
    if _is_saving(request) and form.is_valid():
        columns = form.columns()
        try:
            field = actions.create_field(type=kind, now=timezone.now(), **columns)
        except DeskError as error:
            form.explain(error)
        else:
            messages.success(
                request,
                gettext("%(title)s is there. Forms show it once you put it into them.") % {"title": field.title},
            )
            return redirect("administration:ticket_fields:list")
    return _page(request, form, {"field": None, "kind": kind})


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_TICKET_FIELDS)
def edit(request: DeskRequest, field_id: int) -> HttpResponse:
    """One field."""
    field = _field(field_id)
    form = FieldForm(_posted(request), type=field.type, field=field)
    if _is_saving(request) and form.is_valid():
        try:
            actions.update_field(field=field, now=timezone.now(), **form.columns())
        except DeskError as error:
            form.explain(error)
        else:
            messages.success(request, gettext("Saved."))
            return redirect("administration:ticket_fields:list")
    return _page(request, form, {"field": field, "kind": field.type})


@require_POST
@allowed_only(Permission.MANAGE_TICKET_FIELDS)
def move(request: DeskRequest) -> HttpResponse:
    """One field one place up or down: `up` or `down` is its id."""
    ids = list(TicketField.objects.in_order().values_list("pk", flat=True))
    is_up = "up" in request.POST
    asked = request.POST.get("up" if is_up else "down", "")
    if asked.isascii() and asked.isdecimal() and len(asked) < 19:
        actions.reorder_fields(ids=ordering.moved(ids, int(asked), up=is_up), now=timezone.now())
    return redirect("administration:ticket_fields:list")


@require_POST
@allowed_only(Permission.MANAGE_TICKET_FIELDS)
def delete(request: DeskRequest, field_id: int) -> HttpResponse:
    """The field is gone, with its values, and where asked with the tags that these put on tickets."""
    field = _field(field_id)
    title = field.title
    actions.delete_field(field=field, now=timezone.now(), with_tags="with_tags" in request.POST)
    messages.success(request, gettext("%(title)s is deleted.") % {"title": title})
    return redirect("administration:ticket_fields:list")


def _is_saving(request: DeskRequest) -> bool:
    return request.method == "POST" and not choice_rows.is_only_rows(request.POST)


def _posted(request: DeskRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _field(field_id: int) -> TicketField:
    found = TicketField.objects.with_options().filter(pk=field_id).first()
    if found is None:
        raise NotFound
    return found


def _page(request: DeskRequest, form: FieldForm, context: dict[str, Any]) -> HttpResponse:
    if not _is_saving(request):
        form.errors.clear()  # somebody who adds a choice has not finished typing
    status = 422 if form.errors else 200
    part = "#builder" if request.htmx else ""
    context |= {"kind_label": TicketFieldType(context["kind"]).label, "form": form, "section": SECTION}
    context["offers"] = offers.of(context.get("field"))
    return render(request, f"administration/ticket_fields/edit.html{part}", context, status=status)
