"""What people type about themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account import forms as allauth
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from adjoin.people import reset

if TYPE_CHECKING:
    from adjoin.kernel.requests import DeskRequest


class _Plain:
    """Labels and hints in our words; placeholders vanish when one types, so there are none."""

    labels: ClassVar[dict[str, str | Promise]] = {}
    first: ClassVar[str] = ""  # the field where the cursor starts

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields  # type: ignore[attr-defined]
        for name, field in fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""
            field.label = self.labels.get(name, field.label)
        fields[self.first].widget.attrs["autofocus"] = True


class LoginForm(_Plain, allauth.LoginForm):
    """An address and a password."""

    labels = {"login": _("Email address"), "password": _("Password")}
    first = "login"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class ResetPasswordForm(_Plain, allauth.ResetPasswordForm):
    """An address to send a link to. Looks nobody up, so that all addresses are the same to it."""

    labels = {"email": _("Email address")}
    first = "email"

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def save(self, request: DeskRequest, **kwargs: Any) -> str:
        email = str(self.cleaned_data["email"])
        brand, language = request.brand, get_language() or ""
        reset.send_reset_link.defer(email=email, host=brand.host, name=brand.name, language=language)
        return email


class NewPasswordForm(_Plain, allauth.ResetPasswordKeyForm):
    """A new password, for somebody who came by a link."""

    labels = {"password1": _("New password"), "password2": _("New password once more")}
    first = "password1"


class ChangePasswordForm(_Plain, allauth.ChangePasswordForm):
    """A new password, for somebody who knows their old one."""

    labels = {"oldpassword": _("Current password"), **NewPasswordForm.labels}
    first = "oldpassword"


class ResetLinkForm(allauth.UserTokenForm):
    """Whether a link's person and key belong together."""

    token_generator = reset.Tokens()
