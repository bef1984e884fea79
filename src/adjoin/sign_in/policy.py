"""Which ways of signing in are open, separately for the team and for end users."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from adjoin.kernel import record
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.people.models import User
from adjoin.sign_in.models import SignInPolicy
from adjoin.sign_in.terms import Method, SecondFactor

OWN_METHODS = (Method.PASSWORD, Method.LINK, Method.PASSKEY)  # the others are providers, each with a switch of its own


def current() -> SignInPolicy:
    """The account's decisions; their defaults where nobody has changed any."""
    return SignInPolicy.objects.filter(pk=1).first() or SignInPolicy()


@transaction.atomic
def change(*, now: datetime, **fields: Any) -> SignInPolicy:
    """The decisions with these values. Raises `Invalid` for an unknown one."""
    SignInPolicy.objects.get_or_create(pk=1)
    row = SignInPolicy.objects.select_for_update().get(pk=1)
    if fields.get("second_factor", "") not in SecondFactor.values:
        raise Invalid.field("second_factor", say("Second factor: choose nobody, admins or team"))
    changes = record.differences(row, fields)
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    record.changed(Did.UPDATED, "sign_in_settings", row.pk, "Signing in", now=now, **changes)
    return row


def allows(user: User, method: str) -> bool:
    """Whether that person may sign in this way. The owner always may with their password: somebody has to be able to
    mend what was decided here."""
    if method not in OWN_METHODS:
        return True  # the provider was asked whether it is for them
    if user.is_owner and method == Method.PASSWORD:
        return True
    return bool(getattr(current(), f"{'team' if user.is_agent else 'end_user'}_{method}"))


def is_offered(row: SignInPolicy, method: str) -> bool:
    """Whether anybody may sign in this way."""
    return bool(getattr(row, f"team_{method}") or getattr(row, f"end_user_{method}"))


def requires_second_factor(user: User) -> bool:
    """Whether that person has to have a second factor."""
    wanted = current().second_factor
    return user.is_admin if wanted == SecondFactor.ADMINS else wanted == SecondFactor.TEAM and user.is_agent


def has_second_factor(user: User) -> bool:
    """Whether that person has one; recovery codes alone are none."""
    return bool(Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def api_password_is_enough(user: User) -> bool:
    """Whether a program may act as them with nothing but their password. With a second factor it needs a token."""
    return allows(user, Method.PASSWORD) and not has_second_factor(user) and not requires_second_factor(user)
