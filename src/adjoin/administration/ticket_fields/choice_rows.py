"""The choices of a field as rows of inputs. Works without script: each button sends the form, and nothing is saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from adjoin.fields.models import TicketFieldOption
from adjoin.kernel.api.reading import whole_number

ROWS_MAX = 2000
TAG = "|"  # in a list that is pasted: what comes after it is the tag


@dataclass
class Row:
    """One choice. `focus` is which of its inputs goes on having the keyboard: name, up, down or none."""

    name: str = ""
    value: str = ""
    id: int | None = None
    is_default: bool = False
    focus: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.name.strip() or self.value.strip())


class RowsInput(forms.Widget):
    """Reads the rows as they are after the button that was pressed."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[Row]:
        count = _number(str(data.get(f"{name}-count", ""))) or 0
        default = str(data.get(f"{name}-default", ""))
        rows = [_posted(data, f"{name}-{number}", default == str(number)) for number in range(min(count, ROWS_MAX))]
        return _pressed(str(data.get("do", "")), rows, str(data.get(f"{name}-many", "")))


class RowsField(forms.Field):
    """Rows that are not blank, cleaned to what `fields.actions` takes."""

    widget = RowsInput

    def clean(self, value: list[Row]) -> list[dict[str, Any]]:
        found = [
            {"id": row.id, "name": row.name.strip(), "value": row.value.strip(), "default": row.is_default}
            for row in value
            if not row.is_blank
        ]
        if not found:
            raise forms.ValidationError(_("Give it at least one choice."))
        return found


def kept(options: Iterable[TicketFieldOption]) -> list[Row]:
    """The rows of a field there is."""
    return [Row(one.name, one.value, one.pk, one.is_default) for one in options]


def is_only_rows(data: Mapping[str, Any]) -> bool:
    """Whether a button of the rows was pressed, and nothing is to be saved yet."""
    return str(data.get("do", "save")) != "save"


def _posted(data: Mapping[str, Any], name: str, is_default: bool) -> Row:
    return Row(
        name=str(data.get(f"{name}-name", "")),
        value=str(data.get(f"{name}-value", "")),
        id=whole_number(str(data.get(f"{name}-id", ""))),
        is_default=is_default,
    )


def _pressed(do: str, rows: list[Row], many: str) -> list[Row]:
    what, _, number = do.partition("-")
    if what == "add":
        return [*rows, Row(focus="name")]
    if what == "many":
        return [*(row for row in rows if not row.is_blank), *_of_lines(many)]
    at = _number(number)
    if at is None or at >= len(rows):
        return rows
    if what == "remove":
        rest = rows[:at] + rows[at + 1 :]
        if rest:
            rest[min(at, len(rest) - 1)].focus = "name"
        return rest
    return _moved(rows, at, what) if what in ("up", "down") else rows


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else None


def _moved(rows: list[Row], at: int, way: str) -> list[Row]:
    """The keyboard goes with the row; at an end, where it goes no further, to the button that leads back."""
    to = at - 1 if way == "up" else at + 1
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
        is_at_end = to == (0 if way == "up" else len(rows) - 1)
        rows[to].focus = way if not is_at_end else "down" if way == "up" else "up"
    return rows


def _of_lines(lines: str) -> list[Row]:
    rows = []
    for line in filter(None, map(str.strip, lines.splitlines()[:ROWS_MAX])):
        name, _, value = line.rpartition(TAG) if TAG in line else (line, "", "")
        rows.append(Row(name.strip(), value.strip()))
    return rows
