"""Signing in a program: by API token, bearer token or password."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.auth import authenticate
from django.core.cache import cache
from django.db.models import Q, QuerySet

from adjoin.kernel import ids, statements
from adjoin.kernel.errors import DeskError, TooMany
from adjoin.kernel.wording import say
from adjoin.people.models import ApiToken, User

FAILURES_MAX = 20  # wrong passwords for one address in a quarter of an hour
FAILURES_WINDOW_SECONDS = 900
_passwords_in_if: list[Callable[[User], bool]] = []
_LAST_USED_STEP = timedelta(minutes=1)  # `last_used_at` is kept to the minute, so reads stay reads


class BadCredentials(DeskError):
    """The header names nobody, or somebody with another secret."""

    code = "Couldn't authenticate you"
    status = 401

    def __init__(self, *, is_bearer: bool) -> None:
        self.is_bearer = is_bearer
        super().__init__("Couldn't authenticate you")


def let_passwords_in_if(question: Callable[[User], bool]) -> None:
    """Have a right password be enough only for people of whom `question` says so. Others use tokens."""
    if question not in _passwords_in_if:
        _passwords_in_if.append(question)


def sign_in(header: str, now: datetime) -> tuple[User, ApiToken | None]:
    """Who an `Authorization` header stands for, and the token used (None for a password).

    Raises `BadCredentials`, or `TooMany` after repeated wrong passwords."""
    scheme, _, rest = header.strip().partition(" ")
    if scheme.lower() == "bearer":
        return _by_token(rest.strip(), None, now, is_bearer=True)
    if scheme.lower() != "basic":
        raise BadCredentials(is_bearer=False)
    name, secret = _decoded(rest.strip())
    if name.endswith("/token"):
        return _by_token(secret, name.removesuffix("/token"), now, is_bearer=False)
    return _by_password(name, secret), None


def _decoded(encoded: str) -> tuple[str, str]:
    try:
        name, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise BadCredentials(is_bearer=False) from error
    if not colon or "\x00" in name + secret:
        raise BadCredentials(is_bearer=False)
    return name, secret


def _by_token(secret: str, email: str | None, now: datetime, *, is_bearer: bool) -> tuple[User, ApiToken]:
    token = next(iter(_living(ids.digest(secret), now)), None)
    if token is None or (email is not None and token.user.email != email.strip().lower()):
        raise BadCredentials(is_bearer=is_bearer)
    if not token.user.is_active or token.user.is_suspended:
        raise BadCredentials(is_bearer=is_bearer)
    if token.last_used_at is None or now - token.last_used_at > _LAST_USED_STEP:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.user, token


@statements.kept(is_prepared=True)
def _living(digest: str, now: datetime) -> QuerySet[ApiToken]:
    living = ApiToken.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)
    return living.filter(digest=digest).select_related("user")


def _by_password(email: str, password: str) -> User:
    key = f"api-login:{ids.digest(email.lower())}"
    if int(cache.get(key, 0)) >= FAILURES_MAX:
        raise TooMany(say("Too many wrong passwords. Wait a quarter of an hour."), retry_after_seconds=900)
    user = authenticate(None, username=email, password=password)
    if not isinstance(user, User) or not all(question(user) for question in _passwords_in_if):
        cache.add(key, 0, FAILURES_WINDOW_SECONDS)
        cache.incr(key)
        raise BadCredentials(is_bearer=False)
    return user
