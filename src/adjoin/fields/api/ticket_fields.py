"""Fields of tickets over the API: agents read all, end users those that are shown to them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.fields import actions, queries, serialize
from adjoin.fields.api.schemas import OptionJson, OptionWriteJson, TicketFieldJson, TicketFieldWriteJson
from adjoin.fields.models import TicketField, TicketFieldOption
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import BadRequest, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say

router = Router(tags=["Ticket fields"], auth=agents_only)
SORTS = Sorts.of("position", "created_at", "updated_at", default="position")
ONE, MANY = describe.one("ticket_field", TicketFieldJson), describe.many("ticket_fields", TicketFieldJson)
WRITTEN = describe.asks("ticket_field", TicketFieldWriteJson)
OPTION = describe.one("custom_field_option", OptionJson)
COLUMNS = {
    "title": "title",
    "title_in_portal": "title_in_portal",
    "description": "description",
    "agent_description": "agent_description",
    "position": "position",
    "active": "is_active",
    "required": "is_required",
    "collapsed_for_agents": "is_collapsed",
    "visible_in_portal": "visible_in_portal",
    "editable_in_portal": "editable_in_portal",
    "required_in_portal": "required_in_portal",
    "regexp_for_validation": "pattern",
    "tag": "tag",
    "relationship_target_type": "target",
    "relationship_filter": "relationship_filter",
    "custom_field_options": "options",
}
RAW = {"raw_title": "title", "raw_title_in_portal": "title_in_portal", "raw_description": "description"}
KEYS = {*COLUMNS, *RAW, "type"}


@router.get("/ticket_fields", auth=None, response=MANY, openapi_extra=describe.takes(*PAGED))
def list_ticket_fields(request: DeskRequest) -> HttpResponse:
    """All fields in their order, on one page unless pages are asked for; for end users those they see."""
    rows = queries.fields_known_to(request.actor)
    is_paged = "page[size]" in request.GET or "per_page" in request.GET
    page = paging.page(request, rows, SORTS) if is_paged else paging.whole(rows.in_order())
    shown = [_shown(request, row) for row in page.rows]
    return answers.answer(page.envelope("ticket_fields", shown))


@router.get("/ticket_fields/count", response=dict[str, Any])
def count_ticket_fields(request: DeskRequest) -> HttpResponse:
    """How many there are."""
    return answers.answer(answers.count(TicketField.objects.count(), timezone.now()))


@router.put("/ticket_fields/reorder", response=dict[str, Any])
def reorder_ticket_fields(request: DeskRequest) -> HttpResponse:
    """Put them into the order of `ticket_field_ids`."""
    permissions.require(request.actor, Permission.MANAGE_TICKET_FIELDS)
    actions.reorder_fields(ids=ids_of(request, "ticket_field_ids"), now=timezone.now())
    return answers.answer({})


@router.get("/ticket_fields/{int:field_id}", auth=None, response=ONE)
def show_ticket_field(request: DeskRequest, field_id: int) -> HttpResponse:
    """One field."""
    return answers.answer({"ticket_field": _shown(request, _field(request, field_id))})


@router.post("/ticket_fields", response={201: ONE}, openapi_extra=WRITTEN)
def create_ticket_field(request: DeskRequest) -> HttpResponse:
    """A new field. Its type stays as it is chosen."""
    data = reading.wrapped(request, "ticket_field")
    permissions.require(request.actor, Permission.MANAGE_TICKET_FIELDS)
    columns = _columns(data)
    row = actions.create_field(
        type=reading.text("type", data.get("type")), title=columns.pop("title", ""), now=timezone.now(), **columns
    )
    base = answers.base(request)
    shown = {"ticket_field": _shown(request, _field(request, row.pk))}
    return answers.created(shown, f"{base}/ticket_fields/{row.pk}.json", ignored=_ignored(data))


@router.put("/ticket_fields/{int:field_id}", response=ONE, openapi_extra=WRITTEN)
def update_ticket_field(request: DeskRequest, field_id: int) -> HttpResponse:
    """Change a field. The whole list of `custom_field_options` is replaced; those left out are deleted."""
    data = reading.wrapped(request, "ticket_field")
    permissions.require(request.actor, Permission.MANAGE_TICKET_FIELDS)
    actions.update_field(field=_field(request, field_id), now=timezone.now(), **_columns(data))
    ignored = [*_ignored(data), *(["ticket_field.type"] if "type" in data else [])]
    return answers.answer({"ticket_field": _shown(request, _field(request, field_id))}, ignored=ignored)


@router.delete("/ticket_fields/{int:field_id}", response={204: None})
def delete_ticket_field(request: DeskRequest, field_id: int) -> HttpResponse:
    """Delete a field, with its values. The tags of its choices stay on the tickets that have them."""
    permissions.require(request.actor, Permission.MANAGE_TICKET_FIELDS)
    actions.delete_field(field=_field(request, field_id), now=timezone.now())
    return answers.nothing()


@router.get("/ticket_fields/{int:field_id}/options", response=describe.many("custom_field_options", OptionJson))
def list_ticket_field_options(request: DeskRequest, field_id: int) -> HttpResponse:
    """The choices of a field, in order."""
    page = paging.whole(_field(request, field_id).options.order_by("position", "pk"))
    shown = [serialize.option(row, answers.base(request)) for row in page.rows]
    return answers.answer(page.envelope("custom_field_options", shown))


@router.post(
    "/ticket_fields/{int:field_id}/options",
    response={200: OPTION, 201: OPTION},
    openapi_extra=describe.asks("custom_field_option", OptionWriteJson),
)
def put_ticket_field_option(request: DeskRequest, field_id: int) -> HttpResponse:
    """A choice, new (201) or, with an `id`, changed (200)."""
    data = reading.wrapped(request, "custom_field_option")
    permissions.require(request.actor, Permission.MANAGE_TICKET_FIELDS)
    field = _field(request, field_id)
    if not field.has_options:
        raise NotFound
    given = {name: data[name] for name in ("name", "value", "default") if data.get(name) is not None}
    pk = reading.whole_number(data.get("id"))
    if data.get("id") is not None and not field.options.filter(pk=pk or 0).exists():
        raise NotFound
    row, is_new = actions.put_option(field=field, now=timezone.now(), **{"id": pk, **given})
    shown = serialize.option(row, answers.base(request))
    answer = {"custom_field_option": shown}
    return answers.created(answer, shown["url"]) if is_new else answers.answer(answer)


@router.get("/ticket_fields/{int:field_id}/options/{int:option_id}", response=OPTION)
def show_ticket_field_option(request: DeskRequest, field_id: int, option_id: int) -> HttpResponse:
    """One choice."""
    row = _option(_field(request, field_id), option_id)
    return answers.answer({"custom_field_option": serialize.option(row, answers.base(request))})


@router.delete("/ticket_fields/{int:field_id}/options/{int:option_id}", response={204: None})
def delete_ticket_field_option(request: DeskRequest, field_id: int, option_id: int) -> HttpResponse:
    """Take a choice away. Tickets that have it have none."""
    permissions.require(request.actor, Permission.MANAGE_TICKET_FIELDS)
    field = _field(request, field_id)
    actions.remove_option(field=field, option=_option(field, option_id), now=timezone.now())
    return answers.nothing()


def ids_of(request: DeskRequest, name: str) -> list[int]:
    """The ids of a reorder call. Raises `BadRequest`."""
    ids = reading.body(request).get(name)
    if not isinstance(ids, list) or len(ids) > actions.FIELDS_MAX + 20:
        raise BadRequest(say("Parameter %(name)s is required and must be a list of ids") % {"name": name})
    return [pk for one in ids if (pk := reading.whole_number(one))]


def _field(request: DeskRequest, field_id: int) -> TicketField:
    found = queries.fields_known_to(request.actor).filter(pk=field_id).first()
    if found is None:
        raise NotFound
    return found


def _option(field: TicketField, option_id: int) -> TicketFieldOption:
    found = field.options.filter(pk=option_id).first()
    if found is None:
        raise NotFound
    return found


def _shown(request: DeskRequest, row: TicketField) -> answers.Json:
    return serialize.ticket_field(row, answers.base(request), to_agents=request.actor.is_agent)


def _columns(data: dict[str, Any]) -> dict[str, Any]:
    words = {name: data[raw] for raw, name in RAW.items() if data.get(raw) is not None}
    given = {**words, **data}
    return {column: given[name] for name, column in COLUMNS.items() if name in given}


def _ignored(data: dict[str, Any]) -> list[str]:
    return reading.unknown_to(data, KEYS, "ticket_field")
