"""Every change to the choices of a field."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from adjoin.fields.actions.cleaning import tag
from adjoin.fields.models import TicketField, TicketFieldOption
from adjoin.kernel import outbox, record, text
from adjoin.kernel.api.reading import whole_number
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did

OPTIONS_MAX = 2000  # of one field, as Zendesk has it
KEY = "custom_field_options"
GONE = "ticket_field.values_gone"  # what is published when values of tickets mean nothing any more


@transaction.atomic
def put_option(*, field: TicketField, now: datetime, **given: Any) -> tuple[TicketFieldOption, bool]:
    """One choice, new or changed (with an `id`), and whether it is new. The others stay. Raises `Invalid`."""
    field = TicketField.objects.select_for_update().get(pk=field.pk)
    kept = [_as_given(row) for row in field.options.order_by("position", "pk")]
    known = next((one for one in kept if one["id"] == given.get("id")), None)
    if known is not None:
        known |= {key: value for key, value in given.items() if value is not None}
    else:
        kept.append(given)
    if given.get("default"):
        kept = [{**one, "default": one is (known or kept[-1])} for one in kept]
    replace(field, kept, now)
    value = tag(str((known or given).get("value", "")))
    return TicketFieldOption.objects.get(field=field, value=value), known is None


@transaction.atomic
def remove_option(*, field: TicketField, option: TicketFieldOption, now: datetime) -> None:
    """Take a choice away. Tickets that have it have none. Raises `Invalid` for the last one."""
    rest = field.options.exclude(pk=option.pk).order_by("position", "pk")
    replace(field, [_as_given(row) for row in rest], now)


def replace(field: TicketField, given: Any, now: datetime) -> None:
    """Make these the choices of the field, in this order. One with the id or the value of one there stays that one.

    Tickets lose values that are no choices any more. Raises `Invalid`."""
    wanted = _clean(given)
    before = {row.pk: row for row in field.options.all()}
    by_value = {row.value: row for row in before.values()}
    _not_elsewhere(field, [one["value"] for one in wanted])
    rows = [_row(field, place, one, before, by_value) for place, one in enumerate(wanted)]
    had = sorted(by_value)
    TicketFieldOption.objects.filter(field=field).delete()  # values may have changed places: all at once
    TicketFieldOption.objects.bulk_create(rows)
    if gone := sorted(set(had) - {row.value for row in rows}):
        outbox.publish(GONE, field_id=field.pk, values=gone, with_tags=False, now=now)
    moved = (had, sorted(row.value for row in rows))
    record.changed(Did.UPDATED, "ticket_field", field.pk, field.title, now=now, options=moved)


def _row(
    field: TicketField,
    place: int,
    one: dict[str, Any],
    before: dict[int, TicketFieldOption],
    by_value: dict[str, TicketFieldOption],
) -> TicketFieldOption:
    known = before.pop(one["id"] or 0, None) or before.pop(getattr(by_value.get(one["value"]), "pk", 0), None)
    return TicketFieldOption(
        pk=known.pk if known else None,
        field=field,
        name=one["name"],
        value=one["value"],
        position=place,
        is_default=one["default"],
    )


def _clean(given: Any) -> list[dict[str, Any]]:
    if not isinstance(given, list) or len(given) > OPTIONS_MAX:
        raise Invalid.field(KEY, _("Options: must be a list of at most %(most)s") % {"most": OPTIONS_MAX})
    found = [_clean_one(one) for one in given]
    if not found:
        raise Invalid.field(KEY, _("Options: a field of choices needs at least one"), "BlankValue")
    values = [one["value"] for one in found]
    if twice := next((value for value in values if values.count(value) > 1), ""):
        raise Invalid.field(KEY, _("Options: the tag %(twice)s is there twice") % {"twice": twice}, "DuplicateValue")
    if sum(one["default"] for one in found) > 1:
        raise Invalid.field(KEY, _("Options: only one can be the default"))
    return found


def _clean_one(one: Any) -> dict[str, Any]:
    if not isinstance(one, dict) or not isinstance(one.get("name"), str):
        raise Invalid.field(KEY, _("Options: each needs a name and a value"))
    name = text.one_line(one["name"])[:255]
    value = tag(str(one.get("value") or name))
    if not name or not value:
        raise Invalid.field(KEY, _("Options: each needs a name and a value"), "BlankValue")
    return {"id": whole_number(one.get("id")), "name": name, "value": value, "default": bool(one.get("default"))}


def _not_elsewhere(field: TicketField, values: Iterable[str]) -> None:
    """Raises `Invalid` for a tag that another field already puts on tickets."""
    wanted = list(values)
    taken = TicketFieldOption.objects.filter(value__in=wanted).exclude(field=field).select_related("field").first()
    if taken is not None:
        raise Invalid.field(
            KEY,
            _("Options: %(title)s has the tag %(value)s already") % {"title": taken.field.title, "value": taken.value},
            "DuplicateValue",
        )
    box = TicketField.objects.filter(tag__in=wanted).first()
    if box is not None:
        raise Invalid.field(
            KEY,
            _("Options: %(title)s has the tag %(tag)s already") % {"title": box.title, "tag": box.tag},
            "DuplicateValue",
        )


def _as_given(row: TicketFieldOption) -> dict[str, Any]:
    return {"id": row.pk, "name": row.name, "value": row.value, "default": row.is_default}
