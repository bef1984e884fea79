"""The language a request is answered in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from adjoin.kernel import languages
from adjoin.project.middleware.errors import Handler, speaks_json


def language(get_response: Handler) -> Handler:
    """Speaks the language of the address, else the person's own, else one their browser takes, else the brand's.

    Programs are answered in English unless they say `Accept-Language` themselves: they compare words."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if speaks_json(request):
            asked = languages.of_browser(request.headers.get("Accept-Language", ""))
            with translation.override(asked or languages.FIRST):
                return get_response(request)
        with translation.override(_language_of(request)):
            return get_response(request)

    return middleware


def _language_of(request: HttpRequest) -> str:
    brand = getattr(request, "brand", None)  # None outside of any account, where nobody has signed in
    return (
        languages.of_path(request.path)
        or (brand and languages.of_locale(getattr(request.user, "locale", "")))
        or languages.of_locale(request.COOKIES.get(languages.COOKIE, "")[:12])
        or languages.of_browser(request.headers.get("Accept-Language", ""))
        or (brand and languages.of_locale(brand.locale))
        or languages.FIRST
    )
