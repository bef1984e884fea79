"""Brands over the API, and who works for them: all for admins, their own for agents."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from adjoin.access import diff, permissions, readable
from adjoin.access.api import dry_run
from adjoin.access.permissions import Permission
from adjoin.brands import actions, hosts, serialize
from adjoin.brands.models import Brand, BrandMembership
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.people.terms import Role

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
    """What can be written about a brand; a new one needs a name and a subdomain."""

    name: str | None = None
    subdomain: str | None = None
    active: bool | None = None
    has_help_center: bool | None = None
    requires_sign_in: bool | None = None  # ours; `help_center_state` is then `restricted`
    signature_template: str | None = None
    host_mapping: str | None = None  # of a brand that is there; the name has to lead here already


class BrandAgentJson(Schema):
    """One agent in one brand."""

    id: str
    user_id: int
    brand_id: int
    created_at: str
    updated_at: str
    url: str


ONE = describe.one("brand", BrandJson)
ONE_AGENT, MANY_AGENTS = describe.one("brand_agent", BrandAgentJson), describe.many("brand_agents", BrandAgentJson)
CHANGES = describe.asks("brand", BrandWriteJson) | describe.takes(dry_run.TAKES)
KEYS = {"name", "subdomain", "host_mapping", "active", "has_help_center", "requires_sign_in", "signature_template"}
FLAGS = {
    "active": "is_active",
    "has_help_center": "has_help_center",
    "requires_sign_in": "requires_sign_in",
}  # key to column
AGENTS = ["Brand agents"]
AGENT_SORTS = Sorts.of("created_at")


@router.get("/brands", response=describe.many("brands", BrandJson), openapi_extra=describe.takes(*PAGED))
def list_brands(request: DeskRequest) -> HttpResponse:
    """All brands for admins, their own for agents."""
    page = paging.page(request, readable.brands(request.actor), SORTS)
    return answers.answer(page.envelope("brands", serialize.brands(page.rows, answers.base(request))))


@router.get("/brands/{int:brand_id}", response=ONE)
def show_brand(request: DeskRequest, brand_id: int) -> HttpResponse:
    """One brand."""
    return answers.answer({"brand": serialize.brand(_brand(request, brand_id), answers.base(request))})


@router.post("/brands", response={201: ONE}, openapi_extra=describe.asks("brand", BrandWriteJson))
def create_brand(request: DeskRequest) -> HttpResponse:
    """A new brand with its own host, and nobody in it but the admins. For admins."""
    data = reading.wrapped(request, "brand")
    permissions.require(request.actor, Permission.MANAGE_BRANDS)
    row = actions.create_brand(now=timezone.now(), **{"name": "", "subdomain": "", **_columns(data)})
    base, ignored = answers.base(request), reading.unknown_to(data, KEYS, "brand")
    return answers.created({"brand": serialize.brand(row, base)}, f"{base}/brands/{row.pk}.json", ignored=ignored)


@router.put("/brands/{int:brand_id}", response=ONE, openapi_extra=CHANGES)
def update_brand(request: DeskRequest, brand_id: int) -> HttpResponse:
    """Change a brand. One that is not active answers at no address; its tickets stay. For admins."""
    data = reading.wrapped(request, "brand")
    permissions.require(request.actor, Permission.MANAGE_BRANDS)
    row, now, host = _brand(request, brand_id), timezone.now(), _host(data)

    @transaction.atomic
    def change() -> Brand:
        changed = actions.change_brand(brand=row, now=now, **_columns(data))
        return changed if host is None else actions.map_host(brand=changed, host=host, now=now)

    if (told := dry_run.answer_if_asked(request, change, diff.agents())) is not None:
        return told
    shown = serialize.brand(change(), answers.base(request))
    return answers.answer({"brand": shown}, ignored=reading.unknown_to(data, KEYS, "brand"))


@router.delete("/brands/{int:brand_id}", response={204: None}, openapi_extra=describe.takes(dry_run.TAKES))
def delete_brand(request: DeskRequest, brand_id: int) -> HttpResponse:
    """Delete a brand without tickets, and not the default one. For admins."""
    permissions.require(request.actor, Permission.MANAGE_BRANDS)
    change = partial(actions.delete_brand, brand=_brand(request, brand_id), now=timezone.now())
    if (told := dry_run.answer_if_asked(request, change, diff.agents())) is not None:
        return told
    change()
    return answers.nothing()


@router.get("/brand_agents", response=MANY_AGENTS, openapi_extra=describe.takes(*PAGED), tags=AGENTS)
def list_brand_agents(request: DeskRequest) -> HttpResponse:
    """Which agents work for which brands. Admins work for all and are not listed. For admins, as all of these."""
    return _agents(request, _memberships(request))


@router.get("/brands/{int:brand_id}/agents", response=MANY_AGENTS, openapi_extra=describe.takes(*PAGED), tags=AGENTS)
def list_agents_of_brand(request: DeskRequest, brand_id: int) -> HttpResponse:
    """The agents who work for a brand."""
    return _agents(request, _memberships(request).filter(brand=_brand(request, brand_id)))


@router.get(
    "/users/{int:user_id}/brand_agents", response=MANY_AGENTS, openapi_extra=describe.takes(*PAGED), tags=AGENTS
)
def list_brands_of_agent(request: DeskRequest, user_id: int) -> HttpResponse:
    """The brands an agent works for."""
    rows = _memberships(request)
    if not readable.users(request.actor).filter(pk=user_id).exists():
        raise NotFound
    return _agents(request, rows.filter(user_id=user_id))


@router.get("/users/{int:user_id}/brand_agents/{membership_id}", response=ONE_AGENT, tags=AGENTS)
def show_brand_of_agent(request: DeskRequest, user_id: int, membership_id: str) -> HttpResponse:
    """One agent in one brand, by the agent's address."""
    return _agent(request, membership_id, user_id=user_id)


