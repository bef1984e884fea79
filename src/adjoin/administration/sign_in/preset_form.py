"""Adding a provider whose address we know."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from adjoin.sign_in.presets import Preset


class PresetForm(forms.Form):
    """A provider whose address we know: what is asked is only what it gave its own client."""

    client_id = forms.CharField(label=_("Client id"), max_length=500)
    secret = forms.CharField(
        label=_("Client secret"),
        max_length=2000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept sealed, and never shown."),
    )
    tenant = forms.CharField(
        label=_("Tenant"),
        max_length=253,
        help_text=_("The id of your directory. Tenants of everybody (common, organizations) are not taken."),
    )

    def __init__(self, *args: Any, preset: Preset, **how: Any) -> None:
        super().__init__(*args, **how)
        self.preset = preset
        if not preset.asks_tenant:
            del self.fields["tenant"]

    def clean_tenant(self) -> str:
        """A tenant's id: that of one directory."""
        try:
            return str(UUID(str(self.cleaned_data["tenant"]).strip()))
        except ValueError as error:
            raise forms.ValidationError(_("Give the id of a directory: 32 digits and letters.")) from error

    def fields_given(self) -> dict[str, Any]:
        """What a valid form says, by column."""
        given = dict(self.cleaned_data)
        issuer = self.preset.issuer.format(tenant=given.pop("tenant", ""))
        return {**self.preset.columns, **given, "issuer": issuer}
