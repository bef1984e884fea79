"""Groups of agents, and who is in them, over the API."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import affected, diff, granting, permissions, readable
from adjoin.access.api import dry_run
from adjoin.access.permissions import Permission
from adjoin.job_statuses import actions as jobs
from adjoin.job_statuses.api import STARTED, started
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import BadRequest, NotFound, TooManyValues
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.people import actions, parse, serialize
from adjoin.people.api import group_jobs, sideloads
from adjoin.people.api.schemas import GroupJson, GroupMembershipJson, GroupMembershipWriteJson, GroupWriteJson
from adjoin.people.models import Group, GroupMembership

router = Router(tags=["Groups"], auth=agents_only)
GROUP_SORTS = Sorts.of("name", "created_at", "updated_at")
MEMBER_SORTS = Sorts.of("created_at")
ONE_GROUP, MANY_GROUPS = describe.one("group", GroupJson), describe.many("groups", GroupJson)
ONE_MEMBER = describe.one("group_membership", GroupMembershipJson)
MANY_MEMBERS = describe.many("group_memberships", GroupMembershipJson)
LISTED = describe.takes(*PAGED, "include")
GROUP_WRITES = {**describe.asks("group", GroupWriteJson), **describe.takes(dry_run.TAKES)}
GROUP_KEYS = {"name", "description", "is_public", "is_confidential", "default"}


@router.get("/groups", response=MANY_GROUPS, openapi_extra=LISTED)
def list_groups(request: DeskRequest) -> HttpResponse:
    """The groups you work with: private ones only for their members and admins."""
    return _groups(request, readable.groups(request.actor))


@router.get("/groups/assignable", response=MANY_GROUPS, openapi_extra=LISTED)
def list_assignable_groups(request: DeskRequest) -> HttpResponse:
    """The groups that you can give tickets to."""
    actor, rows = request.actor, readable.groups(request.actor)
    is_free = actor.is_admin or "assign_tickets_to_any_group" in actor.rights
    return _groups(request, rows if is_free else rows.filter(pk__in=actor.group_ids))


@router.get("/groups/count", response=dict[str, Any])
def count_groups(request: DeskRequest) -> HttpResponse:
    """How many groups you work with."""
    return answers.answer(answers.count(readable.groups(request.actor).count(), timezone.now()))


@router.get("/users/{int:user_id}/groups", response=MANY_GROUPS, openapi_extra=LISTED)
def list_groups_of_user(request: DeskRequest, user_id: int) -> HttpResponse:
    """The groups that an agent is in."""
    if not readable.users(request.actor).filter(pk=user_id).exists():
        raise NotFound
    return _groups(request, readable.groups(request.actor).filter(memberships__user_id=user_id))


@router.get("/groups/{int:group_id}", response=ONE_GROUP)
def show_group(request: DeskRequest, group_id: int) -> HttpResponse:
    """One group."""
    return answers.answer({"group": serialize.group(_group(request, group_id), answers.base(request))})


@router.post("/groups", response={201: ONE_GROUP}, openapi_extra=describe.asks("group", GroupWriteJson))
def create_group(request: DeskRequest) -> HttpResponse:
    """A new group; a private one keeps its tickets to its members and admins. For those who manage groups."""
    data = reading.wrapped(request, "group")
    permissions.require(request.actor, Permission.MANAGE_GROUPS)
    fields = _columns(data)
    row = _create(fields, timezone.now())
    base, ignored = answers.base(request), reading.unknown_to(data, GROUP_KEYS, "group")
    return answers.created({"group": serialize.group(row, base)}, f"{base}/groups/{row.pk}.json", ignored=ignored)


@router.put("/groups/{int:group_id}", response=ONE_GROUP, openapi_extra=GROUP_WRITES)
def update_group(request: DeskRequest, group_id: int) -> HttpResponse:
    """Change a group. `is_public: false` makes it private, which cannot be undone. For those who manage groups."""
    data, now = reading.wrapped(request, "group"), timezone.now()
    permissions.require(request.actor, Permission.MANAGE_GROUPS)
    group, fields = _group(request, group_id), _columns(data)

    def change() -> None:
        actions.update_group(group=group, now=now, **fields)

    if (told := dry_run.answer_if_asked(request, change, affected.by_group(fields))) is not None:
        return told
    change()
    shown = serialize.group(_group(request, group_id), answers.base(request))
    return answers.answer({"group": shown}, ignored=reading.unknown_to(data, GROUP_KEYS, "group"))


@router.delete("/groups/{int:group_id}", response={204: None}, openapi_extra=describe.takes(dry_run.TAKES))
def delete_group(request: DeskRequest, group_id: int) -> HttpResponse:
    """Close a group: its agents leave it, its tickets keep it. Not the default one. For those who manage groups."""
    permissions.require(request.actor, Permission.MANAGE_GROUPS)
    change = partial(actions.delete_group, group=_group(request, group_id), now=timezone.now())
    if (told := dry_run.answer_if_asked(request, change, diff.agents())) is not None:
        return told
    change()
    return answers.nothing()


@router.get("/group_memberships", response=MANY_MEMBERS, openapi_extra=LISTED)
def list_group_memberships(request: DeskRequest) -> HttpResponse:
    """Which agents are in which groups."""
    return _members(request, _readable_members(request))


@router.get("/users/{int:user_id}/group_memberships", response=MANY_MEMBERS, openapi_extra=LISTED)
def list_group_memberships_of_user(request: DeskRequest, user_id: int) -> HttpResponse:
    """The places an agent has in groups."""
    return _members(request, _readable_members(request).filter(user_id=user_id))


@router.get("/groups/{int:group_id}/memberships", response=MANY_MEMBERS, openapi_extra=LISTED)
def list_memberships_of_group(request: DeskRequest, group_id: int) -> HttpResponse:
    """Who is in a group."""
    return _members(request, _readable_members(request).filter(group=_group(request, group_id)))


@router.get("/group_memberships/assignable", response=MANY_MEMBERS, openapi_extra=LISTED)
def list_assignable_memberships(request: DeskRequest) -> HttpResponse:
    """The places in groups of those whom tickets can be assigned to: not of light agents."""
    return _members(request, _assignable(_readable_members(request)))


@router.get("/groups/{int:group_id}/memberships/assignable", response=MANY_MEMBERS, openapi_extra=LISTED)
def list_assignable_memberships_of_group(request: DeskRequest, group_id: int) -> HttpResponse:
    """Whom tickets of a group can be assigned to."""
    return _members(request, _assignable(_readable_members(request).filter(group=_group(request, group_id))))


@router.post("/group_memberships/create_many", response=STARTED, openapi_extra=describe.takes(dry_run.TAKES))
def create_many_group_memberships(request: DeskRequest) -> HttpResponse:
    """Put up to 100 agents into groups, as a job: `{"group_memberships": [{"user_id", "group_id"}]}`."""
    permissions.require(request.actor, Permission.MANAGE_GROUP_MEMBERSHIPS)
    items = reading.body(request).get("group_memberships")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise BadRequest(say("Parameter group_memberships is required and must be a list of objects"))
    people = [pk for item in items if (pk := reading.whole_number(item.get("user_id"))) is not None]
    return _start(request, group_jobs.CREATE, items, people)


@router.delete("/group_memberships/destroy_many", response=STARTED, openapi_extra=describe.takes("ids", dry_run.TAKES))
def destroy_many_group_memberships(request: DeskRequest) -> HttpResponse:
    """Take up to 100 agents out of groups, as a job."""
    permissions.require(request.actor, Permission.MANAGE_GROUP_MEMBERSHIPS)
    ids = reading.ids(request)
    people = _readable_members(request).filter(pk__in=ids).values_list("user_id", flat=True)
    return _start(request, group_jobs.DESTROY, ids, people)


@router.get("/group_memberships/{int:membership_id}", response=ONE_MEMBER)
def show_group_membership(request: DeskRequest, membership_id: int) -> HttpResponse:
    """One place in a group."""
    return _answer_member(request, _member(request, membership_id))


@router.post(
    "/group_memberships",
    response={201: ONE_MEMBER},
    openapi_extra={**describe.asks("group_membership", GroupMembershipWriteJson), **describe.takes(dry_run.TAKES)},
)
def create_group_membership(request: DeskRequest) -> HttpResponse:
    """Put an agent into a group. For those whose role fills groups; nobody but admins does so with themselves."""
    data, now = reading.wrapped(request, "group_membership"), timezone.now()

    def change() -> GroupMembership:
        return group_jobs.create(request.actor, data, now)

    user_id = reading.whole_number(data.get("user_id")) or 0
    if (told := dry_run.answer_if_asked(request, change, [user_id])) is not None:
        return told
    row = change()
    base = answers.base(request)
    shown = {"group_membership": serialize.group_membership(row, base)}
    return answers.created(shown, f"{base}/group_memberships/{row.pk}.json")


@router.delete("/group_memberships/{int:membership_id}", response={204: None})
def delete_group_membership(request: DeskRequest, membership_id: int) -> HttpResponse:
    """Take an agent out of a group; their unsolved tickets of it lose them. For those whose role fills groups."""
    return _end(request, membership_id)


@router.delete("/users/{int:user_id}/group_memberships/{int:membership_id}", response={204: None})
def delete_group_membership_of_user(request: DeskRequest, user_id: int, membership_id: int) -> HttpResponse:
    """The same, by the agent's address."""
    return _end(request, membership_id, user_id=user_id)


