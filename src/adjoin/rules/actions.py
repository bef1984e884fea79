"""Every change to rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Max

from adjoin.access import permissions
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.kernel import text
from adjoin.kernel.errors import Invalid
from adjoin.rules import registry
from adjoin.rules.models import Trigger


def create_trigger(
    *,
    actor: Actor,
    title: str,
    conditions: dict[str, Any],
    actions: list[dict[str, Any]],
    now: datetime,
    is_active: bool = True,
    description: str = "",
) -> Trigger:
    """A new trigger, last in order. Raises `NotAllowed`, or `Invalid` that says which line is wrong."""
    permissions.require(actor, Permission.MANAGE_RULES)
    title = text.one_line(title)[:255]
    if not title:
        raise Invalid.field("title", "Title: cannot be blank", "BlankValue")
    last = Trigger.objects.aggregate(last=Max("position"))["last"] or 0
    return Trigger.objects.create(
        title=title,
        description=description,
        position=last + 1,
        is_active=is_active,
        conditions=registry.checked_conditions(conditions),
        actions=registry.checked_actions(actions),
        created_at=now,
        updated_at=now,
    )


def switch_trigger(*, actor: Actor, trigger: Trigger, is_active: bool, now: datetime) -> None:
    """Have the trigger act from now on, or keep still. Raises `NotAllowed`."""
    permissions.require(actor, Permission.MANAGE_RULES)
    trigger.is_active, trigger.updated_at = is_active, now
    trigger.save(update_fields=["is_active", "updated_at"])
