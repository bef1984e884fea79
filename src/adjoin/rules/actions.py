"""Every change to rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from adjoin.access import permissions
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.kernel import record, text
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.rules import registry
from adjoin.rules.models import Trigger


@transaction.atomic
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
    trigger = Trigger.objects.create(
        title=title,
        description=description,
        position=last + 1,
        is_active=is_active,
        conditions=registry.checked_conditions(conditions),
        actions=registry.checked_actions(actions),
        created_at=now,
        updated_at=now,
    )
    said = {"conditions": (None, trigger.conditions), "actions": (None, trigger.actions)}
    record.changed(Did.CREATED, "trigger", trigger.pk, trigger.title, now=now, **said)
    return trigger


@transaction.atomic
def switch_trigger(*, actor: Actor, trigger: Trigger, is_active: bool, now: datetime) -> None:
    """Have the trigger act from now on, or keep still. Raises `NotAllowed`."""
    permissions.require(actor, Permission.MANAGE_RULES)
    was_active, trigger.is_active, trigger.updated_at = trigger.is_active, is_active, now
    trigger.save(update_fields=["is_active", "updated_at"])
    record.changed(Did.UPDATED, "trigger", trigger.pk, trigger.title, now=now, is_active=(was_active, is_active))