@router.put("/users/{int:user_id}/group_memberships/{int:membership_id}/make_default", response=MANY_MEMBERS)
def make_group_membership_default(request: DeskRequest, user_id: int, membership_id: int) -> HttpResponse:
    """Make this the group that tickets get when the agent is assigned to them. For those whose role fills groups."""
    permissions.require(request.actor, Permission.MANAGE_GROUP_MEMBERSHIPS)
    actions.make_default_group(membership=_member(request, membership_id, user_id=user_id), now=timezone.now())
    rows = _readable_members(request).filter(user_id=user_id).order_by("pk")
    return answers.answer(
        {"group_memberships": [serialize.group_membership(row, answers.base(request)) for row in rows]}
    )


def _group(request: DeskRequest, group_id: int) -> Group:
    found = readable.groups(request.actor).filter(pk=group_id).first()
    if found is None:
        raise NotFound
    return found


def _readable_members(request: DeskRequest) -> QuerySet[GroupMembership]:
    rows = GroupMembership.objects.filter(group__in=readable.groups(request.actor))
    is_narrow = request.actor.sees_own_customers
    return rows.filter(user__in=readable.users(request.actor)) if is_narrow else rows


def _member(request: DeskRequest, membership_id: int, **of_whom: int) -> GroupMembership:
    found = _readable_members(request).filter(pk=membership_id, **of_whom).first()
    if found is None:
        raise NotFound
    return found


