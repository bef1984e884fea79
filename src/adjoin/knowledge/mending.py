"""Mending slips: the words somebody may have meant, of those that stand in what they may read."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

from django.db import connection

from adjoin.knowledge import matching, slips
from adjoin.knowledge.terms import stemming

if TYPE_CHECKING:
    from adjoin.brands.models import Brand
    from adjoin.knowledge.access import Reader


def without_slips(who: Reader, brand: Brand, locale: str, words: str, *, is_nowhere: bool = False) -> str:
    """What was typed, with words of titles and labels in the place of those that stand in nothing the reader may read.

    `is_nowhere`: it is known that nothing has all of the words, so that there is no need to look for a single one.
    Only words that do stand in it come into it, so nobody is told a word of what they may not read."""
    typed = matching.looked_at(words)
    stands = _is_said_everywhere if is_nowhere and len(typed) == 1 else partial(_stands, who)
    unknown = [one for one in typed if len(one) >= slips.SHORTEST and not stands(locale, one)]
    if not unknown:
        return words
    known = slips.vocabulary(brand, locale)
    meant = {
        one: next((other for other in known.near(one.lower()) if _stands(who, locale, other)), one) for one in unknown
    }
    return " ".join(meant.get(one, one) for one in typed) if any(meant[one] != one for one in meant) else words


def _stands(who: Reader, locale: str, word: str) -> bool:
    """Whether a word is in any of the texts, or one of those like "the" that are in all."""
    return matching.stands(who, locale, stemming(locale), word) or _is_said_everywhere(locale, word)


def _is_said_everywhere(locale: str, word: str) -> bool:
    return _is_everywhere(word, stemming(locale))


@lru_cache(maxsize=2000)
def _is_everywhere(word: str, config: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT numnode(to_tsquery(%s::regconfig, %s)) = 0", [config, f"'{word}'"])
        return bool(cursor.fetchone()[0])
