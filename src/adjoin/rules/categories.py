"""Every change to the categories of triggers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from adjoin.access import permissions
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.kernel import record, text
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.record import Did
from adjoin.rules.models import TriggerCategory

KIND = "trigger_category"
NAME_MAX = 255
COUNT_MAX = 500  # as Zendesk has it


@transaction.atomic
def create(*, actor: Actor, name: str, now: datetime, position: int | None = None) -> TriggerCategory:
    """A new category, last in order unless told otherwise. Raises `NotAllowed`, `Invalid`."""
    permissions.require(actor, Permission.MANAGE_RULES)
    if TriggerCategory.objects.count() >= COUNT_MAX:
        raise Invalid.field("base", _("There are at most %(most)s categories") % {"most": COUNT_MAX})
    if position is None:
        position = (TriggerCategory.objects.aggregate(last=Max("position"))["last"] or 0) + 1
    row = TriggerCategory.objects.create(name=_clean(name), position=position, created_at=now, updated_at=now)
    record.changed(Did.CREATED, KIND, row.pk, row.name, now=now)
    return row


@transaction.atomic
def update(*, actor: Actor, category_id: int, now: datetime, **fields: Any) -> TriggerCategory:
    """The category with another `name` or `position`. Raises `NotAllowed`, `NotFound`, `Invalid`."""
    row = _locked(actor, category_id)
    if "name" in fields:
        fields["name"] = _clean(fields["name"])
    changes = record.differences(row, fields)
    for name, value in fields.items():
        setattr(row, name, value)
    row.updated_at = now
    row.save()
    record.changed(Did.UPDATED, KIND, row.pk, row.name, now=now, **changes)
    return row


@transaction.atomic
def delete(*, actor: Actor, category_id: int, now: datetime) -> None:
    """Have an empty category gone. Raises `NotAllowed`, `NotFound`, `Invalid` while triggers are in it."""
    row = _locked(actor, category_id)
    if row.triggers.exists():
        raise Invalid.field(
            "base", _("%(name)s has triggers. Move them to another category first") % {"name": row.name}
        )
    row.delete()
    record.changed(Did.DELETED, KIND, category_id, row.name, now=now)


def one(category_id: int | None) -> TriggerCategory | None:
    """The category of that id, None for none. Raises `Invalid` when it is not there."""
    if category_id is None:
        return None
    row = TriggerCategory.objects.filter(pk=category_id).first()
    if row is None:
        raise Invalid.field(
            "category_id", _("Category %(category_id)s is not there, or not any more") % {"category_id": category_id}
        )
    return row


def _clean(name: str) -> str:
    name = text.one_line(name)[:NAME_MAX]
    if not name:
        raise Invalid.field("name", _("Name: cannot be blank"), "BlankValue")
    return name


def _locked(actor: Actor, category_id: int) -> TriggerCategory:
    permissions.require(actor, Permission.MANAGE_RULES)
    row = TriggerCategory.objects.select_for_update(no_key=True).filter(pk=category_id).first()
    if row is None:
        raise NotFound
    return row
