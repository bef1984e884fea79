"""Every change to the fields that an account adds to its people and organizations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from psycopg import sql

from adjoin.kernel import narrowing, outbox, patterns, record, text
from adjoin.kernel.errors import Invalid
from adjoin.kernel.field_values import Target
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.people.models import OwnField
from adjoin.people.terms import FieldType

One = TypeVar("One", bound=OwnField)
FIELDS_MAX = 200
OPTIONS_MAX = 2000
FIELD_GONE = "own_field.gone"  # what is published when rules ask for a field in vain
_RECORDED = {"title": "name"}  # how the record calls it, where a title is the row's own
_KEY = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]{0,99}")


@transaction.atomic
def create_field(model: type[One], *, key: str, type: str, title: str, now: datetime, **more: Any) -> One:
    """A new field of that model, after the others. Raises `Invalid`, also for a key that is taken."""
    rows = model._default_manager
    if not _KEY.fullmatch(key):
        raise Invalid.field("key", _("Key: use letters, digits and _, and begin with a letter"))
    if rows.filter(key__iexact=key).exists():
        raise Invalid.field("key", say("Key: %(key)s has already been taken") % {"key": key}, "DuplicateValue")
    if type not in FieldType.values:
        raise Invalid.field(
            "type",
            _("Type: %(type)s is not one of %(known)s")
            % {"type": str(type)[:40], "known": ", ".join(FieldType.values)},
        )
    if rows.count() >= FIELDS_MAX:
        raise Invalid.field("base", _("There are %(most)s fields already. Delete one first.") % {"most": FIELDS_MAX})
    last = rows.aggregate(last=Max("position"))["last"]
    row = model(key=key, type=type, created_at=now, updated_at=now, position=0 if last is None else last + 1)
    _write(row, {"title": title, **more})
    row.save()
    record.changed(Did.CREATED, model.NOUN, row.pk, row.title, now=now, type=(None, row.type))
    return row


@transaction.atomic
def update_field(*, field: One, now: datetime, **columns: Any) -> One:
    """The field with other words, options or place; its key and type stay. Who has a choice that is no more loses it.

    Raises `Invalid`."""
    found: One = type(field)._default_manager.select_for_update().get(pk=field.pk)
    before, had = {name: getattr(found, name) for name in columns}, _values(found)
    _write(found, columns)
    found.updated_at = now
    found.save()
    if gone := had - _values(found):
        _take_values(found, gone)
    moved = {_RECORDED.get(name, name): (old, getattr(found, name)) for name, old in before.items()}
    record.changed(Did.UPDATED, found.NOUN, found.pk, found.title, now=now, **moved)
    return found


@transaction.atomic
def put_option(*, field: One, now: datetime, id: int | None = None, **given: Any) -> tuple[One, int]:
    """The field with one choice more, or (with an `id` that it has) with that one changed, and at which place; the
    others stay. Raises `Invalid`."""
    known = next((at for at, one in enumerate(field.options) if one["id"] == id), len(field.options))
    options = [*field.options, {}] if known == len(field.options) else list(field.options)
    options[known] = {**options[known], **given}
    return update_field(field=field, now=now, options=options), known


@transaction.atomic
def delete_field(*, field: OwnField, now: datetime) -> None:
    """Remove a field, and its values from everybody and everything. The tags they gave stay."""
    _run("UPDATE {} SET custom_fields = custom_fields - %s WHERE custom_fields ? %s", field, field.key, field.key)
    field_id, title = field.pk, field.title
    field.delete()
    outbox.publish(FIELD_GONE, noun=field.NOUN, key=field.key, now=now)
    record.changed(Did.DELETED, field.NOUN, field_id, title, now=now)


@transaction.atomic
def reorder_fields(model: type[OwnField], *, ids: Sequence[int], now: datetime) -> None:
    """Put the fields of that model into this order; those not named come after, in the order they had."""
    rows = model._default_manager
    fields = {field.pk: field for field in rows.select_for_update().order_by("position", "pk")}
    named = [pk for pk in dict.fromkeys(ids) if pk in fields]
    for position, pk in enumerate([*named, *(pk for pk in fields if pk not in named)]):
        if fields[pk].position != position:
            rows.filter(pk=pk).update(position=position, updated_at=now)


def _values(field: OwnField) -> set[str]:
    return {option["value"] for option in field.options}


def _take_values(field: OwnField, gone: Iterable[str]) -> None:
    """Take choices that are no more from whoever has them."""
    key, values = field.key, sorted(gone)
    if field.type == FieldType.DROPDOWN:
        query = "UPDATE {} SET custom_fields = custom_fields - %s WHERE custom_fields ->> %s = ANY(%s)"
        _run(query, field, key, key, values)
        return
    query = (
        "UPDATE {} SET custom_fields = jsonb_set(custom_fields, ARRAY[%s], (custom_fields -> %s) - %s::text[]) "
        "WHERE custom_fields -> %s ?| %s"
    )
    _run(query, field, key, key, values, key, values)


def _run(query: str, field: OwnField, *params: Any) -> None:
    table = sql.Identifier(field.HOLDER._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(query).format(table), params)


def _write(row: OwnField, columns: dict[str, Any]) -> None:
    for name, value in columns.items():
        setattr(row, name, _CLEANERS[name](row, value))
    if row.has_options and not row.options:
        raise Invalid.field("custom_field_options", _("Options: a field of choices needs at least one"))
    if row.type == FieldType.LOOKUP and row.target not in Target.values:
        known = ", ".join(Target.values)
        raise Invalid.field(
            "relationship_target_type", say("Relationship target type: must be one of %(known)s") % {"known": known}
        )
    if "relationship_filter" in columns:
        is_lookup = row.type == FieldType.LOOKUP
        row.relationship_filter = narrowing.checked(row.target, row.relationship_filter) if is_lookup else {}
    if row.type == FieldType.REGEXP and not row.pattern:
        raise Invalid.field("regexp_for_validation", _("Regexp for validation: cannot be blank"), "BlankValue")


def _title(row: OwnField, value: Any) -> str:
    title = text.one_line(str(value or ""))[:200]
    if not title:
        raise Invalid.field("title", _("Title: cannot be blank"), "BlankValue")
    return title


def _pattern(row: OwnField, value: Any) -> str:
    pattern = str(value or "")
    if words := patterns.problem(pattern):
        raise Invalid.field("regexp_for_validation", _("Regexp for validation: %(words)s") % {"words": words})
    return pattern


def _options(row: OwnField, value: Any) -> list[dict[str, Any]]:
    """The options as they are kept; one there was is known by its id, else by its value, and keeps its id."""
    if not isinstance(value, list) or len(value) > OPTIONS_MAX:
        raise Invalid.field(
            "custom_field_options", _("Options: must be a list of at most %(most)s") % {"most": OPTIONS_MAX}
        )
    ids = {option["value"]: option["id"] for option in row.options}
    known = set(ids.values())
    newest = max(ids.values(), default=0)
    kept: list[dict[str, Any]] = []
    for one in value:
        if not isinstance(one, dict) or not isinstance(one.get("name"), str) or not isinstance(one.get("value"), str):
            raise Invalid.field("custom_field_options", _("Options: each needs a name and a value"))
        name, tag = text.one_line(one["name"])[:255], _tag(one["value"])
        if not name or not tag or any(tag == other["value"] for other in kept):
            raise Invalid.field(
                "custom_field_options", _("Options: names and values must be filled in, each value once")
            )
        own = one["id"] if isinstance(one.get("id"), int) and one["id"] in known else ids.get(tag, 0)
        if not own or any(own == other["id"] for other in kept):
            own = newest = newest + 1
        kept.append({"id": own, "name": name, "value": tag})
    return kept


def _tag(value: str) -> str:
    """As tags are kept: small letters, without blanks."""
    return "_".join(text.one_line(value).lower().replace(",", " ").split())[:255]


def _target(row: OwnField, value: Any) -> str:
    """What a lookup points at, chosen once."""
    if row.type != FieldType.LOOKUP or row.pk:
        return row.target
    return str(value or "")


def _flag(row: OwnField, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Invalid.field("active", _("Active: must be true or false"))
    return value


def _place(row: OwnField, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise Invalid.field("position", _("Position: must be a number from 0"))
    return value


_CLEANERS: dict[str, Callable[[Any, Any], Any]] = {
    "title": _title,
    "description": lambda row, value: text.one_line(str(value or ""))[:1000],
    "pattern": _pattern,
    "options": _options,
    "target": _target,
    "relationship_filter": lambda row, value: value,
    "tag": lambda row, value: _tag(str(value or "")) if row.type == FieldType.CHECKBOX else "",
    "is_active": _flag,
    "position": _place,
}
