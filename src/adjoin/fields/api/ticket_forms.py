"""Ticket forms over the API: agents read all, everybody else those that are for them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.fields import actions, queries, serialize
from adjoin.fields.api.schemas import TicketFormJson, TicketFormWriteJson
from adjoin.fields.api.ticket_fields import ids_of
from adjoin.fields.models import TicketForm, TicketFormQuerySet
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say

router = Router(tags=["Ticket forms"], auth=agents_only)
SORTS = Sorts.of("position", "created_at", "updated_at", default="position")
ONE, MANY = describe.one("ticket_form", TicketFormJson), describe.many("ticket_forms", TicketFormJson)
WRITTEN = describe.asks("ticket_form", TicketFormWriteJson)
FILTERS = ("active", "end_user_visible", "fallback_to_default", "associated_to_brand")
COLUMNS = {
    "name": "name",
    "display_name": "display_name",
    "end_user_visible": "end_user_visible",
    "position": "position",
    "active": "is_active",
    "ticket_field_ids": "ticket_field_ids",
    "in_all_brands": "in_all_brands",
    "requires_brand": "requires_brand",
    "agent_conditions": "agent_conditions",
    "end_user_conditions": "end_user_conditions",
    "restricted_brand_ids": "brand_ids",
}
RAW = {"raw_name": "name", "raw_display_name": "display_name"}
KEYS = {*COLUMNS, *RAW, "default"}


@router.get("/ticket_forms", auth=None, response=MANY, openapi_extra=describe.takes(*PAGED, *FILTERS))
def list_ticket_forms(request: DeskRequest) -> HttpResponse:
    """All forms in their order, on one page unless pages are asked for. `associated_to_brand` asks for those of the
    brand whose host is asked; `fallback_to_default` gives the default form where nothing else is left."""
    rows = _asked(request)
    is_paged = "page[size]" in request.GET or "per_page" in request.GET
    page = paging.page(request, rows, SORTS) if is_paged else paging.whole(rows.in_order())
    if not page.rows and reading.words(request, "fallback_to_default") == "true":
        page = paging.whole(TicketForm.objects.filter(is_default=True).order_by("pk"))
    return answers.answer(page.envelope("ticket_forms", _shown(request, page.rows)))


@router.get("/ticket_forms/show_many", auth=None, response=MANY, openapi_extra=describe.takes("ids", *FILTERS))
def show_many_ticket_forms(request: DeskRequest) -> HttpResponse:
    """Some forms by their ids; those that are not there are left out."""
    page = paging.whole(_asked(request).filter(pk__in=reading.ids(request)).order_by("pk"))
    return answers.answer(page.envelope("ticket_forms", _shown(request, page.rows)))


@router.put("/ticket_forms/reorder", response=MANY)
def reorder_ticket_forms(request: DeskRequest) -> HttpResponse:
    """Put them into the order of `ticket_form_ids`."""
    permissions.require(request.actor, Permission.MANAGE_TICKET_FORMS)
    actions.reorder_forms(ids=ids_of(request, "ticket_form_ids"), now=timezone.now())
    page = paging.whole(TicketForm.objects.in_order())
    return answers.answer(page.envelope("ticket_forms", _shown(request, page.rows)))


@router.get("/ticket_forms/{int:form_id}", auth=None, response=ONE)
def show_ticket_form(request: DeskRequest, form_id: int) -> HttpResponse:
    """One form."""
    return _answer(request, _form(request, form_id))


@router.post("/ticket_forms", response={201: ONE}, openapi_extra=WRITTEN)
def create_ticket_form(request: DeskRequest) -> HttpResponse:
    """A new form; with `default` it takes that place."""
    data = reading.wrapped(request, "ticket_form")
    permissions.require(request.actor, Permission.MANAGE_TICKET_FORMS)
    columns, now = _columns(data), timezone.now()
    row = actions.create_form(name=columns.pop("name", ""), now=now, **columns)
    row = actions.make_default_form(form=row, now=now) if data.get("default") is True else row
    location = f"{answers.base(request)}/ticket_forms/{row.pk}.json"
    return answers.created({"ticket_form": _shown(request, [row])[0]}, location, ignored=_ignored(data))


@router.put("/ticket_forms/{int:form_id}", response=ONE, openapi_extra=WRITTEN)
def update_ticket_form(request: DeskRequest, form_id: int) -> HttpResponse:
    """Change a form; with `default` it takes that place."""
    data = reading.wrapped(request, "ticket_form")
    permissions.require(request.actor, Permission.MANAGE_TICKET_FORMS)
    form, now = _form(request, form_id), timezone.now()
    if form.is_default and data.get("default") is False:
        raise Invalid.field("default", say("Default: make another form the default one instead"))
    row = actions.update_form(form=form, now=now, **_columns(data))
    row = actions.make_default_form(form=row, now=now) if data.get("default") is True else row
    return _answer(request, row, ignored=_ignored(data))


@router.delete("/ticket_forms/{int:form_id}", response={204: None})
def delete_ticket_form(request: DeskRequest, form_id: int) -> HttpResponse:
    """Delete a form. Its tickets have the default one from now on."""
    permissions.require(request.actor, Permission.MANAGE_TICKET_FORMS)
    actions.delete_form(form=_form(request, form_id), now=timezone.now())
    return answers.nothing()


@router.post("/ticket_forms/{int:form_id}/clone", response={201: ONE})
def clone_ticket_form(request: DeskRequest, form_id: int) -> HttpResponse:
    """A new form like this one."""
    permissions.require(request.actor, Permission.MANAGE_TICKET_FORMS)
    row = actions.clone_form(form=_form(request, form_id), now=timezone.now())
    location = f"{answers.base(request)}/ticket_forms/{row.pk}.json"
    return answers.created({"ticket_form": _shown(request, [row])[0]}, location)


def _asked(request: DeskRequest) -> TicketFormQuerySet:
    rows = queries.forms_known_to(request.actor)
    for name, column in (("active", "is_active"), ("end_user_visible", "end_user_visible")):
        if value := reading.words(request, name):
            rows = rows.filter(**{column: reading.flag(name, value)})
    if reading.words(request, "associated_to_brand") == "true" or not request.actor.is_agent:
        rows = rows.of_brand(request.brand.pk)
    return rows


def _form(request: DeskRequest, form_id: int) -> TicketForm:
    found = _asked(request).filter(pk=form_id).first()
    if found is None:
        raise NotFound
    return found


def _shown(request: DeskRequest, rows: list[TicketForm]) -> list[answers.Json]:
    base = answers.base(request)
    with_brands = TicketForm.objects.prefetch_related("brands").in_bulk([row.pk for row in rows])
    found = [with_brands[row.pk] for row in rows]
    if request.actor.is_agent:
        return [serialize.ticket_form(row, base) for row in found]
    seen = set(queries.fields_known_to(request.actor).values_list("pk", flat=True))
    return [serialize.ticket_form_for_end_users(row, base, seen) for row in found]


def _answer(request: DeskRequest, row: TicketForm, *, ignored: list[str] | None = None) -> HttpResponse:
    return answers.answer({"ticket_form": _shown(request, [row])[0]}, ignored=ignored or ())


def _columns(data: dict[str, Any]) -> dict[str, Any]:
    words = {name: data[raw] for raw, name in RAW.items() if data.get(raw) is not None}
    given = {**words, **data}
    columns = {column: given[name] for name, column in COLUMNS.items() if name in given}
    if "brand_ids" in columns:
        if not isinstance(columns["brand_ids"], list | None):
            raise Invalid.field("restricted_brand_ids", say("Restricted brand ids: must be a list of ids"))
        columns["brand_ids"] = [reading.whole_number(one) or 0 for one in columns["brand_ids"] or ()]
        columns.setdefault("in_all_brands", not columns["brand_ids"])
    return columns


def _ignored(data: dict[str, Any]) -> list[str]:
    return reading.unknown_to(data, KEYS, "ticket_form")
