"""What people type to sign in without a password."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_NEXT = 2000


class LinkForm(forms.Form):
    """An address to send a link to. Looks nobody up, so that all addresses are the same to it."""

    email = forms.EmailField(
        label=_("Email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    next = forms.CharField(required=False, max_length=LONGEST_NEXT, widget=forms.HiddenInput)

    def clean_email(self) -> str:
        """The address as we keep it."""
        return str(self.cleaned_data["email"]).strip().lower()


class _Code:
    """A code field without a placeholder, with the cursor in it and figures on the keyboard of a phone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]  # type: ignore[attr-defined]
        field.label = _("Code")
        field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}


class CodeForm(_Code, AuthenticateForm):
    """A code of the app or a recovery code, at sign-in."""


class CodeAgainForm(_Code, ReauthenticateForm):
    """The same, from somebody who is signed in."""


class AppForm(_Code, ActivateTOTPForm):
    """The first code of an app."""
