"""Many organizations or memberships in one call: a job, which deals with them one after another."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from ninja import Router

from adjoin.access import actors
from adjoin.access.actors import Actor
from adjoin.access.api import dry_run
from adjoin.job_statuses import kinds
from adjoin.job_statuses.api import STARTED
from adjoin.job_statuses.kinds import Task
from adjoin.kernel.api import describe, reading
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.errors import BadRequest, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.people.api import many, writing
from adjoin.people.api.schemas import MembershipWriteJson, OrganizationWriteJson

router = Router(auth=agents_only)
ORGANIZATIONS, MEMBERSHIPS = ["Organizations"], ["Organization memberships"]


@router.post(
    "/organizations/create_many",
    response=STARTED,
    openapi_extra=describe.asks("organizations", OrganizationWriteJson),
    tags=ORGANIZATIONS,
)
def create_many_organizations(request: DeskRequest) -> HttpResponse:
    """Up to 100 new organizations, by a job."""
    return many.start(request, "organization_create_many", many.listed(request, "organizations"))


@router.put(
    "/organizations/update_many",
    response=STARTED,
    openapi_extra=describe.takes("ids", "external_ids", dry_run.TAKES)
    | describe.asks("organization", OrganizationWriteJson),
    tags=ORGANIZATIONS,
)
def update_many_organizations(request: DeskRequest) -> HttpResponse:
    """Up to 100 organizations, by a job: the same for those in `ids` or `external_ids`, or each its own."""
    named = many.named(request)
    if named is None:
        items = many.listed(request, "organizations")
    else:
        change = reading.wrapped(request, "organization")
        items = [{**change, **one} for one in named]
    return many.start(request, "organization_update_many", items, partial(_concerned, request.actor, items))


@router.delete(
    "/organizations/destroy_many",
    response=STARTED,
    openapi_extra=describe.takes("ids", "external_ids", dry_run.TAKES),
    tags=ORGANIZATIONS,
)
def destroy_many_organizations(request: DeskRequest) -> HttpResponse:
    """Delete up to 100 organizations, by a job."""
    named = many.named(request)
    if named is None:
        raise BadRequest(say("Parameter ids is required"))
    return many.start(request, "organization_delete_many", named, partial(_concerned, request.actor, named))


@router.post(
    "/organization_memberships/create_many",
    response=STARTED,
    openapi_extra=describe.takes(dry_run.TAKES) | describe.asks("organization_memberships", MembershipWriteJson),
    tags=MEMBERSHIPS,
)
def create_many_memberships(request: DeskRequest) -> HttpResponse:
    """Put up to 100 people into organizations, by a job."""
    items = many.listed(request, "organization_memberships")
    people = [pk for item in items if (pk := reading.whole_number(item.get("user_id"))) is not None]
    return many.start(request, "organization_membership_create_many", items, lambda: people)


@router.delete(
    "/organization_memberships/destroy_many",
    response=STARTED,
    openapi_extra=describe.takes("ids", dry_run.TAKES),
    tags=MEMBERSHIPS,
)
def destroy_many_memberships(request: DeskRequest) -> HttpResponse:
    """End up to 100 memberships, by a job."""
    items = [{"id": pk} for pk in reading.ids(request)]
    rows = writing.memberships(request.actor).filter(pk__in=[item["id"] for item in items])
    people = rows.values_list("user_id", flat=True)
    return many.start(request, "organization_membership_delete_many", items, lambda: people)


def register() -> None:
    """Make the sorts of job known that these calls start."""
    kinds.add("organization_create_many", _create_organization, failure="OrganizationCreate")
    kinds.add("organization_update_many", _update_organization, failure="OrganizationUpdate")
    kinds.add("organization_delete_many", _delete_organization, failure="OrganizationDelete")
    kinds.add("organization_membership_create_many", _create_membership, failure="OrganizationMembershipCreate")
    kinds.add("organization_membership_delete_many", _end_membership, failure="OrganizationMembershipDelete")


def _create_organization(task: Task) -> dict[str, Any]:
    row = writing.create_organization(actors.load(task.user_id), task.item, task.now)
    return {"index": task.index, "id": row.pk, "status": "Created", "success": True}


def _update_organization(task: Task) -> dict[str, Any]:
    actor = actors.load(task.user_id)
    row = writing.named_organization(actor, task.item)
    if row is None:
        raise NotFound
    by_external_id = reading.whole_number(task.item.get("id")) is None
    data = {name: value for name, value in task.item.items() if name != ("external_id" if by_external_id else "id")}
    writing.update_organization(actor, row, data, task.now)
    return {"index": task.index, "id": row.pk, "action": "update", "success": True, "status": "Updated"}


def _delete_organization(task: Task) -> dict[str, Any]:
    actor = actors.load(task.user_id)
    row = writing.named_organization(actor, task.item)
    if row is None:
        raise NotFound
    writing.delete_organization(actor, row, task.now)
    return {"index": task.index, "id": row.pk, "action": "delete", "status": "Deleted", "success": True}


def _create_membership(task: Task) -> dict[str, Any]:
    row = writing.create_membership(actors.load(task.user_id), task.item, task.now)
    return {"index": task.index, "id": row.pk, "status": "Created", "success": True}


def _end_membership(task: Task) -> dict[str, Any]:
    actor = actors.load(task.user_id)
    writing.end_membership(actor, writing.membership(actor, pk=task.item["id"]), task.now)
    return {"index": task.index, "id": task.item["id"], "action": "delete", "status": "Deleted", "success": True}


def _concerned(actor: Actor, items: list[dict[str, Any]]) -> list[int]:
    """The ids of whom such changes of organizations, or their end, would move. Raises `Invalid`."""
    found = [(row, item) for item in items if (row := writing.named_organization(actor, item)) is not None]
    return [pk for row, item in found for pk in writing.concerned(row, {**item, "id": row.pk})]
