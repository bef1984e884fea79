"""What people type about a field of people or organizations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adjoin.administration import refusals
from adjoin.administration.ticket_fields.choice_rows import Row, RowsField
from adjoin.kernel.errors import DeskError
from adjoin.kernel.field_values import Target
from adjoin.people.models import OwnField
from adjoin.people.terms import FieldType

OWN = {  # what only some types have
    "options": FieldType.with_options(),
    "pattern": (FieldType.REGEXP,),
    "tag": (FieldType.CHECKBOX,),
    "target": (FieldType.LOOKUP,),
}
_KEYS = {"custom_field_options": "options", "regexp_for_validation": "pattern", "relationship_target_type": "target"}


class FieldForm(forms.Form):
    """A field's words, choices and state. Its type is settled before, and its key once it is there."""

    title = forms.CharField(label=_("Title"), max_length=200, error_messages={"required": _("Give it a title.")})
    key = forms.CharField(
        label=_("Key"),
        max_length=100,
        required=False,
        help_text=_("How rules and programs call it. Empty: made from the title. It stays as it is."),
    )
    options = RowsField(label=_("Choices"))
    pattern = forms.CharField(
        label=_("Form of the text"), max_length=500, help_text=_("A regular expression, as [A-Z]{2}-[0-9]{1,8}")
    )
    tag = forms.CharField(
        label=_("Tag"), required=False, max_length=255, help_text=_("What a ticked box gives to who has it.")
    )
    target = forms.ChoiceField(label=_("Points at"), choices=Target.choices)
    description = forms.CharField(label=_("Hint"), required=False, max_length=1000)
    is_active = forms.BooleanField(
        label=_("In use"), required=False, initial=True, help_text=_("Out of use it is hidden, and keeps its values.")
    )

    def __init__(self, *args: Any, type: str, field: OwnField | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in [name for name, types in OWN.items() if type not in types]:
            del self.fields[name]
        if field is None:
            self.initial = {"options": [Row(), Row()]}
            return
        for name in ("key", "target"):  # chosen once
            self.fields.pop(name, None)
        names = ("title", "description", "pattern", "tag", "is_active")
        options = [Row(one["name"], one["value"], one["id"]) for one in field.options]
        self.initial = {**{name: getattr(field, name) for name in names}, "options": options}

    def columns(self) -> dict[str, Any]:
        """What a form that is valid says, as the actions take it."""
        said = dict(self.cleaned_data)
        if "options" in said:
            said["options"] = [{**one, "value": one["value"] or one["name"]} for one in said["options"]]
        if "key" in said:
            said["key"] = said["key"] or _key_of(said["title"])
        return said

    def explain(self, error: DeskError) -> None:
        """Show a refusal where it belongs."""
        refusals.explain(self, error, _KEYS)


def _key_of(title: str) -> str:
    """`Customer no. (old)` becomes `customer_no_old`."""
    words = "".join(one if one.isascii() and one.isalnum() else " " for one in title.lower()).split()
    key = "_".join(words)[:90]
    return key if key[:1].isalpha() else f"field_{key}"
