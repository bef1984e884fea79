"""Choosing a language: kept with whoever has signed in, and by the browser of everybody else."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from adjoin.kernel import languages
from adjoin.kernel.errors import Invalid
from adjoin.people import actions as people
from adjoin.people.models import User
from adjoin.sign_in import browser

if TYPE_CHECKING:
    from adjoin.kernel.requests import DeskRequest

KEPT_FOR = timedelta(days=365)


@require_POST
def choose(request: DeskRequest) -> HttpResponse:
    """Speak another language from now on, and go back to the page that was open, in it."""
    code = languages.of_locale(request.POST.get("language", "")[:12])
    if not code:
        raise Invalid.field("language", _("There are no words in this language."))
    back = _page_left(request)
    answer = redirect(re.sub(r"^/hc/[^/]+/", f"/hc/{code}/", back) if languages.of_path(back) else back)
    if isinstance(request.user, User):
        people.update_user(user=request.user, now=timezone.now(), locale=languages.LOCALES.get(code, code))
    is_secure = settings.SESSION_COOKIE_SECURE
    answer.set_cookie(languages.COOKIE, code, max_age=KEPT_FOR, samesite="Lax", secure=is_secure, httponly=True)
    return answer


def _page_left(request: DeskRequest) -> str:
    """The address of the page that was open, as the browser tells it; "/" if it does not.

    A field of the form would repeat on every page what its reader asked for."""
    left = urlsplit(request.headers.get("referer", ""))
    path = left._replace(scheme="", netloc="", fragment="").geturl() if left.netloc == request.get_host() else ""
    return browser.own_path(path) or "/"
