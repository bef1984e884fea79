"""What people type who have not signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjoin.help_center import file_limits
from adjoin.help_center.choosing import Offer
from adjoin.help_center.forms import RequestForm
from adjoin.satisfaction import reasons
from adjoin.satisfaction.terms import Reason, Score
from adjoin.suspended.files import KINDS

if TYPE_CHECKING:
    from adjoin.satisfaction.models import SatisfactionRating


class _Self(forms.Form):
    """Who somebody says they are."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=255,
        error_messages={"required": _("Say what to call you.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your email address"),
        max_length=254,
        error_messages={"required": _("Give an email address."), "invalid": _("That is no email address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "off"}),
    )


class StrangerForm(RequestForm, _Self):
    """A request of somebody who has not signed in: few files, and nobody is copied."""

    field_order = ["name", "email", "subject", "body", "attachments"]

    def __init__(self, *args: Any, **about: Any) -> None:
        super().__init__(*args, organizations=Offer([], 0), has_viewers=False, **about)
        self.fields["attachments"].help_text = file_limits.hint_for_strangers()
        self.fields["attachments"].widget.attrs["accept"] = ",".join(sorted(KINDS))

    @property
    def limits(self) -> dict[str, str]:
        """Less than for people who have signed in."""
        return file_limits.of_strangers()

    def lament_lost_files(self) -> None:
        """Say that files have to be chosen again: nothing of a stranger's is kept before the whole can be."""
        if self.cleaned_data.get("attachments") and "attachments" not in self.errors:
            self.add_error("attachments", gettext("Choose your files again."))


class RegisterForm(_Self):
    """Somebody who wants to come in."""


class FirstPasswordForm(forms.Form):
    """The last step: one's name, and a password where people sign in with one."""

    name = _Self.base_fields["name"]
    password = forms.CharField(
        label=_("Choose a password"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least eight characters, and not one that everybody uses."),
    )

    def __init__(self, *args: Any, has_password: bool, **how: Any) -> None:
        super().__init__(*args, **how)
        if not has_password:
            del self.fields["password"]

    def clean_password(self) -> str:
        """The password; raises for a weak one."""
        password = str(self.cleaned_data["password"])
        password_validation.validate_password(password)
        return password


class RatingForm(forms.Form):
    """How somebody was helped."""

    score = forms.ChoiceField(
        label=_("How were you helped?"),
        choices=[(one.value, one.label) for one in Score.given()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    reason = forms.TypedChoiceField(label=_("If it was bad, why?"), required=False, coerce=int)
    comment = forms.CharField(
        label=_("Anything to add?"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **how: Any) -> None:
        super().__init__(*args, **how)
        reason, choices = self.fields["reason"], reasons.choices(also=self.initial.get("reason") or Reason.NONE)
        if isinstance(reason, forms.ChoiceField) and choices:
            reason.choices = choices
        else:  # the account asks for none
            del self.fields["reason"]

    @staticmethod
    def kept(rating: SatisfactionRating | None) -> dict[str, Any]:
        """What the form begins with: what was said before, if anything."""
        if rating is None or rating.score not in Score.given():
            return {}
        return {"score": rating.score, "reason": rating.reason, "comment": rating.comment}

    def clean_reason(self) -> int:
        """Its number; nothing chosen is no reason."""
        return int(self.cleaned_data["reason"] or Reason.NONE)