@router.get("/brand_agents/{membership_id}", response=ONE_AGENT, tags=AGENTS)
def show_brand_agent(request: DeskRequest, membership_id: str) -> HttpResponse:
    """One agent in one brand. Change that with `agent_brand_ids` of the user."""
    return _agent(request, membership_id)


def _brand(request: DeskRequest, brand_id: int) -> Brand:
    found = readable.brands(request.actor).filter(pk=brand_id).first()
    if found is None:
        raise NotFound
    return found


def _host(data: dict[str, Any]) -> str | None:
    """The host name that `data` gives the brand, "" for none; None where it says nothing.

    Raises `Invalid` for what is no host name, and for one that does not lead here, which is asked."""
    if "host_mapping" not in data:
        return None
    host = reading.text("host_mapping", data["host_mapping"] or "").strip()
    if host and (trouble := hosts.why_elsewhere(hosts.cleaned(host))):
        raise Invalid.field("host_mapping", trouble)
    return host


def _columns(data: dict[str, Any]) -> dict[str, Any]:
    """The columns of a brand that `data` sets, checked. Raises `Invalid`."""
    columns: dict[str, Any] = {}
    for name in (KEYS - {"host_mapping"}).intersection(data):
        if name in FLAGS and data[name] is not None:
            columns[FLAGS[name]] = reading.flag(name, data[name])
        elif name not in FLAGS:
            columns[name] = reading.text(name, data[name])
    return columns


def _memberships(request: DeskRequest) -> QuerySet[BrandMembership]:
    """Who works for what. Raises `NotAllowed` for all but admins."""
    permissions.require(request.actor, Permission.MANAGE_BRANDS)
    return BrandMembership.objects.filter(user__role=Role.AGENT, user__is_active=True)


def _agents(request: DeskRequest, rows: QuerySet[BrandMembership]) -> HttpResponse:
    page, base = paging.page(request, rows, AGENT_SORTS), answers.base(request)
    return answers.answer(page.envelope("brand_agents", [serialize.brand_agent(row, base) for row in page.rows]))


def _agent(request: DeskRequest, membership_id: str, **of_whom: int) -> HttpResponse:
    rows = _memberships(request).filter(**of_whom)
    found = rows.filter(pk=reading.whole_number(membership_id) or 0).first()
    if found is None:
        raise NotFound
    return answers.answer({"brand_agent": serialize.brand_agent(found, answers.base(request))})
