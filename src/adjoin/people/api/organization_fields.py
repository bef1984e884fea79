"""The fields that an account adds to its organizations, over the API."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import BadRequest, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.people import actions, serialize
from adjoin.people.api.schemas import OrganizationFieldJson, OrganizationFieldWriteJson
from adjoin.people.models import OrganizationField

router = Router(tags=["Organization fields"], auth=agents_only)
SORTS = Sorts.of("position", "created_at", "updated_at", default="position")
ONE = describe.one("organization_field", OrganizationFieldJson)
MANY = describe.many("organization_fields", OrganizationFieldJson)
WRITTEN = describe.asks("organization_field", OrganizationFieldWriteJson)
COLUMNS = {
    "title": "title",
    "description": "description",
    "position": "position",
    "active": "is_active",
    "regexp_for_validation": "pattern",
    "custom_field_options": "options",
}
KEYS = {*COLUMNS, "key", "type", "raw_title", "raw_description"}


@router.get("/organization_fields", response=MANY, openapi_extra=describe.takes(*PAGED))
def list_organization_fields(request: DeskRequest) -> HttpResponse:
    """The account's own fields of organizations, in their order."""
    page, base = paging.page(request, OrganizationField.objects.all(), SORTS), answers.base(request)
    shown = [serialize.organization_field(row, base) for row in page.rows]
    return answers.answer(page.envelope("organization_fields", shown))


@router.put("/organization_fields/reorder", response=dict[str, Any])
def reorder_organization_fields(request: DeskRequest) -> HttpResponse:
    """Put them into the order of `organization_field_ids`."""
    permissions.require(request.actor, Permission.MANAGE_ORGANIZATION_FIELDS)
    ids = reading.body(request).get("organization_field_ids")
    if not isinstance(ids, list) or len(ids) > actions.FIELDS_MAX:
        raise BadRequest("Parameter organization_field_ids is required and must be a list of ids")
    actions.reorder_fields(ids=[pk for one in ids if (pk := reading.whole_number(one))], now=timezone.now())
    return answers.answer({})


@router.get("/organization_fields/{id_or_key}", response=ONE)
def show_organization_field(request: DeskRequest, id_or_key: str) -> HttpResponse:
    """One field, by its id or its key."""
    return _answer(request, _field(id_or_key))


@router.post("/organization_fields", response={201: ONE}, openapi_extra=WRITTEN)
def create_organization_field(request: DeskRequest) -> HttpResponse:
    """A new field. Its key and its type stay as they are chosen."""
    data = reading.wrapped(request, "organization_field")
    permissions.require(request.actor, Permission.MANAGE_ORGANIZATION_FIELDS)
    columns = _columns(data)
    row = actions.create_field(
        key=reading.text("key", data.get("key")),
        type=reading.text("type", data.get("type")),
        title=columns.pop("title", ""),
        now=timezone.now(),
        **columns,
    )
    base = answers.base(request)
    shown = {"organization_field": serialize.organization_field(row, base)}
    return answers.created(shown, f"{base}/organization_fields/{row.pk}.json", ignored=_ignored(data))


@router.put("/organization_fields/{id_or_key}", response=ONE, openapi_extra=WRITTEN)
def update_organization_field(request: DeskRequest, id_or_key: str) -> HttpResponse:
    """Change a field. The whole list of `custom_field_options` is replaced."""
    data = reading.wrapped(request, "organization_field")
    permissions.require(request.actor, Permission.MANAGE_ORGANIZATION_FIELDS)
    row = actions.update_field(field=_field(id_or_key), now=timezone.now(), **_columns(data))
    return _answer(
        request, row, ignored=[*_ignored(data), *(f"organization_field.{k}" for k in {"key", "type"} & set(data))]
    )


@router.delete("/organization_fields/{id_or_key}", response={204: None})
def delete_organization_field(request: DeskRequest, id_or_key: str) -> HttpResponse:
    """Delete a field, with its values."""
    permissions.require(request.actor, Permission.MANAGE_ORGANIZATION_FIELDS)
    actions.delete_field(field=_field(id_or_key), now=timezone.now())
    return answers.nothing()


def _field(id_or_key: str) -> OrganizationField:
    """Raises `NotFound`."""
    pk = reading.whole_number(id_or_key)
    found = OrganizationField.objects.filter(Q(pk=pk) if pk else Q(key=id_or_key.replace("\x00", ""))).first()
    if found is None:
        raise NotFound
    return found


def _columns(data: dict[str, Any]) -> dict[str, Any]:
    words = {"title": data.get("raw_title"), "description": data.get("raw_description")}
    given = {**{name: value for name, value in words.items() if value is not None}, **data}
    return {column: given[name] for name, column in COLUMNS.items() if name in given}


def _ignored(data: dict[str, Any]) -> list[str]:
    return reading.unknown_to(data, KEYS, "organization_field")


def _answer(request: DeskRequest, row: OrganizationField, *, ignored: list[str] | None = None) -> HttpResponse:
    shown = {"organization_field": serialize.organization_field(row, answers.base(request))}
    return answers.answer(shown, ignored=ignored or ())
