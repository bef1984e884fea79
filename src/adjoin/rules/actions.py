"""Every change to triggers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from adjoin.access import permissions
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.kernel import record, text
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.record import Did
from adjoin.rules import checking
from adjoin.rules.models import Macro, Trigger

TITLE_MAX = 255


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
    last = Trigger.objects.aggregate(last=Max("position"))["last"] or 0
    trigger = Trigger.objects.create(
        title=clean_title(title),
        description=description,
        position=last + 1,
        is_active=is_active,
        conditions=checking.conditions(conditions),
        actions=checking.actions(actions),
        created_at=now,
        updated_at=now,
    )
    said = {"conditions": (None, trigger.conditions), "actions": (None, trigger.actions)}
    record.changed(Did.CREATED, "trigger", trigger.pk, trigger.title, now=now, **said)
    return trigger


@transaction.atomic
def update_trigger(*, actor: Actor, trigger_id: int, now: datetime, **fields: Any) -> Trigger:
    """The trigger with other fields. A notice of the desk goes once the rule is saved again.

    Raises `NotAllowed`, `NotFound`, or `Invalid` that says which line is wrong."""
    trigger = _locked(actor, trigger_id)
    if "title" in fields:
        fields["title"] = clean_title(fields["title"])
    is_rewritten = "conditions" in fields or "actions" in fields
    if is_rewritten or fields.get("is_active"):  # what is switched on again must be able to work
        fields["conditions"] = checking.conditions(fields.get("conditions", trigger.conditions))
        fields["actions"] = checking.actions(fields.get("actions", trigger.actions))
        trigger.notice = ""
    changes = told(trigger, fields)
    for name, value in fields.items():
        setattr(trigger, name, value)
    trigger.updated_at = now
    trigger.save(update_fields=[*fields, "notice", "updated_at"])
    record.changed(Did.UPDATED, "trigger", trigger.pk, trigger.title, now=now, **changes)
    return trigger


@transaction.atomic
def switch_trigger(*, actor: Actor, trigger: Trigger, is_active: bool, now: datetime) -> None:
    """Have the trigger act from now on, or keep still. Raises `NotAllowed`, `Invalid` for one that cannot work."""
    update_trigger(actor=actor, trigger_id=trigger.pk, now=now, is_active=is_active)
    trigger.refresh_from_db()


@transaction.atomic
def delete_trigger(*, actor: Actor, trigger_id: int, now: datetime) -> None:
    """Have it gone. What it did stays in the history of tickets. Raises `NotAllowed`, `NotFound`."""
    trigger = _locked(actor, trigger_id)
    said = {"conditions": (trigger.conditions, None), "actions": (trigger.actions, None)}
    trigger.delete()
    record.changed(Did.DELETED, "trigger", trigger_id, trigger.title, now=now, **said)


@transaction.atomic
def reorder_triggers(*, actor: Actor, trigger_ids: Sequence[int], now: datetime) -> None:
    """Have triggers looked at in this order, which names every one. Raises `NotAllowed`, `Invalid`."""
    permissions.require(actor, Permission.MANAGE_RULES)
    rows = {one.pk: one for one in Trigger.objects.select_for_update(no_key=True).in_order()}
    if sorted(trigger_ids) != sorted(rows):
        raise Invalid.field("trigger_ids", "Trigger ids: every trigger must be in the list, once")
    before = [one.title for one in rows.values()]
    for position, pk in enumerate(trigger_ids, 1):
        rows[pk].position = position
    Trigger.objects.bulk_update(rows.values(), ["position"])
    order = (before, [rows[pk].title for pk in trigger_ids])
    record.changed(Did.UPDATED, "trigger_order", None, "Triggers", now=now, order=order)


def move_trigger(*, actor: Actor, trigger_id: int, by: int, now: datetime) -> None:
    """Have a trigger looked at `by` places later; earlier when negative. Raises `NotAllowed`, `NotFound`."""
    order = list(Trigger.objects.in_order().values_list("pk", flat=True))
    if trigger_id not in order:
        raise NotFound
    place = order.index(trigger_id)
    order.insert(min(max(place + by, 0), len(order) - 1), order.pop(place))
    reorder_triggers(actor=actor, trigger_ids=order, now=now)


def told(rule: Trigger | Macro, fields: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """From and to of the fields that a rule is about to get, for the audit log, where its title is its name."""
    return {"name" if name == "title" else name: moved for name, moved in record.differences(rule, fields).items()}


def clean_title(title: str) -> str:
    """A rule's title as it is kept. Raises `Invalid` for an empty one."""
    title = text.one_line(title)[:TITLE_MAX]
    if not title:
        raise Invalid.field("title", "Title: cannot be blank", "BlankValue")
    return title


def _locked(actor: Actor, trigger_id: int) -> Trigger:
    permissions.require(actor, Permission.MANAGE_RULES)
    trigger = Trigger.objects.select_for_update(no_key=True).filter(pk=trigger_id).first()
    if trigger is None:
        raise NotFound
    return trigger
