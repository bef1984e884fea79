"""Columns for the fields that the account adds to its people and organizations: `custom_fields.level`, as Zendesk's
files name them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from adjoin.access import actors, pointing
from adjoin.imports.planning import several, truth
from adjoin.imports.terms import Kind
from adjoin.people import fields
from adjoin.people.models import OrganizationField, OwnField, UserField
from adjoin.people.terms import FieldType

if TYPE_CHECKING:
    from adjoin.people.fields import Check

PREFIX = "custom_fields."
MODELS: dict[str, type[OwnField]] = {Kind.USERS: UserField, Kind.ORGANIZATIONS: OrganizationField}
EXAMPLES = {
    FieldType.CHECKBOX: "yes",
    FieldType.DATE: "2026-03-04",
    FieldType.INTEGER: "12",
    FieldType.DECIMAL: "1.5",
}


def of(kind: str) -> dict[str, str]:
    """The heads of such columns, each with an example; none for what has no fields of its own."""
    found = fields.active(MODELS[kind]) if kind in MODELS else []
    return {_head(field): _example(field) for field in found}


class OwnColumns:
    """Reads and settles them for one import. `by_id` is whose: fields that point at something ask what they look up."""

    def __init__(self, kind: str, by_id: int | None) -> None:
        self._fields = fields.active(MODELS[kind])
        self._check: Check | None = partial(pointing.check, actors.load(by_id)) if by_id is not None else None

    def read(self, cells: Mapping[str, str]) -> dict[str, Any]:
        """`{"custom_fields": ...}` with the values that the cells hold, checked as anywhere; {} where they hold none.

        Raises `Invalid`."""
        said = {field.key: _said(field, cells[head]) for field in self._fields if (head := _head(field)) in cells}
        return {"custom_fields": fields.clean(said, self._fields, self._check)} if said else {}

    def put(self, row: Any, columns: dict[str, Any]) -> dict[str, Any]:
        """`columns` as they are written to `row`: its other values kept, with the tags that choices give."""
        return fields.put(row, columns, self._fields)


def _head(field: OwnField) -> str:
    return f"{PREFIX}{field.key.lower()}"


def _said(field: OwnField, cell: str) -> Any:
    """What a cell says: yes and no of boxes, choices by value or name with semicolons between."""
    if field.type == FieldType.CHECKBOX:
        return cell if (found := truth(cell)) is None else found
    if not field.has_options:
        return cell
    by_name = {str(option[word]).lower(): option["value"] for word in ("name", "value") for option in field.options}
    chosen = [by_name.get(name.lower(), name) for name in several(cell)]
    return chosen if field.type == FieldType.MULTISELECT else "; ".join(chosen)


def _example(field: OwnField) -> str:
    return str(field.options[0]["name"]) if field.options else EXAMPLES.get(FieldType(field.type), "")
