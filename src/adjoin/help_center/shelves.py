"""What the help center's front page shows of articles, and in which language."""

from __future__ import annotations

from typing import Any

from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.knowledge import queries
from adjoin.knowledge.terms import SOURCE_LOCALE
from adjoin.knowledge.terms import locale as as_locale

PROMOTED = 6


def front_page(request: DeskRequest, locale: str) -> dict[str, Any]:
    """The categories and promoted articles for whoever asks."""
    actor, brand = request.actor, request.brand
    return {
        "locale": locale,
        "categories": queries.tree(actor, brand, locale).categories,
        "promoted": queries.promoted(actor, brand, locale, PROMOTED),
    }


def spoken(request: DeskRequest, asked: str) -> str:
    """The language of an address. Raises `NotFound` for one in which there is nothing for whoever asks."""
    try:
        found = as_locale(asked)
    except Invalid as error:
        raise NotFound from error
    if found != SOURCE_LOCALE and not queries.is_spoken(request.actor, request.brand, found):
        raise NotFound
    return found
