"""Which articles have which words: the statements of a search, each kept, and none that reads all that was found.

They take what an `access.Reader` has, and what is sought as PostgreSQL writes it (`sought`), with the way in which its
language is stemmed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Left

from adjoin.kernel import statements
from adjoin.kernel.statements import Ids
from adjoin.knowledge import markup, parsing, queries
from adjoin.knowledge.models import Translation

if TYPE_CHECKING:
    from adjoin.knowledge.access import Reader, Sees

FOUND_MAX = 1000  # by one search
WORDS_MAX = 20  # that are looked at
RANKED_MAX = 200  # that are compared by how well they fit; of more, those with the words in their titles as well
QUOTED_MAX = 20_000  # characters of an article in which the words are looked for to be shown
BEGINNING, END = "\x02", "\x03"


def spaced(words: str) -> list[str]:
    """The words, without all that is no letter or digit."""
    return "".join(letter if letter.isalnum() else " " for letter in words).split()


def looked_at(words: str) -> list[str]:
    """The first of them, as many as a search looks at."""
    return spaced(words)[:WORDS_MAX]


def sought(words: list[str], *, every: bool) -> str:
    """All the words or one of them, or what begins with them; "" for none."""
    return " & ".join(map(parsing.phrase, words)) if every else " | ".join(map(parsing.parts, words))


def having(reader: Reader, locale: str, config: str, words: list[str], *, every: bool) -> list[int]:
    """The texts that have the words, in no order; of more than can be compared, some."""
    return _having(*reader, locale, config, sought(words, every=every), (0, RANKED_MAX + 1)) if words else []


def best(
    reader: Reader, locale: str, config: str, words: list[str], ids: list[int], near: Iterable[int], *, every: bool
) -> list[int]:
    """Those of `ids`, which are from `having`, best first. `near` are some by their meaning, which `reader` reads: of
    more than can be compared, those with the words come in as well."""
    if not ids:
        return []
    if len(ids) > RANKED_MAX:  # reading every one of ten thousand to compare them takes half a second
        together = [" ".join(words)] if every else words
        ids = [*ids, *_titled(*reader, locale, (0, RANKED_MAX), *map(_letters, together)), *near]
    return _best(Ids(set(ids)), config, sought(words, every=every))


def stands(reader: Reader, locale: str, config: str, word: str) -> bool:
    """Whether a word, or what begins with it, is in any of the texts."""
    return bool(_having(*reader, locale, config, sought([word], every=True), (0, 1)))


@statements.kept()
def _having(
    sees: Sees, brand_id: int, segment_ids: Ids | None, locale: str, config: str, sought: str, between: tuple[int, int]
) -> QuerySet[Translation, int]:
    rows = queries.shown_to(sees, brand_id, segment_ids, locale)
    return rows.filter(search_vector=_query(sought, config)).values_list("pk", flat=True)[slice(*between)]


@statements.kept()
def _titled(
    sees: Sees, brand_id: int, segment_ids: Ids | None, locale: str, between: tuple[int, int], *letters: str
) -> QuerySet[Translation, int]:
    """Those whose titles have all the groups of letters of one of the lists: what an index knows."""
    rows = queries.shown_to(sees, brand_id, segment_ids, locale)
    alike = reduce(or_, (Q(title_trigrams__contains=Value(one)) for one in letters))
    return rows.filter(alike).values_list("pk", flat=True)[slice(*between)]


@statements.kept()
def _best(ids: Ids, config: str, sought: str) -> QuerySet[Translation, int]:
    query = _query(sought, config)
    rows = Translation.objects.filter(pk__any_of=ids, search_vector=query)
    ranked = rows.annotate(rank=SearchRank(F("search_vector"), query))
    in_order = ranked.order_by("-rank", "-article__is_promoted", "-article__vote_sum", "pk")
    return in_order.values_list("pk", flat=True)[:FOUND_MAX]


@statements.kept(is_prepared=True)
def these(sees: Sees, brand_id: int, segment_ids: Ids | None, locale: str, ids: Ids) -> QuerySet[Translation]:
    """Those of some texts that a `Reader` reads, with titles only, in no order."""
    rows = queries.shown_to(sees, brand_id, segment_ids, locale).filter(pk__any_of=ids)
    return rows.only("article_id", "locale", "title")


@statements.kept()
def around(ids: Ids, config: str, sought: str) -> QuerySet[Translation, tuple[int, str]]:
    """The id of each text with what stands around the words in it, these between `BEGINNING` and `END`.

    It is as the parser gets it."""
    said = SearchHeadline(
        parsing.Apart(Left("body_text", QUOTED_MAX)),
        _query(sought, config),
        start_sel=BEGINNING,
        stop_sel=END,
        min_words=12,
        max_words=28,
        config=config,
    )
    return Translation.objects.filter(pk__any_of=ids).values_list("pk", said)


def _query(sought: str, config: str) -> SearchQuery:
    return SearchQuery(sought, config=config, search_type="raw")


def _letters(words: str) -> str:
    """The groups of three letters with which words begin that have these beginnings, as PostgreSQL writes a list."""
    return "{" + ",".join(f'"{group}"' for group in markup.trigrams(words) if group[2] != " ") + "}"
