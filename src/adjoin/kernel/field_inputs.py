"""Inputs of forms for the fields that an account adds itself, by what they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

BOXES_MAX = 8  # choices to tick in; more are a list
_ATTRIBUTES: Mapping[str, dict[str, str]] = {
    "date": {"type": "date"},
    "integer": {"inputmode": "numeric"},
    "decimal": {"inputmode": "decimal"},
    "lookup": {"inputmode": "numeric"},
    "partialcreditcard": {"inputmode": "numeric", "autocomplete": "off"},
}


def of_type(type_: str, choices: Sequence[tuple[str, str]], told: dict[str, Any]) -> forms.Field:
    """An input for a field of that type with these choices (value and name); `told` are its label and the like."""
    match type_:
        case "checkbox":
            return forms.BooleanField(**told)
        case "tagger" | "dropdown":
            return forms.ChoiceField(**told, choices=[("", _("None")), *choices])
        case "multiselect":
            widget = forms.CheckboxSelectMultiple() if len(choices) <= BOXES_MAX else forms.SelectMultiple({"size": 6})
            return forms.MultipleChoiceField(**told, choices=choices, widget=widget)
        case "textarea":
            return forms.CharField(**told, max_length=60_000, widget=forms.Textarea({"rows": 3}))
    return forms.CharField(**told, max_length=255, widget=forms.TextInput(_ATTRIBUTES.get(type_, {})))
