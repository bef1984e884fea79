"""Every change to groups and to who is in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from adjoin.kernel import outbox, record, text
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.people.models import Group, GroupMembership, Organization, User


@transaction.atomic
def create_group(
    *, name: str, now: datetime, is_public: bool = True, is_confidential: bool = False, description: str = ""
) -> Group:
    """A new group with nobody in it. Raises `Invalid` when the name is empty or taken."""
    row = Group.objects.create(
        name=_name(name),
        is_public=is_public,
        is_confidential=is_confidential,
        description=description,
        created_at=now,
        updated_at=now,
    )
    chosen = {"is_public": (None, is_public), "is_confidential": (None, is_confidential)}
    record.changed(Did.CREATED, "group", row.pk, row.name, now=now, **chosen)
    return row


@transaction.atomic
def update_group(*, group: Group, now: datetime, **fields: Any) -> Group:
    """The group with other words or other walls. With `is_default` new agents start in it, and in no other.

    Raises `Invalid` for a private group that would be public again, and for a default group that would be private."""
    group = Group.objects.select_for_update().get(pk=group.pk)
    if "name" in fields:
        fields["name"] = _name(fields["name"], but=group)
    if fields.get("is_public") and not group.is_public:
        raise Invalid.field(
            "is_public", _("%(name)s is private, and a private group stays private.") % {"name": group.name}
        )
    if group.is_default and fields.get("is_default") is False:
        raise Invalid.field(
            "default", _("New agents start in %(name)s. Make another group the default one.") % {"name": group.name}
        )
    if fields.get("is_default", group.is_default) and not fields.get("is_public", group.is_public):
        raise Invalid.field("is_public", _("The group that new agents start in cannot be private."))
    changes = record.differences(group, fields)
    if fields.get("is_default"):
        Group.objects.filter(is_default=True).exclude(pk=group.pk).update(is_default=False, updated_at=now)
    for name, value in fields.items():
        setattr(group, name, value)
    group.updated_at = now
    group.save(update_fields=[*fields, "updated_at"])
    record.changed(Did.UPDATED, "group", group.pk, group.name, now=now, **changes)
    return group


@transaction.atomic
def delete_group(*, group: Group, now: datetime) -> None:
    """Close a group: its agents leave it, organizations send nothing there any more. Its tickets keep it.

    Raises `Invalid` for the default group."""
    group = Group.objects.select_for_update().get(pk=group.pk)
    if group.is_default:
        raise Invalid.field(
            "base", _("New agents start in %(name)s. Make another group the default one first.") % {"name": group.name}
        )
    for membership in GroupMembership.objects.filter(group=group).select_related("user", "group").order_by("pk"):
        leave_group(membership=membership, now=now)
    Organization.objects.filter(group=group).update(group=None, updated_at=now)
    Group.objects.filter(pk=group.pk).update(is_deleted=True, updated_at=now)
    record.changed(Did.DELETED, "group", group.pk, group.name, now=now)


@transaction.atomic
def add_to_group(*, user: User, group: Group, now: datetime, is_default: bool = False) -> GroupMembership:
    """Put an agent into a group, their first one is the default; nothing changes when they are in it.

    Raises `Invalid` for end users and for a deleted group."""
    if not user.is_agent:
        raise Invalid.field(
            "user_id", _("%(name)s is an end user. Only agents belong to groups.") % {"name": user.name}
        )
    if group.is_deleted:
        raise Invalid.field("group_id", _("%(name)s has been deleted.") % {"name": group.name})
    is_default = is_default or not GroupMembership.objects.filter(user=user, is_default=True).exists()
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
    was_default = membership.is_default
    title, membership_id = f"{membership.user.name} in {membership.group.name}", membership.pk
    membership.delete()
    record.changed(Did.DELETED, "group_membership", membership_id, title, now=now)
    outbox.publish("group_membership.ended", user_id=user_id, group_id=group_id, now=now)
    heir = (
        GroupMembership.objects.filter(user_id=user_id, group__is_deleted=False).order_by("pk").first()
        if was_default
        else None
    )
    if heir is not None:
        make_default_group(membership=heir, now=now)


@transaction.atomic
def make_default_group(*, membership: GroupMembership, now: datetime) -> None:
    """Make this the group that tickets get when the agent is assigned to them."""
    User.objects.select_for_update().get(pk=membership.user_id)
    mine = GroupMembership.objects.filter(user_id=membership.user_id)
    mine.filter(is_default=True).exclude(pk=membership.pk).update(is_default=False, updated_at=now)
    mine.filter(pk=membership.pk, is_default=False).update(is_default=True, updated_at=now)


def _name(name: str, *, but: Group | None = None) -> str:
    name = text.one_line(name)[:200]
    if not name:
        raise Invalid.field("name", _("Name: cannot be blank"), "BlankValue")
    if Group.objects.filter(name=name).exclude(pk=but.pk if but else 0).exists():
        raise Invalid.field("name", say("Name: %(name)s has already been taken") % {"name": name}, "DuplicateValue")
    return name
