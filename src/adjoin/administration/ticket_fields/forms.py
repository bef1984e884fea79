"""What people type about a field of tickets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adjoin.administration import refusals
from adjoin.administration.ticket_fields import choice_rows
from adjoin.administration.ticket_fields.choice_rows import Row, RowsField
from adjoin.fields.models import TicketField
from adjoin.fields.terms import TicketFieldType
from adjoin.kernel.errors import DeskError
from adjoin.kernel.field_values import Target

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

    title = forms.CharField(max_length=200, error_messages={"required": _("Give it a title.")})
    options = RowsField(label=_("Choices"))
    pattern = forms.CharField(
        label=_("Form of the text"), max_length=500, help_text=_("A regular expression, as [A-Z]{2}-[0-9]{1,8}")
    )
    tag = forms.CharField(
        required=False,
        max_length=255,
        help_text=_("What a ticked box puts on the ticket, so that rules can ask for it."),
    )
    target = forms.ChoiceField(label=_("Points at"), choices=Target.choices)
    agent_description = forms.CharField(label=_("Hint for agents"), required=False, max_length=2000)
    is_required = forms.BooleanField(label=_("Agents need it to solve a ticket"), required=False)
    in_portal = forms.ChoiceField(
        label=_("End users"),
        choices=[
            ("nothing", _("Never see it")),
            ("see", _("See it on their requests")),
            ("edit", _("See it, and can fill it in when they ask")),
            ("require", _("Must fill it in when they ask")),
        ],
        initial="nothing",
        widget=forms.RadioSelect,
    )
    title_in_portal = forms.CharField(
        label=_("Title for end users"), required=False, max_length=200, help_text=_("Empty: the same as for agents.")
    )
    description = forms.CharField(label=_("Hint for end users"), required=False, max_length=2000)
    is_active = forms.BooleanField(
        label=_("In use"),
        required=False,
        initial=True,
        help_text=_("Out of use it is hidden, and tickets keep its values."),
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
        self.initial = {"options": [Row(), Row()]} if field is None else _initial(field)

    def columns(self) -> dict[str, Any]:
        """What a form that is valid says, as the actions take it."""
        said = dict(self.cleaned_data)
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
        "options": choice_rows.kept(field.options.all()),
    }
