"""How allauth behaves here: who may sign in in which way, and what is noted of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from allauth.account import app_settings
from allauth.account.internal.flows.login import clear_authentication_records, get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from adjoin.accounts import current
from adjoin.kernel import record, sealing
from adjoin.kernel.record import Did
from adjoin.kernel.requests import client_address
from adjoin.people.allauth_adapter import AccountAdapter as PeopleAdapter
from adjoin.people.models import User
from adjoin.sign_in import devices, enrolment, policy, vouching
from adjoin.sign_in.terms import Method

if TYPE_CHECKING:
    from adjoin.kernel.requests import DeskRequest

NOT_SO = _("You cannot sign in this way here. Choose another one.")


class AccountAdapter(PeopleAdapter):
    """Asked whenever somebody signs in, whichever way they came."""

    error_messages = {
        **PeopleAdapter.error_messages,
        "rate_limited": _("Too many tries. Wait five minutes, then try again."),
    }

    def pre_login(self, request: DeskRequest, user: AbstractBaseUser, **how: Any) -> HttpResponse | None:
        """Turn away who may not sign in, or not this way, before anything is asked of them."""
        answer: HttpResponse | None = super().pre_login(request, user, **how)
        if answer is None and not (isinstance(user, User) and _may_come(request, user)):
            clear_login(request)
            clear_authentication_records(request)
            messages.error(request, NOT_SO)
            answer = redirect("account_login")
        return answer

    def login(self, request: DeskRequest, user: AbstractBaseUser) -> None:
        super().login(request, user)
        if not isinstance(user, User):
            return
        said = vouching.said(request, user)
        devices.begin(
            request.session,
            user=user,
            method=method_of(request, user),
            host=request.get_host().partition(":")[0],
            agent=request.headers.get("User-Agent", ""),
            address=client_address(request),
            now=timezone.now(),
            provider_id=said.get("provider"),
            name_id=said.get("name_id", ""),
            session_index=said.get("session_index", ""),
        )
        enrolment.begin(request.session, user, is_done_elsewhere=bool(said.get("did_second_factor")))

    def is_reauthentication_required(self, *, app: str, **how: Any) -> bool:
        """Nobody is asked again within the first minutes."""
        records = get_authentication_records(self.request, self.request.user)
        fresh = records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT
        return not fresh and bool(super().is_reauthentication_required(app=app, **how))

    def get_login_stages(self) -> list[str]:
        """Our second factor is asked for after every way of signing in, in our own words."""
        ours = {"allauth.mfa.stages.AuthenticateStage": "adjoin.sign_in.vouching.SecondFactorStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]


class SecondFactors(DefaultMFAAdapter):
    """Secrets are sealed, changes are recorded, and who has to have a second factor keeps the last one."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("That code is not right, or has been used. Wait for the next one."),
        "cannot_delete_authenticator": _("Your role needs a second factor. Add another one before you take this away."),
    }

    def encrypt(self, text: str) -> str:
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text)

    def _get_site_name(self) -> str:
        return current.account().name

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether there is another one, or none is needed."""
        others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
        has_other = others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
        return has_other or not policy.requires_second_factor(authenticator.user)

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return "Passkey" if not count else f"Passkey {count + 1}"

    def send_notification_mail(self, template_prefix: str, user: AbstractBaseUser, *args: Any, **kwargs: Any) -> None:
        record_change(user, template_prefix)

    def is_mfa_enabled(self, user: AbstractBaseUser, types: Any = None) -> bool:
        return bool(super().is_mfa_enabled(user, types=types))


def record_change(user: AbstractBaseUser, template_prefix: str) -> None:
    """Have it recorded that a second factor of an agent came or went: allauth tells of each by the name of a mail."""
    if isinstance(user, User) and user.is_agent:
        what, _, did = template_prefix.rpartition("/")[2].rpartition("_")
        told = {f"second_factor_{what}": (None, did)}
        record.changed(Did.UPDATED, "user", user.pk, user.name, now=timezone.now(), **told)


def method_of(request: DeskRequest, user: User) -> str:
    """How they have just signed in."""
    for found in get_authentication_records(request, user):
        if found.get("passwordless"):
            return Method.PASSKEY
        if found["method"] in Method.values:
            return str(found["method"])
    return Method.PASSWORD


def _may_come(request: DeskRequest, user: User) -> bool:
    barred = not user.is_active or user.is_suspended or user.is_placeholder
    return not barred and policy.allows(user, method_of(request, user))
