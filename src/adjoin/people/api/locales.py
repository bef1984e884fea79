"""The languages there are words in, as Zendesk's clients ask for them. Anybody may: they tell of nobody."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Router, Schema

from adjoin.kernel import languages
from adjoin.kernel.api import answers, describe, reading
from adjoin.kernel.errors import NotFound
from adjoin.kernel.languages import Language
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say

router = Router(tags=["Locales"])
SINCE = "2026-01-01T00:00:00Z"  # Zendesk's clients want a moment; a language came with the program and has none


class LocaleJson(Schema):
    """A language: `name` and `native_name` in itself, `presentation_name` with the name the asker calls it."""

    url: str
    id: int
    locale: str
    name: str
    native_name: str
    presentation_name: str
    rtl: bool
    default: bool
    created_at: str
    updated_at: str


class BestLocaleJson(Schema):
    """The language that suits best; null where none of those asked about does."""

    locale: LocaleJson | None


ONE, MANY = describe.one("locale", LocaleJson), describe.many("locales", LocaleJson)


@router.get("/locales", response=MANY, operation_id="list_locales")
@router.get("/locales/public", response=MANY, operation_id="list_public_locales")
@router.get("/locales/agent", response=MANY, operation_id="list_agent_locales")
def list_locales(request: DeskRequest) -> HttpResponse:
    """Every language that can be chosen; those of agents and of everybody are the same."""
    shown = [_shown(request, one) for one in languages.offered()]
    return answers.answer({"locales": shown, "next_page": None, "previous_page": None, "count": len(shown)})


@router.get("/locales/current", response=ONE)
def show_current_locale(request: DeskRequest) -> HttpResponse:
    """What whoever asks is spoken to in."""
    return _answer(request, languages.of_person(getattr(request.user, "locale", ""), request.brand.locale))


@router.get(
    "/locales/detect_best_locale",
    response=BestLocaleJson,
    openapi_extra=describe.takes("available_locales[]"),
)
def detect_best_locale(request: DeskRequest) -> HttpResponse:
    """The one of `available_locales[]` that suits whoever asks best, by their own language, then `Accept-Language`."""
    wanted = {languages.of_locale(one) for one in request.GET.getlist("available_locales[]")} - {""}
    available = wanted or {one.code for one in languages.offered()}
    liked = (
        languages.of_locale(getattr(request.user, "locale", "")),
        *languages.all_of_browser(request.headers.get("Accept-Language", "")),
    )
    found = next((code for code in liked if code in available), "")
    return _answer(request, found) if found else answers.answer({"locale": None})


@router.get("/locales/{locale_id}", response=ONE)
def show_locale(request: DeskRequest, locale_id: str) -> HttpResponse:
    """One language, by its number or its name, such as `16` or `fr-CA`."""
    numbered = reading.whole_number(locale_id)
    code = languages.of_number(numbered) if numbered is not None else languages.of_locale(locale_id[:20])
    if not code:
        raise NotFound(say("There is no such language here."))
    return _answer(request, code)


def _answer(request: DeskRequest, code: str) -> HttpResponse:
    return answers.answer({"locale": _shown(request, next(one for one in languages.offered() if one.code == code))})


def _shown(request: DeskRequest, one: Language) -> dict[str, Any]:
    locale = languages.LOCALES.get(one.code, one.code)
    number = languages.number_of(one.code)
    return {
        "url": f"{answers.base(request)}/locales/{number}.json",
        "id": number,
        "locale": locale,
        "name": one.name,
        "native_name": one.name,
        "presentation_name": f"{locale} - {one.name}",
        "rtl": languages.is_from_right(one.code),
        "default": one.code == (languages.of_locale(request.brand.locale) or languages.FIRST),
        "created_at": SINCE,
        "updated_at": SINCE,
    }
