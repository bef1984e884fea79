"""A refusal shown beside the field of a form that it is about."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms

from adjoin.kernel.errors import DeskError, Invalid


def explain(form: forms.Form, error: DeskError, renamed: Mapping[str, str]) -> None:
    """Put each sentence where it belongs, or above the form. `renamed` are keys that the form calls otherwise."""
    if not isinstance(error, Invalid):
        form.add_error(None, str(error))
        return
    for name, problems in error.details.items():
        known = next((one for one in (renamed.get(name, name),) if one in form.fields), None)
        for _, sentence in problems:
            words = sentence.partition(": ")[2] if known and ": " in sentence else sentence
            form.add_error(known, words[:1].upper() + words[1:] + ("" if words.endswith(".") else "."))
