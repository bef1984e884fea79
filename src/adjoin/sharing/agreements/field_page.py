"""The page on which ticket fields are matched: ours on the left, what the partner calls them on the right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adjoin.sharing.crossing import gathering
from adjoin.sharing.models import SharingAgreement
from adjoin.sharing.terms import Happened

LEFT_OUT_SHOWN = 10


@dataclass(frozen=True)
class OptionRow:
    """One choice of a field here, and the tag it has there."""

    name: str
    value: str
    key: str  # of its input
    theirs: str


@dataclass(frozen=True)
class FieldRow:
    """One field here, and its title there; the same title where nothing is said."""

    title: str
    kind: str
    key: str
    theirs: str
    is_mapped: bool
    options: list[OptionRow]


def rows(agreement: SharingAgreement) -> list[FieldRow]:
    """Every field of ours that can cross, mapped ones first. Two queries."""
    mapped = {row["ours"].casefold(): row for row in agreement.field_map}
    found = []
    for field in gathering.crossing_fields():
        row = mapped.get(field.title.casefold(), {})
        options = [
            OptionRow(
                name=option.name,
                value=option.value,
                key=f"option_{option.pk}",
                theirs=row.get("options", {}).get(option.value, ""),
            )
            for option in (field.options.all() if field.has_options else ())
        ]
        found.append(
            FieldRow(
                title=field.title,
                kind=field.get_type_display(),
                key=f"field_{field.pk}",
                theirs=row.get("theirs", ""),
                is_mapped=bool(row),
                options=options,
            )
        )
    return sorted(found, key=lambda one: not one.is_mapped)


def field_map(agreement: SharingAgreement, typed: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """The map that was typed: fields whose title or options differ there."""
    found: list[dict[str, Any]] = []
    for row in rows(agreement):
        theirs = str(typed.get(row.key, "")).strip()
        options = {one.value: tag for one in row.options if (tag := str(typed.get(one.key, "")).strip().lower())}
        if theirs or options:
            found.append({"ours": row.title, "theirs": theirs or row.title, "options": options})
    return tuple(found)


def left_out(agreement: SharingAgreement) -> list[str]:
    """What the partner sent lately that fits nothing here, in words."""
    events = agreement.events.filter(kind=Happened.LEFT_OUT, words__contains="the fields ").order_by("-pk")
    return list(events.values_list("words", flat=True)[:LEFT_OUT_SHOWN])
