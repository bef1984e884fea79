"""What people type about end users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adjoin.administration.own_fields import inputs
from adjoin.kernel.errors import DeskError, Invalid
from adjoin.people.models import User, UserField

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

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
                known = next((one for one in (name, inputs.NAME + name) if one in self.fields), None)
                self.add_error(known, words[:1].upper() + words[1:].rstrip(".") + ".")


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

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        actor: Actor,
        person: User,
        own_fields: Sequence[UserField],
    ) -> None:
        kept = {name: getattr(person, name) for name in ("name", "phone", "external_id", "details", "notes")}
        own = inputs.initial(own_fields, person.custom_fields)
        super().__init__(data, initial={**kept, **own, "tags": " ".join(person.tags)})
        self.fields |= inputs.inputs(own_fields, actor, person.custom_fields)

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """The fields that the account has added."""
        return inputs.bound(self)

    def data_to_write(self) -> dict[str, Any]:
        """What a form that is valid says."""
        said = {name: value for name, value in self.cleaned_data.items() if not name.startswith(inputs.NAME)}
        return {**said, "user_fields": inputs.given(self)}
