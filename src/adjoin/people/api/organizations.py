"""Organizations over the API: all of them for agents, their own for end users."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import permissions, readable
from adjoin.access.permissions import Permission
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import Invalid, NotAllowed, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.people import actions, parse, serialize
from adjoin.people.api.schemas import OrganizationJson, OrganizationWriteJson
from adjoin.people.models import Organization

router = Router(tags=["Organizations"], auth=agents_only)
SORTS = Sorts.of("name", "created_at", "updated_at")
ONE = describe.one("organization", OrganizationJson)
MANY = describe.many("organizations", OrganizationJson)
LISTED = describe.takes(*PAGED)


@router.get("/organizations", response=MANY, openapi_extra=LISTED)
def list_organizations(request: DeskRequest) -> HttpResponse:
    """Organizations, oldest first unless sorted otherwise."""
    return _page_of(request, readable.organizations(request.actor))


@router.get("/organizations/count", response=dict[str, Any])
def count_organizations(request: DeskRequest) -> HttpResponse:
    """How many organizations there are."""
    return answers.answer(answers.count(readable.organizations(request.actor).count(), timezone.now()))


@router.get("/users/{int:user_id}/organizations", response=MANY, openapi_extra=LISTED)
def list_organizations_of_user(request: DeskRequest, user_id: int) -> HttpResponse:
    """The organizations that a person belongs to."""
    if not readable.users(request.actor).filter(pk=user_id).exists():
        raise NotFound
    return _page_of(request, readable.organizations(request.actor).filter(memberships__user_id=user_id))


@router.get("/organizations/show_many", response=MANY, openapi_extra=describe.takes("ids", "external_ids"))
def show_many_organizations(request: DeskRequest) -> HttpResponse:
    """Up to 100 organizations by their ids, or by their external ids."""
    rows = readable.organizations(request.actor)
    if external_ids := reading.choices(request, "external_ids")[: reading.MANY_MAX]:
        rows = rows.filter(external_id__in=external_ids)
    else:
        rows = rows.filter(pk__in=reading.ids(request))
    return _whole(request, rows.order_by("pk"))


@router.get("/organizations/search", response=MANY, openapi_extra=describe.takes("name", "external_id"))
def search_organizations(request: DeskRequest) -> HttpResponse:
    """The organization with exactly that name or external id, whatever the case of its letters."""
    name, external_id = reading.words(request, "name"), reading.words(request, "external_id")
    rows = readable.organizations(request.actor)
    if external_id:
        return _page_of(request, rows.filter(external_id__iexact=external_id))
    return _page_of(request, rows.filter(name__iexact=name))


@router.get("/organizations/autocomplete", response=MANY, openapi_extra=describe.takes("name"))
def autocomplete_organizations(request: DeskRequest) -> HttpResponse:
    """Organizations whose name begins with `name`, of at least two characters."""
    name = reading.words(request, "name")
    if len(name) < 2:
        raise Invalid.field("name", "Name: give at least two characters")
    return _page_of(request, readable.organizations(request.actor).filter(name__istartswith=name))


@router.get("/organizations/{int:organization_id}", response=ONE)
def show_organization(request: DeskRequest, organization_id: int) -> HttpResponse:
    """One organization."""
    return _answer(request, _organization(request, organization_id))


@router.post("/organizations", response={201: ONE}, openapi_extra=describe.asks("organization", OrganizationWriteJson))
def create_organization(request: DeskRequest) -> HttpResponse:
    """A new organization. For admins."""
    data = reading.wrapped(request, "organization")
    permissions.require(request.actor, Permission.MANAGE_ORGANIZATIONS)
    columns = parse.organization(data, existing=None)
    row = actions.create_organization(name=columns.pop("name", ""), now=timezone.now(), **columns)
    base = answers.base(request)
    return answers.created(
        {"organization": serialize.organization(row, base)},
        f"{base}/organizations/{row.pk}.json",
        ignored=_ignored(data),
    )


@router.put(
    "/organizations/{int:organization_id}",
    response=ONE,
    openapi_extra=describe.asks("organization", OrganizationWriteJson),
)
def update_organization(request: DeskRequest, organization_id: int) -> HttpResponse:
    """Change an organization: all of it where the role says so, else its notes and details."""
    data, row = reading.wrapped(request, "organization"), _organization(request, organization_id)
    if not permissions.allows(request.actor, Permission.EDIT_ORGANIZATIONS):
        permissions.require(request.actor, Permission.EDIT_ORGANIZATION_NOTES)
        if set(data) & parse.ORGANIZATION_KEYS - {"notes", "details"}:
            raise NotAllowed("Your role changes the notes and details of an organization. Ask an admin for the rest.")
    columns = parse.organization(data, existing=row)
    row = actions.update_organization(organization=row, now=timezone.now(), **columns)
    return _answer(request, row, ignored=_ignored(data))


@router.delete("/organizations/{int:organization_id}", response={204: None})
def delete_organization(request: DeskRequest, organization_id: int) -> HttpResponse:
    """Delete an organization. Its members stay, their tickets leave it. For admins."""
    permissions.require(request.actor, Permission.MANAGE_ORGANIZATIONS)
    actions.delete_organization(organization=_organization(request, organization_id), now=timezone.now())
    return answers.nothing()


def _organization(request: DeskRequest, organization_id: int) -> Organization:
    found = readable.organizations(request.actor).filter(pk=organization_id).first()
    if found is None:
        raise NotFound
    return found


def _answer(request: DeskRequest, row: Organization, *, ignored: list[str] | None = None) -> HttpResponse:
    return answers.answer(
        {"organization": serialize.organization(row, answers.base(request))}, ignored=ignored or ()
    )  # fmt: skip


def _page_of(request: DeskRequest, rows: Any) -> HttpResponse:
    page = paging.page(request, rows, SORTS)
    shown = [serialize.organization(row, answers.base(request)) for row in page.rows]
    return answers.answer(page.envelope("organizations", shown))


def _whole(request: DeskRequest, rows: Any) -> HttpResponse:
    page = paging.whole(rows)
    shown = [serialize.organization(row, answers.base(request)) for row in page.rows]
    return answers.answer(page.envelope("organizations", shown))


def _ignored(data: dict[str, Any]) -> list[str]:
    return reading.unknown_to(data, parse.ORGANIZATION_KEYS, "organization")
