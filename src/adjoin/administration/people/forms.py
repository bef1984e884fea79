"""What people type about end users."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adjoin.kernel.errors import DeskError, Invalid
from adjoin.people.models import User

AREA = {"rows": 3}


class _Explained(forms.Form):
    def explain(self, error: DeskError) -> None:
        """Show a refusal beside the field it is about, or above the form."""
        if not isinstance(error, Invalid):
            self.add_error(None, str(error))
            return
        for name, problems in error.details.items():
            for _code, sentence in problems:
                words = sentence.partition(": ")[2] or sentence
                self.add_error(name if name in self.fields else None, words[:1].upper() + words[1:].rstrip(".") + ".")


class NewPersonForm(_Explained):
    """Somebody who asks."""

    name = forms.CharField(max_length=255, error_messages={"required": _("Give them a name.")})
    email = forms.EmailField(
        label=_("Email address"), max_length=254, error_messages={"required": _("Give an address.")}
    )
    is_verified = forms.BooleanField(
        label=_("The address is theirs: I have checked"),
        required=False,
        help_text=_("Only then does a mail domain count."),
    )


class PersonForm(_Explained):
    """What is known of an end user, besides their address and organizations."""

    name = forms.CharField(max_length=255, error_messages={"required": _("Give them a name.")})
    phone = forms.CharField(max_length=50, required=False)
    external_id = forms.CharField(label=_("External id"), max_length=255, required=False)
    tags = forms.CharField(required=False, max_length=5000)
    details = forms.CharField(required=False, widget=forms.Textarea(attrs=AREA))
    notes = forms.CharField(required=False, widget=forms.Textarea(attrs=AREA), help_text=_("Only agents read them."))

    def __init__(self, data: Mapping[str, Any] | None = None, *, person: User) -> None:
        kept = {name: getattr(person, name) for name in ("name", "phone", "external_id", "details", "notes")}
        super().__init__(data, initial={**kept, "tags": " ".join(person.tags)})
