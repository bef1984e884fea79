"""What the fields of tickets hold: read from clients and forms, and shown to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from adjoin.fields.terms import TicketFieldType
from adjoin.kernel import field_values
from adjoin.kernel.errors import Invalid
from adjoin.kernel.field_values import Kind

if TYPE_CHECKING:
    from adjoin.fields.models import TicketField


def clean(field: TicketField, value: Any) -> Any:
    """The value as a ticket keeps it. Raises `Invalid` for one that does not fit."""
    kind = Kind(field.type, field.pattern, [option.value for option in field.options.all()])
    try:
        return field_values.read(kind, value)
    except ValueError as error:
        raise Invalid.field(field.key, f"{field.title}: {error}") from error


def is_empty(value: Any) -> bool:
    """Whether nothing is filled in; a box that nobody ticked is empty too."""
    return value is None or value is False or value == "" or value == []  # 0 is a value


def shown(values: Mapping[str, Any], fields: Iterable[TicketField]) -> list[dict[str, Any]]:
    """Each field's value as the API shows them: null for an empty one, false for a box that nobody ticked."""
    empty = {TicketFieldType.CHECKBOX: False, TicketFieldType.MULTISELECT: []}
    return [
        {"id": field.pk, "value": values.get(field.key, empty.get(TicketFieldType(field.type)))} for field in fields
    ]


def worded(field: TicketField, value: Any) -> str:
    """A value as people read it; "" for none."""
    if field.type == TicketFieldType.CHECKBOX:
        return "Yes" if value else "No"
    if field.has_options:
        names = {option.value: option.name for option in field.options.all()}
        chosen = value if isinstance(value, list) else [value] if value else []
        return ", ".join(names.get(one, str(one)) for one in chosen)
    return "" if value is None else str(value)
