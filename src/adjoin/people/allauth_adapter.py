"""How allauth behaves here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from adjoin.kernel import record
from adjoin.kernel.acting import Acting, acting
from adjoin.kernel.record import Did
from adjoin.kernel.requests import client_address
from adjoin.people import sessions
from adjoin.people.models import User

if TYPE_CHECKING:
    from adjoin.kernel.requests import DeskRequest


class AccountAdapter(DefaultAccountAdapter):
    """People are added by agents or by filing a request, so nobody signs up by themselves yet."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("That address and password do not belong together. Check both and try again."),
        "too_many_login_attempts": _("Too many tries with a wrong password. Wait five minutes, then try again."),
        "invalid_password_reset": _("This link has been used, or is older than an hour. Ask for a new one."),
        "enter_current_password": _("That is not your current password."),
        "incorrect_password": _("That is not your current password."),
    }

    def is_open_for_signup(self, request: DeskRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Whether `next` leads to a page of this very host: a path, never another site."""
        return bool(url) and str(url).startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_password_change_redirect_url(self, request: DeskRequest) -> str:
        return "/"

    def login(self, request: DeskRequest, user: AbstractBaseUser) -> None:
        super().login(request, user)
        sessions.bind(request.session, request.get_host())
        if isinstance(user, User) and user.is_agent:  # customers sign in by the thousand, and answer to nobody for it
            with acting(Acting(user_id=user.pk, name=user.name, address=client_address(request))):
                record.changed(Did.SIGNED_IN, "user", user.pk, user.name, now=timezone.now())
