"""Every change to the fields of tickets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from adjoin.fields.actions import forms, options
from adjoin.fields.actions.cleaning import flag, place, tag, words
from adjoin.fields.models import TicketField, TicketFieldOption
from adjoin.fields.terms import CUSTOM, TicketFieldType
from adjoin.kernel import narrowing, outbox, patterns, record
from adjoin.kernel.errors import Invalid
from adjoin.kernel.field_values import Target
from adjoin.kernel.record import Did

FIELDS_MAX = 400  # of one account, as Zendesk recommends
KIND = "ticket_field"
_RECORDED = {"title": "name"}  # how the record calls it, where a title is the row's own
_OF_SYSTEM = {"position", "title", "title_in_portal", "description", "agent_description"}  # what can be said of those


@transaction.atomic
def create_field(*, type: str, title: str, now: datetime, **columns: Any) -> TicketField:
    """A new field of a type in `terms.CUSTOM`, after the others. `options` are the choices of one that has them.

    Raises `Invalid`."""
    if type not in CUSTOM:
        raise Invalid.field(
            "type", _("Type: %(type)s is not one of %(custom)s") % {"type": str(type)[:40], "custom": ", ".join(CUSTOM)}
        )
    if TicketField.objects.custom().count() >= FIELDS_MAX:
        raise Invalid.field("base", _("There are %(most)s fields already. Delete one first.") % {"most": FIELDS_MAX})
    last = TicketField.objects.aggregate(last=Max("position"))["last"]
    row = TicketField(type=type, created_at=now, updated_at=now, position=0 if last is None else last + 1)
    given = columns.pop("options", None)
    _write(row, {"title": title, **columns})
    row.save()
    record.changed(Did.CREATED, KIND, row.pk, row.title, now=now, type=(None, row.type))
    if row.has_options:
        options.replace(row, given if given is not None else [], now)
    return row


@transaction.atomic
def update_field(*, field: TicketField, now: datetime, **columns: Any) -> TicketField:
    """The field with other words, switches, choices or place; its type stays. Of a field that every account has only
    the words and the place change, and whether end users see type and priority. Raises `Invalid`."""
    field = TicketField.objects.select_for_update().get(pk=field.pk)
    given = columns.pop("options", None)
    if field.is_system:
        columns = {name: value for name, value in columns.items() if name in _OF_SYSTEM}
    before = {name: getattr(field, name) for name in _CLEANERS}
    _write(field, columns)
    field.updated_at = now
    field.save()
    moved = {_RECORDED.get(name, name): (old, getattr(field, name)) for name, old in before.items()}
    record.changed(Did.UPDATED, KIND, field.pk, field.title, now=now, **moved)
    if field.has_options and given is not None:
        options.replace(field, given, now)
    return field


@transaction.atomic
def delete_field(*, field: TicketField, now: datetime, with_tags: bool = False) -> None:
    """Remove a field, its choices, its place in forms and in their conditions, and soon its values from all tickets.

    The tags that values put on tickets stay, as Zendesk has it, unless `with_tags`. Raises `Invalid` for a field that
    every account has."""
    if field.is_system:
        raise Invalid.field(
            "base", _("%(title)s is a field that every ticket has. It cannot be deleted.") % {"title": field.title}
        )
    field_id, title = field.pk, field.title
    forms.forget_field(field_id, now)
    outbox.publish(options.GONE, field_id=field_id, values=None, with_tags=with_tags, now=now)
    field.delete()
    record.changed(Did.DELETED, KIND, field_id, title, now=now)


@transaction.atomic
def reorder_fields(*, ids: Sequence[int], now: datetime) -> None:
    """Put the fields into this order; those not named come after, in the order they had."""
    rows = {row.pk: row for row in TicketField.objects.select_for_update().in_order()}
    named = [pk for pk in dict.fromkeys(ids) if pk in rows]
    for position, pk in enumerate([*named, *(pk for pk in rows if pk not in named)]):
        if rows[pk].position != position:
            TicketField.objects.filter(pk=pk).update(position=position, updated_at=now)


def _write(row: TicketField, columns: dict[str, Any]) -> None:
    target = row.target
    for name, value in columns.items():
        setattr(row, name, _CLEANERS[name](value))
    row.title_in_portal = row.title_in_portal or row.title
    _keep_portal_switches_together(row, columns)
    if row.type == TicketFieldType.REGEXP and not row.pattern:
        raise Invalid.field("regexp_for_validation", _("Regexp for validation: cannot be blank"), "BlankValue")
    if row.type == TicketFieldType.LOOKUP and row.target not in Target.values:
        known = ", ".join(Target.values)
        raise Invalid.field(
            "relationship_target_type", _("Relationship target type: must be one of %(known)s") % {"known": known}
        )
    if row.type == TicketFieldType.LOOKUP and row.visible_in_portal:
        raise Invalid.field(
            "visible_in_portal", _("Visible in portal: fields that point at somebody are for agents only")
        )
    _narrow(row, columns, target)
    _keep_tag_alone(row)


def _narrow(row: TicketField, columns: dict[str, Any], target: str) -> None:
    """What a lookup offers is asked of what it points at; with another `target` than until now it offers all."""
    if row.type != TicketFieldType.LOOKUP or (row.target != target and "relationship_filter" not in columns):
        row.relationship_filter = {}
    elif "relationship_filter" in columns:
        row.relationship_filter = narrowing.checked(row.target, row.relationship_filter)


def _keep_portal_switches_together(row: TicketField, columns: dict[str, Any]) -> None:
    """Who must fill something in may, and who may sees it: the last switch said decides about the others."""
    if columns.get("required_in_portal") and columns.get("editable_in_portal") is not False:
        row.editable_in_portal = True
    if columns.get("visible_in_portal") is False:
        row.editable_in_portal = False
    elif columns.get("editable_in_portal") or row.editable_in_portal:
        row.visible_in_portal = True
    row.required_in_portal = row.required_in_portal and row.editable_in_portal


def _keep_tag_alone(row: TicketField) -> None:
    """Only checkboxes have a tag of their own, and no two fields share one."""
    if row.type != TicketFieldType.CHECKBOX:
        row.tag = ""
    if not row.tag:
        return
    by_box = TicketField.objects.filter(tag=row.tag).exclude(pk=row.pk)
    if by_box.exists() or TicketFieldOption.objects.filter(value=row.tag).exists():
        raise Invalid.field("tag", _("Tag: another field has %(tag)s already") % {"tag": row.tag}, "DuplicateValue")


def _pattern(value: Any) -> str:
    pattern = str(value or "")
    if problem := patterns.problem(pattern):
        raise Invalid.field("regexp_for_validation", _("Regexp for validation: %(problem)s") % {"problem": problem})
    return pattern


_CLEANERS: dict[str, Callable[[Any], Any]] = {
    "title": words("title", "Title", longest=200, needed=True),
    "title_in_portal": words("title_in_portal", "Title in portal", longest=200),
    "description": words("description", "Description", longest=2000),
    "agent_description": words("agent_description", "Agent description", longest=2000),
    "is_active": flag("active"),
    "is_required": flag("required"),
    "is_collapsed": flag("collapsed_for_agents"),
    "visible_in_portal": flag("visible_in_portal"),
    "editable_in_portal": flag("editable_in_portal"),
    "required_in_portal": flag("required_in_portal"),
    "pattern": _pattern,
    "tag": lambda value: tag(str(value or "")),
    "target": lambda value: str(value or ""),
    "relationship_filter": lambda value: value,
    "position": place,
}
