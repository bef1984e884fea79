"""Every change to the fields that an account adds to its organizations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from adjoin.kernel import patterns, record, text
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.people.models import OrganizationField
from adjoin.people.terms import FieldType

FIELDS_MAX = 200
OPTIONS_MAX = 2000
KIND = "organization_field"
_RECORDED = {"title": "name"}  # how the record calls it, where a title is the row's own
_KEY = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]{0,99}")


@transaction.atomic
def create_field(*, key: str, type: str, title: str, now: datetime, **more: Any) -> OrganizationField:
    """A new field, after the others. Raises `Invalid`, also for a key that is taken."""
    if not _KEY.fullmatch(key):
        raise Invalid.field("key", _("Key: use letters, digits and _, and begin with a letter"))
    if OrganizationField.objects.filter(key__iexact=key).exists():
        raise Invalid.field("key", f"Key: {key} has already been taken", "DuplicateValue")
    if type not in FieldType.values:
        raise Invalid.field(
            "type",
            _("Type: %(type)s is not one of %(known)s")
            % {"type": str(type)[:40], "known": ", ".join(FieldType.values)},
        )
    if OrganizationField.objects.count() >= FIELDS_MAX:
        raise Invalid.field("base", _("There are %(most)s fields already. Delete one first.") % {"most": FIELDS_MAX})
    last = OrganizationField.objects.aggregate(last=Max("position"))["last"]
    row = OrganizationField(
        key=key, type=type, created_at=now, updated_at=now, position=0 if last is None else last + 1
    )
    _write(row, {"title": title, **more})
    row.save()
    record.changed(Did.CREATED, KIND, row.pk, row.title, now=now, type=(None, row.type))
    return row


@transaction.atomic
def update_field(*, field: OrganizationField, now: datetime, **columns: Any) -> OrganizationField:
    """The field with other words, options or place; its key and type stay. Raises `Invalid`."""
    field = OrganizationField.objects.select_for_update().get(pk=field.pk)
    before = {name: getattr(field, name) for name in columns}
    _write(field, columns)
    field.updated_at = now
    field.save()
    moved = {_RECORDED.get(name, name): (old, getattr(field, name)) for name, old in before.items()}
    record.changed(Did.UPDATED, KIND, field.pk, field.title, now=now, **moved)
    return field


@transaction.atomic
def delete_field(*, field: OrganizationField, now: datetime) -> None:
    """Remove a field, and its values from every organization."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_organization SET custom_fields = custom_fields - %s WHERE custom_fields ? %s",
            [field.key, field.key],
        )
    field_id, title = field.pk, field.title
    field.delete()
    record.changed(Did.DELETED, KIND, field_id, title, now=now)


@transaction.atomic
def reorder_fields(*, ids: Sequence[int], now: datetime) -> None:
    """Put the fields into this order; those not named come after, in the order they had."""
    fields = {field.pk: field for field in OrganizationField.objects.select_for_update().order_by("position", "pk")}
    named = [pk for pk in dict.fromkeys(ids) if pk in fields]
    for position, pk in enumerate([*named, *(pk for pk in fields if pk not in named)]):
        OrganizationField.objects.filter(pk=pk).update(position=position, updated_at=now)


def _write(row: OrganizationField, columns: dict[str, Any]) -> None:
    for name, value in columns.items():
        setattr(row, name, _CLEANERS[name](row, value))
    if row.type == FieldType.DROPDOWN and not row.options:
        raise Invalid.field("custom_field_options", _("Options: a field of choices needs at least one"))
    if row.type == FieldType.REGEXP and not row.pattern:
        raise Invalid.field("regexp_for_validation", _("Regexp for validation: cannot be blank"), "BlankValue")


def _title(row: OrganizationField, value: Any) -> str:
    title = text.one_line(str(value or ""))[:200]
    if not title:
        raise Invalid.field("title", _("Title: cannot be blank"), "BlankValue")
    return title


def _pattern(row: OrganizationField, value: Any) -> str:
    pattern = str(value or "")
    if words := patterns.problem(pattern):
        raise Invalid.field("regexp_for_validation", _("Regexp for validation: %(words)s") % {"words": words})
    return pattern


def _options(row: OrganizationField, value: Any) -> list[dict[str, Any]]:
    """The options as they are kept; one that had an id keeps it, and an option is known by its value."""
    if not isinstance(value, list) or len(value) > OPTIONS_MAX:
        raise Invalid.field(
            "custom_field_options", _("Options: must be a list of at most %(most)s") % {"most": OPTIONS_MAX}
        )
    ids = {option["value"]: option["id"] for option in row.options or []}
    newest = max(ids.values(), default=0)
    kept: list[dict[str, Any]] = []
    for one in value:
        if not isinstance(one, dict) or not isinstance(one.get("name"), str) or not isinstance(one.get("value"), str):
            raise Invalid.field("custom_field_options", _("Options: each needs a name and a value"))
        name, tag = text.one_line(one["name"])[:255], "_".join(text.one_line(one["value"]).lower().split())[:255]
        if not name or not tag or any(tag == other["value"] for other in kept):
            raise Invalid.field(
                "custom_field_options", _("Options: names and values must be filled in, each value once")
            )
        newest = newest if tag in ids else newest + 1
        kept.append({"id": ids.get(tag, newest), "name": name, "value": tag})
    return kept


def _flag(row: OrganizationField, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Invalid.field("active", _("Active: must be true or false"))
    return value


def _place(row: OrganizationField, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise Invalid.field("position", _("Position: must be a number from 0"))
    return value


_CLEANERS: dict[str, Any] = {
    "title": _title,
    "description": lambda row, value: text.one_line(str(value or ""))[:1000],
    "pattern": _pattern,
    "options": _options,
    "is_active": _flag,
    "position": _place,
}
