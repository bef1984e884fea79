"""How somebody wants their mails."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from adjoin.notifications.models import Digest, Others


class PreferenceForm(forms.Form):
    """How often."""

    digest = forms.ChoiceField(
        label=_("Mails about tickets"), choices=Digest.choices, required=False, widget=forms.RadioSelect
    )


class OwnMailForm(forms.Form):
    """How an end user hears of requests."""

    digest = forms.ChoiceField(
        label=_("Your own requests"),
        choices=[choice for choice in Digest.choices if choice[0] != Digest.HOURLY],
        required=False,
        widget=forms.RadioSelect,
    )
    others = forms.ChoiceField(
        label=_("Requests of others"),
        help_text=_("Those you are copied on, and those of your organizations that you follow."),
        choices=Others.choices,
        required=False,
        widget=forms.RadioSelect,
    )
