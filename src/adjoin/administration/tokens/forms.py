"""What people choose for a new API token."""

from __future__ import annotations

from datetime import timedelta

from django import forms

from adjoin.people import scopes

LASTS = (("30", "30 days"), ("90", "90 days"), ("365", "A year"), ("", "Until it is revoked"))
EVERYTHING, READING, CHOSEN = "everything", "read", "chosen"
REACHES = (
    (EVERYTHING, "Everything that I may do"),
    (READING, "Only reading what I may read"),
    (CHOSEN, "Only what is ticked here"),
)
EACH = tuple(
    (f"{resource}:{verb}", f"{verb.capitalize()} {scopes_word}")
    for resource, scopes_word in (
        ("tickets", "tickets"),
        ("users", "people"),
        ("organizations", "organizations"),
        ("requests", "own requests"),
    )
    for verb in scopes.VERBS
)


class TokenForm(forms.Form):
    """A name, what it may be used for, and how long."""

    name = forms.CharField(
        label="Name", max_length=200, help_text="Where it will be used, so that you know later which one to revoke."
    )
    reach = forms.ChoiceField(
        label="What it may be used for", choices=REACHES, initial=EVERYTHING, widget=forms.RadioSelect
    )
    scopes = forms.MultipleChoiceField(label="Which", choices=EACH, required=False, widget=forms.CheckboxSelectMultiple)
    lasts = forms.ChoiceField(label="Lasts for", choices=LASTS, initial="365", required=False)

    def clean(self) -> None:
        """Raises for a token that may be used for nothing."""
        super().clean()
        if self.cleaned_data.get("reach") == CHOSEN and not self.cleaned_data.get("scopes"):
            self.add_error("scopes", "Tick at least one thing that the token may be used for.")

    def chosen_scopes(self) -> list[str]:
        """The scopes of a form that is valid; none for everything."""
        reach: str = self.cleaned_data["reach"]
        return {EVERYTHING: [], READING: ["read"]}.get(reach, list(self.cleaned_data["scopes"]))

    def lifetime(self) -> timedelta | None:
        """How long; None until it is revoked."""
        days = self.cleaned_data["lasts"]
        return timedelta(days=int(days)) if days else None
