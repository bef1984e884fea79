"""Brands over the API: all for admins, their own for agents."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from adjoin.access import permissions, readable
from adjoin.access.permissions import Permission
from adjoin.brands import actions, serialize
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest

router = Router(tags=["Brands"], auth=agents_only)
SORTS = Sorts.of("name", "created_at", "updated_at")


class BrandJson(Schema):
    """One face the account shows the world."""

    url: str
    id: int
    name: str
    brand_url: str
    subdomain: str
    host_mapping: str | None
    has_help_center: bool
    help_center_state: str
    active: bool
    default: bool
    is_deleted: bool
    logo: dict[str, Any] | None
    ticket_form_ids: list[int]
    signature_template: str
    created_at: str
    updated_at: str


class BrandWriteJson(Schema):
    """A new brand."""

    name: str
    subdomain: str


ONE = describe.one("brand", BrandJson)


@router.get("/brands", response=describe.many("brands", BrandJson), openapi_extra=describe.takes(*PAGED))
def list_brands(request: DeskRequest) -> HttpResponse:
    """All brands for admins, their own for agents."""
    page = paging.page(request, readable.brands(request.actor), SORTS)
    shown = [serialize.brand(row, answers.base(request)) for row in page.rows]
    return answers.answer(page.envelope("brands", shown))


@router.get("/brands/{int:brand_id}", response=ONE)
def show_brand(request: DeskRequest, brand_id: int) -> HttpResponse:
    """One brand."""
    found = readable.brands(request.actor).filter(pk=brand_id).first()
    if found is None:
        raise NotFound
    return answers.answer({"brand": serialize.brand(found, answers.base(request))})


@router.post("/brands", response={201: ONE}, openapi_extra=describe.asks("brand", BrandWriteJson))
def create_brand(request: DeskRequest) -> HttpResponse:
    """A new brand with its own host. For admins."""
    data = reading.wrapped(request, "brand")
    permissions.require(request.actor, Permission.MANAGE_BRANDS)
    row = actions.create_brand(
        name=reading.text("name", data.get("name")),
        subdomain=reading.text("subdomain", data.get("subdomain")),
        now=timezone.now(),
    )
    base = answers.base(request)
    ignored = reading.unknown_to(data, {"name", "subdomain"}, "brand")
    return answers.created({"brand": serialize.brand(row, base)}, f"{base}/brands/{row.pk}.json", ignored=ignored)
