"""Putting agents into groups and taking them out, one at a time or many as a job."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from adjoin.access import actors, granting, permissions, readable
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.job_statuses import kinds
from adjoin.job_statuses.kinds import Task
from adjoin.kernel.api import reading
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.wording import say
from adjoin.people import actions, parse
from adjoin.people.models import GroupMembership

CREATE, DESTROY = "group_membership_create_many", "group_membership_delete_many"


@transaction.atomic
def create(actor: Actor, data: Mapping[str, Any], now: datetime) -> GroupMembership:
    """The new place in a group that `data` asks for: `user_id`, `group_id`, `default`.

    Raises `Invalid`, `NotAllowed`."""
    permissions.require(actor, Permission.MANAGE_GROUP_MEMBERSHIPS)
    user = parse.person("user_id", data.get("user_id"), agents=True)
    group = parse.group_with("group_id", data.get("group_id"))
    granting.require_group_member(actor, user, group)
    if user.group_memberships.filter(group=group).exists():
        raise Invalid.field("user_id", say("User: has already been taken"), "DuplicateValue")
    row = actions.add_to_group(user=user, group=group, now=now)
    if data.get("default") and reading.flag("default", data["default"]):
        actions.make_default_group(membership=row, now=now)
        row.refresh_from_db()
    return row


def register() -> None:
    """Make the jobs known."""
    kinds.add(CREATE, _create, failure="GroupMembershipCreate")
    kinds.add(DESTROY, _destroy, failure="GroupMembershipDestroy")


def _create(task: Task) -> dict[str, Any]:
    row = create(actors.load(task.user_id), task.item, task.now)
    return {"index": task.index, "id": row.pk, "success": True, "status": "Created"}


def _destroy(task: Task) -> dict[str, Any]:
    actor = actors.load(task.user_id)
    permissions.require(actor, Permission.MANAGE_GROUP_MEMBERSHIPS)
    rows = GroupMembership.objects.filter(group__in=readable.groups(actor)).select_related("user", "group")
    membership = rows.filter(pk=task.item).first()
    if membership is None:
        raise NotFound
    granting.require_group_member(actor, membership.user, membership.group)
    actions.leave_group(membership=membership, now=task.now)
    return {"id": task.item, "action": "delete", "success": True, "status": "Deleted"}
