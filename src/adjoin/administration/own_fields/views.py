"""The fields that the account adds to its people and organizations: what there is, and in which order."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.administration import ordering
from adjoin.administration.own_fields.forms import FieldForm
from adjoin.administration.own_fields.shelves import Shelf
from adjoin.administration.ticket_fields import choice_rows, offers
from adjoin.administration.ticket_fields.views import HINTS
from adjoin.kernel.api import reading
from adjoin.kernel.errors import DeskError, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.people import actions
from adjoin.people.models import OwnField
from adjoin.people.terms import FieldType

OWN_HINTS = {"checkbox": lazy("A box to tick"), "dropdown": HINTS["tagger"]}


@require_GET
def fields(request: DeskRequest, *, shelf: Shelf) -> HttpResponse:
    """Every field in its order, with buttons that move it."""
    rows = shelf.model._default_manager.order_by("position", "pk")
    return _render(request, shelf, "list", {"rows": [(row, shelf.url("field", row.pk)) for row in rows]})


@require_http_methods(["GET", "POST"])
def new(request: DeskRequest, *, shelf: Shelf) -> HttpResponse:
    """A new field: first what it holds (`?type=`), then its words."""
    kind = next((one for one in FieldType if one == request.GET.get("type")), None)
    if kind is None:
        kinds = [(one.value, one.label, OWN_HINTS.get(one.value, HINTS.get(one.value, ""))) for one in FieldType]
        return _render(request, shelf, "kinds", {"kinds": kinds})
    form = FieldForm(_posted(request), type=kind)
    if _is_saving(request) and form.is_valid():
        try:
            row = actions.create_field(shelf.model, type=kind, now=timezone.now(), **form.columns())
        except DeskError as error:
            form.explain(error)
        else:
            messages.success(request, _("%(title)s is there.") % {"title": row.title})
            return redirect(shelf.url("fields"))
    return _page(request, shelf, form, kind)


@require_http_methods(["GET", "POST"])
def field(request: DeskRequest, field_id: int, *, shelf: Shelf) -> HttpResponse:
    """One field."""
    row = _field(shelf, field_id)
    form = FieldForm(_posted(request), type=row.type, field=row)
    if _is_saving(request) and form.is_valid():
        try:
            actions.update_field(field=row, now=timezone.now(), **form.columns())
        except DeskError as error:
            form.explain(error)
        else:
            messages.success(request, _("Saved."))
            return redirect(shelf.url("fields"))
    return _page(request, shelf, form, FieldType(row.type), row)


@require_POST
def move(request: DeskRequest, *, shelf: Shelf) -> HttpResponse:
    """One field one place up or down: `up` or `down` is its id."""
    ids = list(shelf.model._default_manager.order_by("position", "pk").values_list("pk", flat=True))
    is_up = "up" in request.POST
    if (asked := reading.whole_number(request.POST.get("up" if is_up else "down", ""))) is not None:
        actions.reorder_fields(shelf.model, ids=ordering.moved(ids, asked, up=is_up), now=timezone.now())
    return redirect(shelf.url("fields"))


@require_POST
def delete(request: DeskRequest, field_id: int, *, shelf: Shelf) -> HttpResponse:
    """The field is gone, with its values."""
    row = _field(shelf, field_id)
    actions.delete_field(field=row, now=timezone.now())
    messages.success(request, _("%(title)s is deleted.") % {"title": row.title})
    return redirect(shelf.url("fields"))


def _is_saving(request: DeskRequest) -> bool:
    return request.method == "POST" and not choice_rows.is_only_rows(request.POST)


def _posted(request: DeskRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _field(shelf: Shelf, field_id: int) -> OwnField:
    found = shelf.model._default_manager.filter(pk=field_id).first()
    if found is None:
        raise NotFound
    return found


def _page(
    request: DeskRequest, shelf: Shelf, form: FieldForm, kind: FieldType, row: OwnField | None = None
) -> HttpResponse:
    if not _is_saving(request):
        form.errors.clear()  # somebody who adds a choice has not finished typing
    context = {
        "field": row,
        "kind_label": kind.label,
        "offers": offers.of(row),
        "form": form,
        "delete_url": shelf.url("delete_field", row.pk) if row else "",
        "back_url": shelf.url("fields" if row else "new_field"),
    }
    part = "#builder" if request.htmx else ""
    return _render(request, shelf, "edit", context, part=part, status=422 if form.errors else 200)


def _render(
    request: DeskRequest, shelf: Shelf, name: str, context: dict[str, Any], *, part: str = "", status: int = 200
) -> HttpResponse:
    urls = {f"{one}_url": shelf.url(page) for one, page in _PAGES.items()}
    context = {"shelf": shelf, "section": shelf.section, **urls, **context}
    return render(request, f"administration/own_fields/{name}.html{part}", context, status=status)


_PAGES = {"holders": "list", "fields": "fields", "new": "new_field", "move": "move_fields"}
