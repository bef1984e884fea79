"""What people type about a field of tickets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from adjoin.administration import refusals
from adjoin.fields.models import TicketField, TicketFieldOption
from adjoin.fields.terms import Target, TicketFieldType
from adjoin.kernel.errors import DeskError

DEFAULT, TAG = "*", "|"  # how a line of choices says which one is the default, and what its tag is
OWN = {  # what only some types have
    "options": (TicketFieldType.TAGGER, TicketFieldType.MULTISELECT),
    "pattern": (TicketFieldType.REGEXP,),
    "tag": (TicketFieldType.CHECKBOX,),
    "target": (TicketFieldType.LOOKUP,),
}
IN_PORTAL = ("nothing", "see", "edit", "require")  # what end users do with it, each more than the one before
SWITCHES = ("is_required", "is_active")
_KEYS = {
    "custom_field_options": "options",
    "regexp_for_validation": "pattern",
    "relationship_target_type": "target",
    **dict.fromkeys(("visible_in_portal", "editable_in_portal", "required_in_portal"), "in_portal"),
}


class FieldForm(forms.Form):
    """A field's words, its choices, and who does what with it. Its type is settled before."""

    title = forms.CharField(max_length=200, error_messages={"required": "Give it a title."})
    options = forms.CharField(
        label="Choices",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text="Each on a line. Its tag comes after a |, and is made from the name without one. A * before the name "
        "makes it the one that new tickets begin with.",
    )
    pattern = forms.CharField(
        label="Form of the text", max_length=500, help_text="A regular expression, as [A-Z]{2}-[0-9]{1,8}"
    )
    tag = forms.CharField(
        required=False, max_length=255, help_text="What a ticked box puts on the ticket, so that rules can ask for it."
    )
    target = forms.ChoiceField(label="Points at", choices=Target.choices)
    agent_description = forms.CharField(label="Hint for agents", required=False, max_length=2000)
    is_required = forms.BooleanField(label="Agents need it to solve a ticket", required=False)
    in_portal = forms.ChoiceField(
        label="End users",
        choices=[
            ("nothing", "Never see it"),
            ("see", "See it on their requests"),
            ("edit", "See it, and can fill it in when they ask"),
            ("require", "Must fill it in when they ask"),
        ],
        initial="nothing",
        widget=forms.RadioSelect,
    )
    title_in_portal = forms.CharField(
        label="Title for end users", required=False, max_length=200, help_text="Empty: the same as for agents."
    )
    description = forms.CharField(label="Hint for end users", required=False, max_length=2000)
    is_active = forms.BooleanField(
        label="In use", required=False, initial=True, help_text="Out of use it is hidden, and tickets keep its values."
    )

    def __init__(self, *args: Any, type: str, field: TicketField | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type = type
        for name in [name for name, types in OWN.items() if type not in types]:
            del self.fields[name]
        if type == TicketFieldType.LOOKUP or (field is not None and field.is_system):
            del self.fields["in_portal"]
        if field is not None and field.is_system:
            del self.fields["is_required"], self.fields["is_active"]
        if field is not None:
            self.initial = _initial(field)

    def columns(self) -> dict[str, Any]:
        """What a form that is valid says, as the actions take it."""
        said = dict(self.cleaned_data)
        if "options" in said:
            said["options"] = _read(said["options"])
        if "in_portal" in said:
            reach = IN_PORTAL.index(said.pop("in_portal"))
            said |= {
                "visible_in_portal": reach > 0,
                "editable_in_portal": reach > 1,
                "required_in_portal": reach > 2,
            }
        return said

    def explain(self, error: DeskError) -> None:
        """Show a refusal where it belongs."""
        refusals.explain(self, error, _KEYS)


def _initial(field: TicketField) -> dict[str, Any]:
    names = (*SWITCHES, "title", "pattern", "tag", "target", "agent_description", "description")
    reach = sum((field.visible_in_portal, field.editable_in_portal, field.required_in_portal))
    return {
        **{name: getattr(field, name) for name in names},
        "title_in_portal": field.title_in_portal if field.title_in_portal != field.title else "",
        "in_portal": IN_PORTAL[reach],
        "options": _written(field.options.all()),
    }


def _written(options: Iterable[TicketFieldOption]) -> str:
    return "\n".join(f"{DEFAULT if one.is_default else ''}{one.name} {TAG} {one.value}" for one in options)


def _read(text: str) -> list[dict[str, Any]]:
    """Lines of choices, each with its name, its tag and whether it is the default."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _, value = line.removeprefix(DEFAULT).rpartition(TAG) if TAG in line else (line.lstrip(DEFAULT), "", "")
        found.append({"name": name.strip(), "value": value.strip(), "default": line.startswith(DEFAULT)})
    return found
