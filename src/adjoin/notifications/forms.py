"""How somebody wants their mails."""

from __future__ import annotations

from django import forms

from adjoin.notifications.models import Digest


class PreferenceForm(forms.Form):
    """How often."""

    digest = forms.ChoiceField(
        label="Mails about tickets", choices=Digest.choices, required=False, widget=forms.RadioSelect
    )
