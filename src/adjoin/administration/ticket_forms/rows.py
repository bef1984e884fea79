"""Conditions of a form as lines on a page: when this field has that value, show this one. One line for each child."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from adjoin.fields import choices
from adjoin.fields.models import TicketField
from adjoin.fields.terms import PARENTS, Statuses, TicketFieldType

SPARE = 3  # empty lines below those there are
LINES_MAX = 300
NEVER, ALWAYS, SOLVING = "never", "always", "solved"


@dataclass(frozen=True)
class Line:
    """One line: `when` is "12=gold", `show` the child's id, `required` never, always, or statuses with commas."""

    when: str = ""
    show: str = ""
    required: str = NEVER


@dataclass(frozen=True)
class Parent:
    """A field that lines can ask about, with what can stand for `when`."""

    title: str
    values: list[tuple[str, str]]


def parents(fields: Iterable[TicketField]) -> list[Parent]:
    """The fields with choices, and each of these as a line says it."""
    return [Parent(field.title, _values(field)) for field in fields if field.type in PARENTS]


def requirements(*, for_agents: bool, lines: Iterable[Line] = ()) -> list[tuple[str, str]]:
    """How much a line can ask for, with what the lines there are ask for already."""
    found = {NEVER: _("may be left empty"), ALWAYS: _("is required")}
    if for_agents:
        found |= {ALWAYS: _("is always required"), SOLVING: _("is required to solve")}
        found |= {
            one.required: _("is required on %(required)s") % {"required": one.required}
            for one in lines
            if one.required not in found
        }
    return list(found.items())


def written(conditions: Iterable[Mapping[str, Any]]) -> list[Line]:
    """The conditions as lines."""
    return [
        Line(f"{one['parent_field_id']}={_said(one['value'])}", str(child["id"]), _required(child))
        for one in conditions
        for child in one["child_fields"]
    ]


def read(sent: Any, name: str, fields: Sequence[TicketField], *, for_agents: bool) -> list[dict[str, Any]]:
    """The lines of a page as conditions; those half filled in are left out. `sent` has lists under `name_when`…"""
    types = {str(field.pk): field.type for field in fields}
    found: dict[str, dict[str, Any]] = {}
    columns = (sent.getlist(f"{name}_{part}")[:LINES_MAX] for part in ("when", "show", "required"))
    for when, show, required in zip(*columns, strict=False):
        parent, _, value = when.partition("=")
        if parent not in types or not (show.isascii() and show.isdecimal()):
            continue
        is_box = types[parent] == TicketFieldType.CHECKBOX
        one = found.setdefault(
            when,
            {"parent_field_id": int(parent), "value": value == "true" if is_box else value, "child_fields": []},
        )
        one["child_fields"].append(_child(int(show), required, for_agents))
    return list(found.values())


def as_sent(sent: Any, name: str) -> list[Line]:
    """The lines as they came, for a page that was refused."""
    columns = (sent.getlist(f"{name}_{part}")[:LINES_MAX] for part in ("when", "show", "required"))
    return [Line(*one) for one in zip(*columns, strict=False) if one[0] or one[1]]


def _child(pk: int, required: str, for_agents: bool) -> dict[str, Any]:
    if not for_agents or required in (NEVER, ALWAYS):
        return {"id": pk, "is_required": required == ALWAYS}
    return {
        "id": pk,
        "is_required": True,
        "required_on_statuses": {"type": str(Statuses.SOME), "statuses": required.split(",")},
    }


def _required(child: Mapping[str, Any]) -> str:
    on = child.get("required_on_statuses") or {}
    if on.get("type") == Statuses.SOME:
        return ",".join(on.get("statuses", ()))
    is_required = on["type"] == Statuses.ALL if on else child.get("is_required")
    return ALWAYS if is_required else NEVER


def _said(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _values(field: TicketField) -> list[tuple[str, str]]:
    if field.type == TicketFieldType.CHECKBOX:
        return [(f"{field.pk}=true", _("Yes")), (f"{field.pk}=false", _("No"))]
    if field.is_system:
        return [(f"{field.pk}={value}", name) for value, name in choices.of(field.type)]
    return [(f"{field.pk}={option.value}", option.name) for option in field.options.all()]
