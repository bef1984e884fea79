"""The account's decisions, in plain words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adjoin.desk_settings.models import DeskSettings, LightAgentAccess, NewAgentBrands, UpgradedAgentBrands


class SettingsForm(forms.Form):
    """Every column of `DeskSettings`."""

    new_agent_brands = forms.ChoiceField(
        label=_("Brands of somebody new on the team"), choices=NewAgentBrands.choices, widget=forms.RadioSelect
    )
    upgraded_agent_brands = forms.ChoiceField(
        label=_("Brands of an end user who joins the team"),
        choices=UpgradedAgentBrands.choices,
        widget=forms.RadioSelect,
    )
    agents_see_own_customers = forms.BooleanField(
        label=_("Agents who are not in every brand find only their own customers"),
        required=False,
        help_text=_("People, organizations and groups of tickets they read, and agents of their brands. For partners."),
    )
    light_agent_access = forms.ChoiceField(
        label=_("Tickets that light agents and contributors read"),
        choices=LightAgentAccess.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    agents_delete_tickets = forms.BooleanField(
        label=_("Agents delete tickets"), required=False, help_text=_("Those with a custom role as that role says.")
    )
    multiple_organizations = forms.BooleanField(
        label=_("People can belong to several organizations"),
        required=False,
        help_text=_("When this is off, nobody joins a second one. Who is in several already stays there."),
    )

    end_users_make_tokens = forms.BooleanField(
        label=_("End users make API tokens for themselves"),
        required=False,
        help_text=_("A token acts as its owner and reads no more. When this is off, those there are go on working."),
    )

    def __init__(self, *args: Any, row: DeskSettings, **how: Any) -> None:
        how["initial"] = {name: getattr(row, name) for name in self.base_fields}
        super().__init__(*args, **how)

    def changes(self) -> dict[str, Any]:
        """The columns that a valid form changes."""
        return {name: self.cleaned_data[name] for name in self.changed_data}
