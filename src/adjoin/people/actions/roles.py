"""Every change to custom roles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from adjoin.kernel import record, text
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.people import roles
from adjoin.people.models import CustomRole
from adjoin.people.terms import RoleType


@transaction.atomic
def create_role(
    *,
    name: str,
    now: datetime,
    description: str = "",
    configuration: Mapping[str, Any] | None = None,
    role_type: int = RoleType.CUSTOM,
) -> CustomRole:
    """A new role; what its configuration does not say it does not give. Raises `Invalid`."""
    row = CustomRole.objects.create(
        name=_name(name),
        description=text.one_line(description)[:1000],
        role_type=role_type,
        configuration=roles.configuration(configuration or {}),
        created_at=now,
        updated_at=now,
    )
    record.changed(Did.CREATED, "custom_role", row.pk, row.name, now=now, configuration=({}, row.configuration))
    return row


@transaction.atomic
def update_role(*, role: CustomRole, now: datetime, **fields: Any) -> CustomRole:
    """The role with other words or another configuration; keys not given stay as they are. Raises `Invalid`."""
    role = CustomRole.objects.select_for_update().get(pk=role.pk)
    _check_changeable(role)
    if "name" in fields:
        fields["name"] = _name(fields["name"], but=role)
    if "configuration" in fields:
        fields["configuration"] = roles.configuration(fields["configuration"], before=role.configuration)
    changes = record.differences(role, fields)
    for name, value in fields.items():
        setattr(role, name, value)
    role.updated_at = now
    role.save(update_fields=[*fields, "updated_at"])
    role.users.update(only_private_comments=role.is_light)
    record.changed(Did.UPDATED, "custom_role", role.pk, role.name, now=now, **changes)
    return role


@transaction.atomic
def delete_role(*, role: CustomRole, now: datetime) -> None:
    """Remove a role nobody has. Raises `Invalid` while somebody has it, and for the built-in ones."""
    _check_changeable(role)
    if count := role.users.count():
        told = ngettext(
            "%(count)s person has this role. Give them another one first.",
            "%(count)s people have this role. Give them another one first.",
            count,
        )
        raise Invalid.field("base", told % {"count": count})
    role_id, name = role.pk, role.name
    role.delete()
    record.changed(Did.DELETED, "custom_role", role_id, name, now=now)


def _check_changeable(role: CustomRole) -> None:
    if role.is_built_in:
        raise Invalid.field(
            "base", _("%(name)s is the same on every desk. Make a role of your own instead.") % {"name": role.name}
        )


def _name(name: str, *, but: CustomRole | None = None) -> str:
    name = text.one_line(name)[:100]
    if not name:
        raise Invalid.field("name", _("Name: cannot be blank"), "BlankValue")
    if CustomRole.objects.filter(name__iexact=name).exclude(pk=but.pk if but else 0).exists():
        raise Invalid.field("name", say("Name: %(name)s has already been taken") % {"name": name}, "DuplicateValue")
    return name
