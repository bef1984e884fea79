"""How somebody wants their mails."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from adjoin.notifications.models import Digest


class PreferenceForm(forms.Form):
    """How often."""

    digest = forms.ChoiceField(
        label=_("Mails about tickets"), choices=Digest.choices, required=False, widget=forms.RadioSelect
    )
