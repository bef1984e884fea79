"""What the fields of tickets hold: read from clients and forms, and shown to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from adjoin.fields.terms import TicketFieldType
from adjoin.kernel import field_values
from adjoin.kernel.errors import Invalid
from adjoin.kernel.field_values import Kind
from adjoin.kernel.wording import say

if TYPE_CHECKING:
    from adjoin.fields.models import TicketField

is_empty = field_values.is_empty


def clean(field: TicketField, value: Any) -> Any:
    """The value as a ticket keeps it. Raises `Invalid` for one that does not fit."""
    kind = Kind(field.type, field.pattern, [option.value for option in field.options.all()])
    try:
        return field_values.read(kind, value)
    except ValueError as error:
        raise Invalid.field(field.key, say("%(title)s: %(error)s") % {"title": field.title, "error": error}) from error


def shown(values: Mapping[str, Any], fields: Iterable[TicketField]) -> list[dict[str, Any]]:
    """Each field's value as the API shows them: null for an empty one, false for a box that nobody ticked."""
    empty = {TicketFieldType.CHECKBOX: False, TicketFieldType.MULTISELECT: []}
    return [
        {"id": field.pk, "value": values.get(field.key, empty.get(TicketFieldType(field.type)))} for field in fields
    ]


def worded(field: TicketField, value: Any) -> str:
    """A value as people read it; "" for none."""
    return field_values.worded(field.type, value, {option.value: option.name for option in field.options.all()})
