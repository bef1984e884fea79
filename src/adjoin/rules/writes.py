"""Every change to triggers and automations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from adjoin.access import permissions
from adjoin.access.actors import Actor
from adjoin.kernel import record, text
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.rules import revisions
from adjoin.rules.kinds import TRIGGER, Kind
from adjoin.rules.models import Macro, Rule

TITLE_MAX = 255


@transaction.atomic
def create(
    kind: Kind,
    *,
    actor: Actor,
    title: str,
    conditions: Any,
    actions: Any,
    now: datetime,
    is_active: bool = True,
    **fields: Any,
) -> Any:
    """A new rule, last in order. Raises `NotAllowed`, or `Invalid` that says which line is wrong."""
    permissions.require(actor, kind.permission)
    kept, does = kind.check(conditions, actions, None)
    if is_active:
        kind.admit(None)
    last = kind.rows.aggregate(last=Max("position"))["last"] or 0
    rule = kind.rows.create(
        title=clean_title(title),
        position=last + 1,
        is_active=is_active,
        conditions=kept,
        actions=does,
        created_at=now,
        updated_at=now,
        **fields,
    )
    revisions.keep(rule, actor.user_id, now)
    said = {"conditions": (None, rule.conditions), "actions": (None, rule.actions)}
    record.changed(Did.CREATED, kind.name, rule.pk, rule.title, now=now, **said)
    return rule


@transaction.atomic
def update(kind: Kind, *, actor: Actor, rule_id: int, now: datetime, **fields: Any) -> Any:
    """The rule with other fields. A notice of the desk goes once the rule is saved again.

    Raises `NotAllowed`, `NotFound`, or `Invalid` that says which line is wrong."""
    rule = _locked(kind, actor, rule_id)
    if "title" in fields:
        fields["title"] = clean_title(fields["title"])
    is_rewritten = "conditions" in fields or "actions" in fields
    if is_rewritten or fields.get("is_active"):  # what is switched on again must be able to work
        lines = fields.get("conditions", rule.conditions), fields.get("actions", rule.actions)
        fields["conditions"], fields["actions"] = kind.check(*lines, rule_id)
        rule.notice = ""
    if fields.get("is_active") and not rule.is_active:
        kind.admit(rule_id)
    changes = told(rule, fields)
    revisions.keep_first(rule)
    for name, value in fields.items():
        setattr(rule, name, value)
    rule.updated_at = now
    rule.save(update_fields=[*fields, "notice", "updated_at"])
    revisions.keep(rule, actor.user_id, now)
    record.changed(Did.UPDATED, kind.name, rule.pk, rule.title, now=now, **changes)
    return rule


@transaction.atomic
def restore(kind: Kind, *, actor: Actor, rule_id: int, revision_id: int, now: datetime) -> Any:
    """Have a rule again as it was, which becomes its newest revision.

    Raises `NotAllowed`, `NotFound`, or `Invalid` when it cannot work any more."""
    rule = _locked(kind, actor, rule_id)
    revision = revisions.of(rule).filter(pk=revision_id).first()
    if revision is None:
        raise NotFound
    return update(kind, actor=actor, rule_id=rule_id, now=now, **revisions.snapshot(revision))


@transaction.atomic
def delete(kind: Kind, *, actor: Actor, rule_id: int, now: datetime) -> None:
    """Have it gone. What it did stays in the history of tickets. Raises `NotAllowed`, `NotFound`."""
    rule = _locked(kind, actor, rule_id)
    said = {"conditions": (rule.conditions, None), "actions": (rule.actions, None)}
    rule.delete()
    record.changed(Did.DELETED, kind.name, rule_id, rule.title, now=now, **said)


@transaction.atomic
def reorder(kind: Kind, *, actor: Actor, rule_ids: Sequence[int], now: datetime) -> None:
    """Have the rules looked at in this order, which names every one. Raises `NotAllowed`, `Invalid`.

    Triggers are put in order all at once only while they are all of one category, as Zendesk has it."""
    permissions.require(actor, kind.permission)
    if kind is TRIGGER and kind.rows.values("category").distinct().count() > 1:
        raise Invalid.field(
            "base",
            say("These triggers are of several categories. Change their position one by one"),
            "LimitOneCategory",
        )
    _put_in_order(kind, kind.rows.all(), rule_ids, now)


@transaction.atomic
def move(kind: Kind, *, actor: Actor, rule_id: int, by: int, now: datetime) -> None:
    """Have a rule looked at `by` places later; earlier when negative. Triggers stay in their category.

    Raises `NotAllowed`, `NotFound`."""
    beside = kind.beside(_locked(kind, actor, rule_id))
    order = list(beside.in_order().values_list("pk", flat=True))
    place = order.index(rule_id)
    order.insert(min(max(place + by, 0), len(order) - 1), order.pop(place))
    _put_in_order(kind, beside, order, now)


def _put_in_order(kind: Kind, found: Any, rule_ids: Sequence[int], now: datetime) -> None:
    rows = {one.pk: one for one in found.select_for_update(no_key=True, of=("self",)).in_order()}
    if sorted(rule_ids) != sorted(rows):
        name = f"{kind.name}_ids"
        raise Invalid.field(
            name,
            say("%(kind)s ids: every %(name)s must be in the list, once")
            % {"kind": kind.name.capitalize(), "name": kind.name},
        )
    before = [one.title for one in rows.values()]
    for position, pk in enumerate(rule_ids, 1):
        rows[pk].position = position
    kind.rows.bulk_update(rows.values(), ["position"])
    order = (before, [rows[pk].title for pk in rule_ids])
    record.changed(Did.UPDATED, f"{kind.name}_order", None, f"{kind.name.capitalize()}s", now=now, order=order)


def told(rule: Rule | Macro, fields: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """From and to of the fields that a rule is about to get, for the audit log, where its title is its name."""
    return {"name" if name == "title" else name: moved for name, moved in record.differences(rule, fields).items()}


def clean_title(title: str) -> str:
    """A rule's title as it is kept. Raises `Invalid` for an empty one."""
    title = text.one_line(title)[:TITLE_MAX]
    if not title:
        raise Invalid.field("title", say("Title: cannot be blank"), "BlankValue")
    return title


def _locked(kind: Kind, actor: Actor, rule_id: int) -> Any:
    permissions.require(actor, kind.permission)
    rule = kind.rows.select_for_update(no_key=True).filter(pk=rule_id).first()
    if rule is None:
        raise NotFound
    return rule
