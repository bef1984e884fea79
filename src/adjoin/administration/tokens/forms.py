"""What people choose for a new API token."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjoin.people import scopes

LASTS = (("30", _("30 days")), ("90", _("90 days")), ("365", _("A year")), ("", _("Until it is revoked")))
EVERYTHING, READING, CHOSEN = "everything", "read", "chosen"
REACHES = (
    (EVERYTHING, _("Everything that I may do")),
    (READING, _("Only reading what I may read")),
    (CHOSEN, _("Only what is ticked here")),
)
EACH = tuple(
    (f"{resource}:{verb}", f"{verb.capitalize()} {scopes_word}")
    for resource, scopes_word in (
        ("tickets", "tickets"),
        ("users", "people"),
        ("organizations", "organizations"),
        ("requests", _("own requests")),
    )
    for verb in scopes.VERBS
)


class TokenForm(forms.Form):
    """A name, what it may be used for, and how long."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_("Where it will be used, so that you know later which one to revoke."),
    )
    reach = forms.ChoiceField(
        label=_("What it may be used for"), choices=REACHES, initial=EVERYTHING, widget=forms.RadioSelect
    )
    scopes = forms.MultipleChoiceField(
        label=_("Which"), choices=EACH, required=False, widget=forms.CheckboxSelectMultiple
    )
    lasts = forms.ChoiceField(label=_("Lasts for"), choices=LASTS, initial="365", required=False)

    def clean(self) -> None:
        """Raises for a token that may be used for nothing."""
        super().clean()
        if self.cleaned_data.get("reach") == CHOSEN and not self.cleaned_data.get("scopes"):
            self.add_error("scopes", gettext("Tick at least one thing that the token may be used for."))

    def chosen_scopes(self) -> list[str]:
        """The scopes of a form that is valid; none for everything."""
        reach: str = self.cleaned_data["reach"]
        return {EVERYTHING: [], READING: ["read"]}.get(reach, list(self.cleaned_data["scopes"]))

    def lifetime(self) -> timedelta | None:
        """How long; None until it is revoked."""
        days = self.cleaned_data["lasts"]
        return timedelta(days=int(days)) if days else None
