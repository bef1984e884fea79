"""Custom statuses over the API: people signed in read them, each with the words that are for them."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.fields import actions, serialize
from adjoin.fields.api.schemas import CustomStatusJson, CustomStatusWriteJson
from adjoin.fields.api.ticket_fields import ids_of
from adjoin.fields.models import CustomStatus
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.doors import signed_in
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say

router = Router(tags=["Custom statuses"], auth=signed_in)
ONE, MANY = describe.one("custom_status", CustomStatusJson), describe.many("custom_statuses", CustomStatusJson)
WRITTEN = describe.asks("custom_status", CustomStatusWriteJson)
FILTERS = ("status_categories", "active", "default")
COLUMNS = {
    "status_category": "status_category",
    "agent_label": "agent_label",
    "end_user_label": "end_user_label",
    "description": "description",
    "end_user_description": "end_user_description",
    "active": "is_active",
}
RAW = {f"raw_{name}": name for name in ("agent_label", "end_user_label", "description", "end_user_description")}
KEYS = {*COLUMNS, *RAW, "default"}


@router.get("/custom_statuses", response=MANY, openapi_extra=describe.takes(*FILTERS))
def list_custom_statuses(request: DeskRequest) -> HttpResponse:
    """All statuses, by category, on one page; `status_categories` (with commas between), `active` and `default`
    narrow."""
    rows = CustomStatus.objects.all()
    if wanted := reading.choices(request, "status_categories"):
        rows = rows.filter(status_category__in=wanted)
    for name in ("active", "default"):
        if value := reading.words(request, name):
            rows = rows.filter(**{f"is_{name}": reading.flag(name, value)})
    page = paging.whole(rows.in_order())
    return answers.answer(page.envelope("custom_statuses", [_shown(request, row) for row in page.rows]))


@router.put("/custom_status/default", response={200: None}, openapi_extra=describe.takes("ids"))
def make_default_custom_statuses(request: DeskRequest) -> HttpResponse:
    """Make the statuses of `ids` the defaults of their categories."""
    permissions.require(request.actor, Permission.MANAGE_TICKET_FIELDS)
    actions.make_default_statuses(ids=ids_of(request, "ids"), now=timezone.now())
    return answers.answer({})


@router.get("/custom_statuses/{int:status_id}", response=ONE)
def show_custom_status(request: DeskRequest, status_id: int) -> HttpResponse:
    """One status."""
    return answers.answer({"custom_status": _shown(request, _row(status_id))})


@router.post("/custom_statuses", response={201: ONE}, openapi_extra=WRITTEN)
@transaction.atomic
def create_custom_status(request: DeskRequest) -> HttpResponse:
    """A new status of a category; with `default` it takes that place."""
    data = reading.wrapped(request, "custom_status")
    permissions.require(request.actor, Permission.MANAGE_TICKET_FIELDS)
    columns = _columns(data)
    row = actions.create_status(status_category=columns.pop("status_category", None), now=timezone.now(), **columns)
    row = _take_place(row, data)
    location = f"{answers.base(request)}/custom_statuses/{row.pk}.json"
    return answers.created({"custom_status": _shown(request, row)}, location, ignored=_ignored(data))


@router.put("/custom_statuses/{int:status_id}", response=ONE, openapi_extra=WRITTEN)
@transaction.atomic
def update_custom_status(request: DeskRequest, status_id: int) -> HttpResponse:
    """Change a status; with `default` it takes that place. It cannot be deleted, only be `active` no more."""
    data = reading.wrapped(request, "custom_status")
    permissions.require(request.actor, Permission.MANAGE_TICKET_FIELDS)
    row = _row(status_id)
    if row.is_default and data.get("default") is False:
        raise Invalid.field("default", say("Default: make another status of its category the default one instead"))
    row = actions.update_status(status=row, now=timezone.now(), **_columns(data))
    row = _take_place(row, data)
    return answers.answer({"custom_status": _shown(request, row)}, ignored=_ignored(data))


def _take_place(row: CustomStatus, data: dict[str, Any]) -> CustomStatus:
    if data.get("default") is True:
        actions.make_default_statuses(ids=[row.pk], now=timezone.now())
        row.refresh_from_db()
    return row


def _row(status_id: int) -> CustomStatus:
    found = CustomStatus.objects.filter(pk=status_id).first()
    if found is None:
        raise NotFound
    return found


def _shown(request: DeskRequest, row: CustomStatus) -> answers.Json:
    return serialize.custom_status(row, answers.base(request), to_agents=request.actor.is_agent)


def _columns(data: dict[str, Any]) -> dict[str, Any]:
    words = {name: data[raw] for raw, name in RAW.items() if data.get(raw) is not None}
    given = {**words, **data}
    return {column: given[name] for name, column in COLUMNS.items() if name in given}


def _ignored(data: dict[str, Any]) -> list[str]:
    return reading.unknown_to(data, KEYS, "custom_status")
