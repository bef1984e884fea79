"""Knowing the browser that began something again when it comes back, before anybody has signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from adjoin.kernel import ids

if TYPE_CHECKING:
    from adjoin.kernel.requests import DeskRequest

COOKIE = "adjoin_browser"
LASTS_SECONDS = 3600


def digest_of(request: DeskRequest) -> str:
    """The digest of the browser's secret, "" for one that has none."""
    secret = request.COOKIES.get(COOKIE, "")
    return ids.digest(secret) if secret else ""


def remember(request: DeskRequest, answer: HttpResponse, secret: str) -> None:
    """Have the browser keep `secret` for an hour, at this host."""
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=LASTS_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        path="/",
    )


def secret_of(request: DeskRequest) -> str:
    """The secret it has, or a new one to `remember`."""
    return request.COOKIES.get(COOKIE, "") or ids.new_secret()


def own_path(asked: str | None) -> str:
    """`asked` where it is a path of this very host, else ""."""
    asked = asked or ""
    is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours and len(asked) <= 2000 else ""
