"""Many people in one call: a job, which deals with them one after another."""

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
from adjoin.people.api import many, user_writing
from adjoin.people.api.schemas import UserWriteJson

router = Router(tags=["Users"], auth=agents_only)
CREATE, CREATE_OR_UPDATE = "user_create_many", "user_create_or_update_many"
UPDATE, DELETE = "user_update_many", "user_delete_many"
SEVERAL = describe.asks_many("users", UserWriteJson)
NAMED = ("id", "external_id")
MATCHED = ("email", "external_id")


@router.post("/users/create_many", response=STARTED, openapi_extra=SEVERAL)
def create_many_users(request: DeskRequest) -> HttpResponse:
    """Up to 100 new people, by a job."""
    return many.start(request, CREATE, many.listed(request, "users"))


@router.post("/users/create_or_update_many", response=STARTED, openapi_extra=SEVERAL)
def create_or_update_many_users(request: DeskRequest) -> HttpResponse:
    """Up to 100 people, by a job: those with that `email`, or else that `external_id`, are changed, others made."""
    return many.start(request, CREATE_OR_UPDATE, many.listed(request, "users"))


@router.put(
    "/users/update_many",
    response=STARTED,
    openapi_extra=describe.takes("ids", "external_ids", dry_run.TAKES) | describe.asks("user", UserWriteJson),
)
def update_many_users(request: DeskRequest) -> HttpResponse:
    """Up to 100 people, by a job: the same for those in `ids` or `external_ids`, or each of `users` their own."""
    named = many.named(request)
    if named is None:
        items = many.listed(request, "users")
    else:
        change = {name: value for name, value in reading.wrapped(request, "user").items() if name not in NAMED}
        items = [{**change, **one} for one in named]
    return many.start(request, UPDATE, items, partial(_concerned, request.actor, items))


@router.delete("/users/destroy_many", response=STARTED, openapi_extra=describe.takes("ids", "external_ids"))
def destroy_many_users(request: DeskRequest) -> HttpResponse:
    """Delete up to 100 people, by a job."""
    named = many.named(request)
    if named is None:
        raise BadRequest(say("Parameter ids is required"))
    return many.start(request, DELETE, named)


def register() -> None:
    """Make the sorts of job known that these calls start."""
    kinds.add(CREATE, _create, failure="UserCreate")
    kinds.add(CREATE_OR_UPDATE, _create_or_update, failure="UserCreateOrUpdate")
    kinds.add(UPDATE, _update, failure="UserUpdate")
    kinds.add(DELETE, _delete, failure="UserDelete")


def _create(task: Task) -> dict[str, Any]:
    user = user_writing.create(actors.load(task.user_id), task.item, task.now)
    return {"index": task.index, "id": user.pk, "status": "Created", "success": True}


def _create_or_update(task: Task) -> dict[str, Any]:
    actor = actors.load(task.user_id)
    found, rest = user_writing.known_by(actor, task.item, *MATCHED)
    if found is None:
        user, status = user_writing.create(actor, task.item, task.now), "Created"
    else:
        user, status = user_writing.update(actor, found, rest, task.now), "Updated"
    matched = {name: task.item[name] for name in MATCHED if task.item.get(name)}
    return {"index": task.index, "id": user.pk, "status": status, "success": True, **matched}


def _update(task: Task) -> dict[str, Any]:
    actor = actors.load(task.user_id)
    found, rest = user_writing.known_by(actor, task.item, *NAMED)
    if found is None:
        raise NotFound
    user_writing.update(actor, found, rest, task.now)
    return {"index": task.index, "id": found.pk, "action": "update", "success": True, "status": "Updated"}


def _delete(task: Task) -> dict[str, Any]:
    actor = actors.load(task.user_id)
    found, _ = user_writing.known_by(actor, task.item, *NAMED)
    if found is None:
        raise NotFound
    user_writing.delete(actor, found, task.now)
    return {"index": task.index, "id": found.pk, "action": "delete", "status": "Deleted", "success": True}


def _concerned(actor: Actor, items: list[dict[str, Any]]) -> list[int]:
    """The ids of whom such changes are about."""
    found = [user_writing.known_by(actor, item, *NAMED)[0] for item in items]
    return [user.pk for user in found if user is not None]
