"""What the fields hold that an account adds to its organizations: read from clients and forms, shown to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.dateparse import parse_date

from adjoin.kernel import text
from adjoin.kernel.errors import Invalid
from adjoin.people.models import OrganizationField
from adjoin.people.terms import FieldType

TEXT_MAX = 65_536  # characters
LINE_MAX = 255
INTEGER_MAX = 2**53 - 1  # beyond it, clients that keep numbers as doubles read another one
PATTERN_INPUT_MAX = 1000  # characters that a pattern is tried on


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
            values[field.key] = _one(field, given[field.key])
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


def _one(field: OrganizationField, value: Any) -> Any:
    if value is None or value == "":
        return False if field.type == FieldType.CHECKBOX else None
    return _READERS[FieldType(field.type)](field, value)


def _line(field: OrganizationField, value: Any) -> str:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise ValueError("must be text")
    found = text.one_line(str(value))
    if len(found) > LINE_MAX:
        raise ValueError(f"must have at most {LINE_MAX} characters")
    return found


def _lines(field: OrganizationField, value: Any) -> str:
    if not isinstance(value, str) or len(value) > TEXT_MAX:
        raise ValueError(f"must be text of at most {TEXT_MAX} characters")
    return text.plain(value)


def _checkbox(field: OrganizationField, value: Any) -> bool:
    known = {"true": True, "false": False, "1": True, "0": False, "on": True}
    found = known.get(value.lower(), value) if isinstance(value, str) else value
    if not isinstance(found, bool):
        raise ValueError("must be true or false")
    return found


def _integer(field: OrganizationField, value: Any) -> int:
    digits = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not re.fullmatch(r"[+-]?[0-9]{1,16}", digits) or abs(int(digits)) > INTEGER_MAX:
        raise ValueError("must be a whole number")
    return int(digits)


def _decimal(field: OrganizationField, value: Any) -> float:
    try:
        found = Decimal(str(value).strip()) if isinstance(value, str | int | float) else None
    except InvalidOperation:
        found = None
    if found is None or isinstance(value, bool) or not found.is_finite() or abs(found) > INTEGER_MAX:
        raise ValueError("must be a number")
    return float(found)


def _date(field: OrganizationField, value: Any) -> str:
    try:
        found: date | None = parse_date(value[:10]) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None:
        raise ValueError("must be a date, as 2026-03-04")
    return found.isoformat()


def _regexp(field: OrganizationField, value: Any) -> str:
    found = _line(field, value)
    if not re.fullmatch(field.pattern, found[:PATTERN_INPUT_MAX]):
        raise ValueError("does not have the form it should have")
    return found


def _option(field: OrganizationField, value: Any) -> str:
    values = [option["value"] for option in field.options]
    if value not in values:
        raise ValueError(f"must be one of {', '.join(values)}")
    return str(value)


_READERS: dict[FieldType, Callable[[OrganizationField, Any], Any]] = {
    FieldType.TEXT: _line,
    FieldType.TEXTAREA: _lines,
    FieldType.CHECKBOX: _checkbox,
    FieldType.INTEGER: _integer,
    FieldType.DECIMAL: _decimal,
    FieldType.DATE: _date,
    FieldType.REGEXP: _regexp,
    FieldType.DROPDOWN: _option,
}
