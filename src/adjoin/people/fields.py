"""What the fields hold that an account adds to its organizations: read from clients and forms, shown to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from adjoin.kernel import field_values
from adjoin.kernel.errors import Invalid
from adjoin.kernel.field_values import Kind
from adjoin.people.models import OrganizationField
from adjoin.people.terms import FieldType


def active() -> list[OrganizationField]:
    """The fields in use, in their order."""
    return list(OrganizationField.objects.filter(is_active=True).order_by("position", "pk"))


def clean(given: Mapping[str, Any], fields: Iterable[OrganizationField]) -> dict[str, Any]:
    """Those of the values whose key is a field's, as JSON keeps them; null and "" empty a field.

    Raises `Invalid` with every value that does not fit its field."""
    problems: dict[str, list[tuple[str, str]]] = {}
    values: dict[str, Any] = {}
    for field in fields:
        if field.key not in given:
            continue
        try:
            values[field.key] = field_values.read(_kind(field), given[field.key])
        except ValueError as error:
            problems[field.key] = [("InvalidValue", f"{field.title}: {error}")]
    if problems:
        raise Invalid(problems)
    return values


def shown(values: Mapping[str, Any], fields: Iterable[OrganizationField]) -> dict[str, Any]:
    """Each field's value as the API shows it: null for an empty one, false for a box that nobody ticked."""
    empty = {FieldType.CHECKBOX: False}
    return {field.key: values.get(field.key, empty.get(FieldType(field.type))) for field in fields}


def worded(field: OrganizationField, value: Any) -> str:
    """A value as people read it; "" for none."""
    if field.type == FieldType.CHECKBOX:
        return "Yes" if value else "No"
    if field.type == FieldType.DROPDOWN:
        names = {option["value"]: option["name"] for option in field.options}
        return str(names.get(value, value or ""))
    return "" if value is None else str(value)


def _kind(field: OrganizationField) -> Kind:
    return Kind(field.type, field.pattern, [option["value"] for option in field.options])
