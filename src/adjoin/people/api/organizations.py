"""Organizations over the API, for agents: those their role lets them look up."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import readable
from adjoin.access.api import dry_run
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.api.paging import Page, Sorts
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.field_values import Target
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.people import actions, parse, serialize
from adjoin.people.api import own_values, writing
from adjoin.people.api.schemas import OrganizationJson, OrganizationWriteJson
from adjoin.people.models import Organization, OrganizationField

router = Router(tags=["Organizations"], auth=agents_only)
SORTS = Sorts.of("name", "created_at", "updated_at")
ONE = describe.one("organization", OrganizationJson)
MANY = describe.many("organizations", OrganizationJson)
LISTED = describe.takes(*PAGED)
WRITTEN = describe.takes(dry_run.TAKES) | describe.asks("organization", OrganizationWriteJson)


@router.get("/organizations", response=MANY, openapi_extra=LISTED)
def list_organizations(request: DeskRequest) -> HttpResponse:
    """Organizations, oldest first unless sorted otherwise."""
    return page_of(request, readable.organizations(request.actor))


@router.get("/organizations/count", response=dict[str, Any])
def count_organizations(request: DeskRequest) -> HttpResponse:
    """How many organizations there are."""
    return answers.answer(answers.count(readable.organizations(request.actor).count(), timezone.now()))


@router.get("/users/{int:user_id}/organizations", response=MANY, openapi_extra=LISTED)
def list_organizations_of_user(request: DeskRequest, user_id: int) -> HttpResponse:
    """The organizations that a person belongs to."""
    if not readable.users(request.actor).filter(pk=user_id).exists():
        raise NotFound
    return page_of(request, readable.organizations(request.actor).filter(memberships__user_id=user_id))


@router.get("/organizations/show_many", response=MANY, openapi_extra=describe.takes("ids", "external_ids"))
def show_many_organizations(request: DeskRequest) -> HttpResponse:
    """Up to 100 organizations by their ids, or by their external ids."""
    rows = readable.organizations(request.actor)
    if external_ids := reading.choices(request, "external_ids")[: reading.MANY_MAX]:
        rows = rows.filter(external_id__in=external_ids)
    else:
        rows = rows.filter(pk__in=reading.ids(request))
    return _show(request, paging.whole(rows.order_by("pk")))


@router.get("/organizations/search", response=MANY, openapi_extra=describe.takes("name", "external_id"))
def search_organizations(request: DeskRequest) -> HttpResponse:
    """The organization with exactly that name or external id, whatever the case of its letters."""
    name, external_id = reading.words(request, "name"), reading.words(request, "external_id")
    rows = readable.organizations(request.actor)
    if external_id:
        return page_of(request, rows.filter(external_id__iexact=external_id))
    return page_of(request, rows.filter(name__iexact=name))


@router.get("/organizations/autocomplete", response=MANY, openapi_extra=describe.takes("name", "source", "field_id"))
def autocomplete_organizations(request: DeskRequest) -> HttpResponse:
    """Organizations whose name begins with `name`, of at least two characters.

    With `source` and `field_id` those that this lookup field offers."""
    name = reading.words(request, "name")
    if len(name) < 2:
        raise Invalid.field("name", say("Name: give at least two characters"))
    offered = own_values.offered(request, Target.ORGANIZATION)
    return page_of(request, readable.organizations(request.actor).filter(offered, name__istartswith=name))


@router.get("/organizations/{int:organization_id}", response=ONE)
def show_organization(request: DeskRequest, organization_id: int) -> HttpResponse:
    """One organization."""
    return _answer(request, writing.organization(request.actor, pk=organization_id))


@router.get("/organizations/{int:organization_id}/related", response=dict[str, Any])
def show_related(request: DeskRequest, organization_id: int) -> HttpResponse:
    """How many people belong to an organization, and how many of its tickets you may read."""
    row = writing.organization(request.actor, pk=organization_id)
    counts = {
        "tickets_count": readable.tickets(request.actor).filter(organization_id=row.pk).count(),
        "users_count": readable.users(request.actor).filter(is_active=True, memberships__organization=row).count(),
    }
    return answers.answer({"organization_related": counts})


@router.post("/organizations", response={201: ONE}, openapi_extra=WRITTEN)
def create_organization(request: DeskRequest) -> HttpResponse:
    """A new organization, for those whose role manages them."""
    return _create(request, reading.wrapped(request, "organization"))


@router.post(
    "/organizations/create_or_update",
    response={200: ONE, 201: ONE},
    openapi_extra=WRITTEN,
)
def create_or_update_organization(request: DeskRequest) -> HttpResponse:
    """Change the organization with that `id` or `external_id`, or make a new one."""
    data = reading.wrapped(request, "organization")
    row = writing.named_organization(request.actor, data)
    return _create(request, data) if row is None else _update(request, row, data)


@router.put(
    "/organizations/{int:organization_id}",
    response=ONE,
    openapi_extra=WRITTEN,
)
def update_organization(request: DeskRequest, organization_id: int) -> HttpResponse:
    """Change an organization: all of it where the role says so, else its notes and details."""
    data = reading.wrapped(request, "organization")
    return _update(request, writing.organization(request.actor, pk=organization_id), data)


@router.delete(
    "/organizations/{int:organization_id}", response={204: None}, openapi_extra=describe.takes(dry_run.TAKES)
)
def delete_organization(request: DeskRequest, organization_id: int) -> HttpResponse:
    """Delete an organization. Its members stay, their tickets leave it."""
    actor = request.actor
    row = writing.organization(actor, pk=organization_id)
    change = partial(writing.delete_organization, actor, row, timezone.now())
    if (tried := dry_run.answer_if_asked(request, change, actions.concerned(row))) is not None:
        return tried
    change()
    return answers.nothing()


def _create(request: DeskRequest, data: dict[str, Any]) -> HttpResponse:
    tries = dry_run.is_asked(request)
    change = partial(writing.create_organization, request.actor, data, timezone.now(), at_once=tries)
    if tries and (tried := dry_run.answer_if_asked(request, change, writing.concerned(None, data))) is not None:
        return tried
    row = change()
    base = answers.base(request)
    own_fields = own_values.fields_for(request.actor, OrganizationField, [row])
    shown = {"organization": serialize.organization(row, base, own_fields)}
    return answers.created(shown, f"{base}/organizations/{row.pk}.json", ignored=_ignored(data))


def _update(request: DeskRequest, row: Organization, data: dict[str, Any]) -> HttpResponse:
    tries = dry_run.is_asked(request)
    change = partial(writing.update_organization, request.actor, row, data, timezone.now(), at_once=tries)
    if tries and (tried := dry_run.answer_if_asked(request, change, writing.concerned(row, data))) is not None:
        return tried
    return _answer(request, change(), ignored=_ignored(data))


def _answer(request: DeskRequest, row: Organization, *, ignored: Sequence[str] = ()) -> HttpResponse:
    own_fields = own_values.fields_for(request.actor, OrganizationField, [row])
    shown = serialize.organization(row, answers.base(request), own_fields)
    return answers.answer({"organization": shown}, ignored=ignored)


def page_of(request: DeskRequest, rows: QuerySet[Organization]) -> HttpResponse:
    """A page of organizations as the request asks for it."""
    return _show(request, paging.page(request, rows, SORTS))


def _show(request: DeskRequest, page: Page[Organization]) -> HttpResponse:
    base, own_fields = answers.base(request), own_values.fields_for(request.actor, OrganizationField, page.rows)
    shown = [serialize.organization(row, base, own_fields) for row in page.rows]
    return answers.answer(page.envelope("organizations", shown))


def _ignored(data: dict[str, Any]) -> list[str]:
    return reading.unknown_to(data, parse.ORGANIZATION_KEYS | {"id"}, "organization")
