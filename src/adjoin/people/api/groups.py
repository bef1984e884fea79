"""Groups of agents, and who is in them, over the API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import permissions, readable
from adjoin.access.permissions import Permission
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.people import actions, parse, serialize
from adjoin.people.api import sideloads
from adjoin.people.api.schemas import GroupJson, GroupMembershipJson, GroupMembershipWriteJson, GroupWriteJson
from adjoin.people.models import Group, GroupMembership

router = Router(tags=["Groups"], auth=agents_only)
GROUP_SORTS = Sorts.of("name", "created_at", "updated_at")
MEMBER_SORTS = Sorts.of("created_at")
ONE_GROUP, MANY_GROUPS = describe.one("group", GroupJson), describe.many("groups", GroupJson)
ONE_MEMBER = describe.one("group_membership", GroupMembershipJson)
MANY_MEMBERS = describe.many("group_memberships", GroupMembershipJson)
LISTED = describe.takes(*PAGED, "include")


@router.get("/groups", response=MANY_GROUPS, openapi_extra=LISTED)
def list_groups(request: DeskRequest) -> HttpResponse:
    """The groups you work with: private ones only for their members and admins."""
    return _groups(request, readable.groups(request.actor))


@router.get("/groups/assignable", response=MANY_GROUPS, openapi_extra=LISTED)
def list_assignable_groups(request: DeskRequest) -> HttpResponse:
    """The groups that tickets can be given to."""
    return _groups(request, readable.groups(request.actor))


@router.get("/groups/count", response=dict[str, Any])
def count_groups(request: DeskRequest) -> HttpResponse:
    """How many groups you work with."""
    return answers.answer(answers.count(readable.groups(request.actor).count(), timezone.now()))


@router.get("/users/{int:user_id}/groups", response=MANY_GROUPS, openapi_extra=LISTED)
def list_groups_of_user(request: DeskRequest, user_id: int) -> HttpResponse:
    """The groups that an agent is in."""
    return _groups(request, readable.groups(request.actor).filter(memberships__user_id=user_id))


@router.get("/groups/{int:group_id}", response=ONE_GROUP)
def show_group(request: DeskRequest, group_id: int) -> HttpResponse:
    """One group."""
    return answers.answer({"group": serialize.group(_group(request, group_id), answers.base(request))})


@router.post("/groups", response={201: ONE_GROUP}, openapi_extra=describe.asks("group", GroupWriteJson))
def create_group(request: DeskRequest) -> HttpResponse:
    """A new group; a private one keeps its tickets to its members and admins. For admins."""
    data = reading.wrapped(request, "group")
    permissions.require(request.actor, Permission.MANAGE_GROUPS)
    row = actions.create_group(
        name=parse.short("name", data.get("name")),
        description=parse.long("description", data.get("description")),
        is_public=reading.flag("is_public", data.get("is_public", True)),
        now=timezone.now(),
    )
    base = answers.base(request)
    ignored = reading.unknown_to(data, {"name", "description", "is_public"}, "group")
    return answers.created({"group": serialize.group(row, base)}, f"{base}/groups/{row.pk}.json", ignored=ignored)


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


@router.get("/group_memberships/{int:membership_id}", response=ONE_MEMBER)
def show_group_membership(request: DeskRequest, membership_id: int) -> HttpResponse:
    """One place in a group."""
    return _answer_member(request, _member(request, membership_id))


@router.post(
    "/group_memberships",
    response={201: ONE_MEMBER},
    openapi_extra=describe.asks("group_membership", GroupMembershipWriteJson),
)
def create_group_membership(request: DeskRequest) -> HttpResponse:
    """Put an agent into a group. For admins."""
    data, now = reading.wrapped(request, "group_membership"), timezone.now()
    permissions.require(request.actor, Permission.MANAGE_GROUP_MEMBERSHIPS)
    user = parse.person("user_id", data.get("user_id"), agents=True)
    group = parse.group_with("group_id", data.get("group_id"))
    if user.group_memberships.filter(group=group).exists():
        raise Invalid.field("user_id", "User: has already been taken", "DuplicateValue")
    row = actions.add_to_group(user=user, group=group, now=now)
    if data.get("default") and reading.flag("default", data["default"]):
        actions.make_default_group(membership=row, now=now)
        row.refresh_from_db()
    base = answers.base(request)
    shown = {"group_membership": serialize.group_membership(row, base)}
    return answers.created(shown, f"{base}/group_memberships/{row.pk}.json")


@router.delete("/group_memberships/{int:membership_id}", response={204: None})
def delete_group_membership(request: DeskRequest, membership_id: int) -> HttpResponse:
    """Take an agent out of a group; their unsolved tickets of it lose them. For admins."""
    return _end(request, membership_id)


@router.delete("/users/{int:user_id}/group_memberships/{int:membership_id}", response={204: None})
def delete_group_membership_of_user(request: DeskRequest, user_id: int, membership_id: int) -> HttpResponse:
    """The same, by the agent's address."""
    return _end(request, membership_id, user_id=user_id)


@router.put("/users/{int:user_id}/group_memberships/{int:membership_id}/make_default", response=MANY_MEMBERS)
def make_group_membership_default(request: DeskRequest, user_id: int, membership_id: int) -> HttpResponse:
    """Make this the group that tickets get when the agent is assigned to them. For admins."""
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
    return GroupMembership.objects.filter(group__in=readable.groups(request.actor))


def _member(request: DeskRequest, membership_id: int, **of_whom: int) -> GroupMembership:
    found = _readable_members(request).filter(pk=membership_id, **of_whom).first()
    if found is None:
        raise NotFound
    return found


def _end(request: DeskRequest, membership_id: int, **of_whom: int) -> HttpResponse:
    permissions.require(request.actor, Permission.MANAGE_GROUP_MEMBERSHIPS)
    actions.leave_group(membership=_member(request, membership_id, **of_whom), now=timezone.now())
    return answers.nothing()


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
