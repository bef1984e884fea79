"""What people type about a ticket form: its words, its brands, its fields in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adjoin.administration import refusals
from adjoin.brands.models import Brand
from adjoin.fields.models import TicketField, TicketForm
from adjoin.kernel.errors import DeskError

PLACE = "place_"  # before a field's id: its place in the form, empty where the form does not have it
_KEYS = {"restricted_brand_ids": "brands", "active": "is_active"}


class FormForm(forms.Form):
    """A form's words and where it is offered. The places of its fields are inputs of their own, for any number."""

    name = forms.CharField(
        label=_("Name for agents"), max_length=200, error_messages={"required": _("Give it a name.")}
    )
    display_name = forms.CharField(
        label=_("Name for end users"), required=False, max_length=200, help_text=_("Empty: the same as for agents.")
    )
    end_user_visible = forms.BooleanField(label=_("End users can choose it"), required=False, initial=True)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)
    in_all_brands = forms.ChoiceField(
        label=_("Brands"),
        choices=[("yes", _("In all brands")), ("no", _("Only in these"))],
        initial="yes",
        widget=forms.RadioSelect,
    )
    brands = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    requires_brand = forms.BooleanField(
        label=_("Its tickets need a brand"),
        required=False,
        help_text=_(
            "People are refused to take the brand away. What mail and rules do falls back to the default form."
        ),
    )

    def __init__(self, *args: Any, form: TicketForm | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        brands = Brand.objects.order_by("-is_default", "name")
        assert isinstance(self.fields["brands"], forms.MultipleChoiceField)
        self.fields["brands"].choices = [(str(brand.pk), brand.name) for brand in brands]
        if form is not None:
            self.initial = _initial(form)
        if form is not None and form.is_default:
            del self.fields["is_active"], self.fields["in_all_brands"], self.fields["brands"]

    def columns(self) -> dict[str, Any]:
        """What a form that is valid says, as the actions take it."""
        said = dict(self.cleaned_data)
        if "in_all_brands" in said:
            said["in_all_brands"] = said["in_all_brands"] == "yes"
            said["brand_ids"] = [int(pk) for pk in said.pop("brands")]
        return said

    def explain(self, error: DeskError) -> None:
        """Show a refusal where it belongs."""
        refusals.explain(self, error, _KEYS)


def places(sent: Mapping[str, str], fields: Sequence[TicketField]) -> list[int]:
    """The ids of the fields that got a place, in the order of their places; the same place: in the order shown."""
    given = {field.pk: sent.get(f"{PLACE}{field.pk}", "").strip() for field in fields}
    numbers = {pk: int(text) for pk, text in given.items() if text.isascii() and text.isdecimal() and len(text) < 10}
    return sorted(numbers, key=lambda pk: numbers[pk])


def _initial(form: TicketForm) -> dict[str, Any]:
    names = ("name", "end_user_visible", "is_active", "requires_brand")
    return {
        **{name: getattr(form, name) for name in names},
        "display_name": form.display_name if form.display_name != form.name else "",
        "in_all_brands": "yes" if form.in_all_brands else "no",
        "brands": [str(pk) for pk in form.brands.values_list("pk", flat=True)],
    }
