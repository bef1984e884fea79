"""What the help center's front page shows of articles, and in which language."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from adjoin.kernel import languages
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.knowledge import queries
from adjoin.knowledge.terms import SOURCE_LOCALE
from adjoin.knowledge.terms import locale as as_locale


def front_page(request: DeskRequest, locale: str) -> dict[str, Any]:
    """The categories and promoted articles for whoever asks."""
    actor, brand = request.actor, request.brand
    return {
        "locale": locale,
        "categories": queries.categories(actor, brand, locale),
        "promoted": queries.promoted(actor, brand, locale),
    }


def of_address(request: DeskRequest) -> str:
    """The locale of the front page: the address's own where articles are in it, else the language that is spoken."""
    asked, language = request.path.lower().split("/")[2:3], translation.get_language() or SOURCE_LOCALE
    is_other = asked and asked[0] != language and queries.is_spoken(request.actor, request.brand, asked[0])
    return asked[0] if is_other else language


def spoken(request: DeskRequest, asked: str) -> str:
    """The language of an address. Raises `NotFound` for one in which there are neither words of ours nor
    articles for whoever asks."""
    try:
        found = as_locale(asked)
    except Invalid as error:
        raise NotFound from error
    if languages.of_locale(found) != found and not queries.is_spoken(request.actor, request.brand, found):
        raise NotFound
    return found
