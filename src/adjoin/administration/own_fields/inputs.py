"""Inputs for what the account wants to know of a person or an organization."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django import forms

from adjoin.kernel import field_inputs
from adjoin.people.models import OwnField
from adjoin.people.terms import FieldType
from adjoin.tickets.field_inputs import LookupField

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

NAME = "field_"  # before the key of a field


def inputs(fields: Iterable[OwnField], actor: Actor, kept: Mapping[str, Any]) -> dict[str, forms.Field]:
    """By name, an input for each field. Lookups search what `actor` may look up; `kept` says what they point at."""
    return {NAME + field.key: _input(field, actor, kept) for field in fields}


def initial(fields: Iterable[OwnField], kept: Mapping[str, Any]) -> dict[str, Any]:
    """What the inputs begin with."""
    empty: dict[str, Any] = {FieldType.CHECKBOX: False, FieldType.MULTISELECT: []}
    return {NAME + field.key: kept.get(field.key, empty.get(field.type, "")) for field in fields}


def bound(form: forms.Form) -> list[forms.BoundField]:
    """Those inputs of a form."""
    return [form[name] for name in form.fields if name.startswith(NAME)]


def given(form: forms.Form) -> dict[str, Any]:
    """The values that were changed by key, as the write path takes them. What a lookup points at stays as it is, also
    where whoever saves cannot look it up."""
    names = [name for name in form.changed_data if name.startswith(NAME)]
    return {name.removeprefix(NAME): form.cleaned_data[name] for name in names}


def _input(field: OwnField, actor: Actor, kept: Mapping[str, Any]) -> forms.Field:
    told: dict[str, Any] = {"label": field.title, "help_text": field.description, "required": False}
    if field.type == FieldType.LOOKUP:
        return LookupField.pointing_at(actor, field, kept.get(field.key), told)
    return field_inputs.of_type(field.type, [(one["value"], one["name"]) for one in field.options], told)
