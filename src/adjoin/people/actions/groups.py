"""Every change to groups and to who is in them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from adjoin.kernel import outbox, record, text
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.people.models import Group, GroupMembership, User


@transaction.atomic
def create_group(*, name: str, now: datetime, is_public: bool = True, description: str = "") -> Group:
    """A new group. Raises `Invalid` when the name is empty or taken."""
    name = text.one_line(name)[:200]
    if not name:
        raise Invalid.field("name", "Name: cannot be blank", "BlankValue")
    if Group.objects.filter(name=name).exists():
        raise Invalid.field("name", f"Name: {name} has already been taken", "DuplicateValue")
    row = Group.objects.create(name=name, is_public=is_public, description=description, created_at=now, updated_at=now)
    record.changed(Did.CREATED, "group", row.pk, row.name, now=now, is_public=(None, is_public))
    return row


@transaction.atomic
def add_to_group(*, user: User, group: Group, now: datetime, is_default: bool = False) -> GroupMembership:
    """Put an agent into a group; nothing changes when they are in it. Raises `Invalid` for end users."""
    if not user.is_agent:
        raise Invalid.field("user_id", f"{user.name} is an end user. Only agents belong to groups.")
    membership, is_new = GroupMembership.objects.get_or_create(
        user=user, group=group, defaults={"is_default": is_default, "created_at": now, "updated_at": now}
    )
    if is_new:
        record.changed(Did.CREATED, "group_membership", membership.pk, f"{user.name} in {group.name}", now=now)
    return membership


@transaction.atomic
def leave_group(*, membership: GroupMembership, now: datetime) -> None:
    """Take an agent out of a group; their unsolved tickets of that group lose them."""
    user_id, group_id = membership.user_id, membership.group_id
    title, membership_id = f"{membership.user.name} in {membership.group.name}", membership.pk
    membership.delete()
    record.changed(Did.DELETED, "group_membership", membership_id, title, now=now)
    outbox.publish("group_membership.ended", user_id=user_id, group_id=group_id, now=now)


@transaction.atomic
def make_default_group(*, membership: GroupMembership, now: datetime) -> None:
    """Make this the group that tickets get when the agent is assigned to them."""
    User.objects.select_for_update().get(pk=membership.user_id)
    mine = GroupMembership.objects.filter(user_id=membership.user_id)
    mine.filter(is_default=True).exclude(pk=membership.pk).update(is_default=False, updated_at=now)
    mine.filter(pk=membership.pk, is_default=False).update(is_default=True, updated_at=now)
