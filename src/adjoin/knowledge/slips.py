"""Words with a slip in them: which words of titles and labels somebody may have meant by `ketle`.

What a process keeps of a help center are the words of all its published titles and labels. Whether a reader is told of
one is for whoever asks here to find out: only of words in articles that they may read."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F, Q

from adjoin.accounts import current
from adjoin.desk_settings import editions
from adjoin.knowledge.models import Label, Translation

if TYPE_CHECKING:
    from adjoin.brands.models import Brand

SHORTEST = 4  # letters: of shorter words every other one is near
TWO_SLIPS = 8  # letters from which a word may have two
OFFERED = 5  # words for one
WORDS_MAX = 20_000  # of one help center in one language, the most frequent ones
KEPT_MAX = 8  # help centers in one language, in each process; up to 3 MB each
_WORDS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Vocabulary:
    """Words, the most frequent first, each without its accents as well, and which letters are in that, as bits."""

    words: tuple[str, ...]
    plain: tuple[str, ...]
    letters: tuple[int, ...]

    def near(self, typed: str) -> list[str]:
        """The words that `typed`, in small letters, may be with a slip in it, likely ones first."""
        if len(typed) < SHORTEST or not _WORDS.fullmatch(typed):
            return []
        most = 2 if len(typed) >= TWO_SLIPS else 1
        meant = _plain(typed)
        bits = _letters(meant)
        found = []
        for place, (plain, letters) in enumerate(zip(self.plain, self.letters, strict=True)):
            # A slip takes one letter away or brings one, or both: other words are not looked at any closer.
            if (letters ^ bits).bit_count() <= 2 * most and abs(len(plain) - len(meant)) <= most:
                slips = distance(meant, plain, most)
                if slips <= most and self.words[place] != typed:
                    found.append((slips, plain[0] != meant[0], place, self.words[place]))
        return [word for *_, word in sorted(found)[:OFFERED]]


def vocabulary(brand: Brand, locale: str) -> Vocabulary:
    """The words of what is published in the brand's help center, in that language and in those it was written in."""
    key, edition = (current.schema(), brand.pk, locale), editions.of("words")  # before the words: they may be newer
    known = _kept.get(key)
    if known is not None and known[0] == edition:
        return known[1]
    found = of(_said(brand, locale))
    if edition is not None:
        _keep(key, (edition, found))
    return found


def of(titles: Iterable[str]) -> Vocabulary:
    """The words of some titles."""
    counted = Counter(
        word for title in titles for word in set(_WORDS.findall(title.lower())) if len(word) >= SHORTEST - 1
    )
    words = tuple(word for word, _ in counted.most_common(WORDS_MAX))
    plain = tuple(map(_plain, words))
    return Vocabulary(words, plain, tuple(map(_letters, plain)))


def distance(one: str, other: str, most: int) -> int:
    """How many slips lie between two words: letters left out, put in, wrong, or in the place of the one beside them.

    No more than `most` + 1 are counted."""
    before, last = [0] * (len(other) + 1), list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        row = [at]
        for to, wanted in enumerate(other, start=1):
            cost = min(last[to] + 1, row[to - 1] + 1, last[to - 1] + (letter != wanted))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                cost = min(cost, before[to - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return min(last[-1], most + 1)


_kept: dict[tuple[str, int, str], tuple[UUID, Vocabulary]] = {}


def _keep(key: tuple[str, int, str], found: tuple[UUID, Vocabulary]) -> None:
    _kept.pop(key, None)
    _kept[key] = found
    for oldest in list(_kept)[:-KEPT_MAX]:
        _kept.pop(oldest, None)


def _said(brand: Brand, locale: str) -> list[str]:
    """The titles and labels."""
    rows = Translation.objects.filter(article__brand=brand, article__archived_at=None, is_draft=False)
    rows = rows.filter(Q(locale=locale) | Q(locale=F("article__source_locale")))
    labels = Label.objects.filter(articles__brand=brand).distinct()
    return [*rows.values_list("title", flat=True), *labels.values_list("name", flat=True)]


def _plain(word: str) -> str:
    """A word without its accents, which many leave out."""
    if word.isascii():
        return word
    apart = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", "".join(letter for letter in apart if not unicodedata.combining(letter)))


def _letters(word: str) -> int:
    bits = 0
    for letter in word:
        bits |= 1 << ord(letter) % 61
    return bits
