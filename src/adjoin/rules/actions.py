"""Every change to triggers, and to automations: `writes` does both, here each has its own words."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from adjoin.access.actors import Actor
from adjoin.rules import writes
from adjoin.rules.kinds import AUTOMATION, TRIGGER
from adjoin.rules.models import Automation, Trigger


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
    said: dict[str, Any] = {
        "conditions": conditions,
        "actions": actions,
        "is_active": is_active,
        "description": description,
    }
    return cast("Trigger", writes.create(TRIGGER, actor=actor, title=title, now=now, **said))


def create_automation(
    *,
    actor: Actor,
    title: str,
    conditions: dict[str, Any],
    actions: list[dict[str, Any]],
    now: datetime,
    is_active: bool = True,
) -> Automation:
    """A new automation, last in order. Raises `NotAllowed`, or `Invalid` that says which line is wrong."""
    said: dict[str, Any] = {"conditions": conditions, "actions": actions, "is_active": is_active}
    return cast("Automation", writes.create(AUTOMATION, actor=actor, title=title, now=now, **said))


def switch_trigger(*, actor: Actor, trigger: Trigger, is_active: bool, now: datetime) -> None:
    """Have the trigger act from now on, or keep still. Raises `NotAllowed`, `Invalid` for one that cannot work."""
    writes.update(TRIGGER, actor=actor, rule_id=trigger.pk, now=now, is_active=is_active)
    trigger.refresh_from_db()