def _end(request: DeskRequest, membership_id: int, **of_whom: int) -> HttpResponse:
    permissions.require(request.actor, Permission.MANAGE_GROUP_MEMBERSHIPS)
    membership, now = _member(request, membership_id, **of_whom), timezone.now()
    granting.require_group_member(request.actor, membership.user, membership.group)

    def change() -> None:
        actions.leave_group(membership=membership, now=now)

    if (told := dry_run.answer_if_asked(request, change, [membership.user_id])) is not None:
        return told
    change()
    return answers.nothing()


def _columns(data: dict[str, Any]) -> dict[str, Any]:
    """The columns of a group that `data` sets, checked."""
    columns: dict[str, Any] = {}
    if "name" in data:
        columns["name"] = parse.short("name", data["name"])
    if "description" in data:
        columns["description"] = parse.long("description", data["description"])
    for key, column in (("is_public", "is_public"), ("is_confidential", "is_confidential"), ("default", "is_default")):
        if data.get(key) is not None:
            columns[column] = reading.flag(key, data[key])
    return columns


@transaction.atomic
def _create(columns: dict[str, Any], now: datetime) -> Group:
    becomes_default = columns.pop("is_default", False)
    row = actions.create_group(now=now, **{"name": "", **columns})
    return actions.update_group(group=row, now=now, is_default=True) if becomes_default else row


def _assignable(rows: QuerySet[GroupMembership]) -> QuerySet[GroupMembership]:
    return rows.filter(user__is_active=True, user__only_private_comments=False)


def _start(request: DeskRequest, kind: str, items: list[Any], people: Iterable[int]) -> HttpResponse:
    """A job, or what it would do to what these people read."""
    if len(items) > reading.MANY_MAX:
        raise TooManyValues(reading.MANY_MAX)
    if (told := dry_run.answer_for_job(request, kind, items, lambda: people)) is not None:
        return told
    job = jobs.start(kind, user_id=request.actor.user_id or 0, items=items, now=timezone.now())
    return started(request, job)


def _groups(request: DeskRequest, rows: QuerySet[Group]) -> HttpResponse:
    page = paging.page(request, rows, GROUP_SORTS)
    shown = [serialize.group(row, answers.base(request)) for row in page.rows]
    return answers.answer(page.envelope("groups", shown))


def _members(request: DeskRequest, rows: QuerySet[GroupMembership]) -> HttpResponse:
    page, base, asked = paging.page(request, rows, MEMBER_SORTS), answers.base(request), reading.includes(request)
    beside: dict[str, Any] = {}
    if "users" in asked:
        beside["users"] = sideloads.users(request.actor, [row.user_id for row in page.rows], base)
    if "groups" in asked:
        beside["groups"] = sideloads.groups(request.actor, [row.group_id for row in page.rows], base)
    shown = [serialize.group_membership(row, base) for row in page.rows]
    return answers.answer(page.envelope("group_memberships", shown, **beside))


def _answer_member(request: DeskRequest, row: GroupMembership) -> HttpResponse:
    return answers.answer({"group_membership": serialize.group_membership(row, answers.base(request))})
