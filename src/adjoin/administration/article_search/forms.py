"""Which model articles are found by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjoin.knowledge.terms import MeaningSource

if TYPE_CHECKING:
    from adjoin.knowledge.models import Meaning


class MeaningForm(forms.Form):
    """The choice, and where an endpoint is. The key that is kept is never shown: an empty field leaves it."""

    source = forms.ChoiceField(label=_("Model"), choices=MeaningSource.choices, widget=forms.RadioSelect)
    url = forms.CharField(
        label=_("Address of the server"),
        max_length=500,
        required=False,
        help_text=_("Up to /embeddings, without it: https://models.example/v1"),
    )
    model = forms.CharField(label=_("Name of the model there"), max_length=200, required=False)
    api_key = forms.CharField(
        label=_("Key"), max_length=500, required=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, row: Meaning, **how: Any) -> None:
        how["initial"] = {"source": row.source, "url": row.url, "model": row.model}
        super().__init__(*args, **how)
        if row.api_key:
            self.fields["api_key"].help_text = gettext(
                "There is one. Leave this empty to keep it, unless the server changes."
            )

    def chosen(self) -> dict[str, Any]:
        """What `actions.meaning.choose` takes."""
        return {**self.cleaned_data, "api_key": self.cleaned_data["api_key"] or None}
