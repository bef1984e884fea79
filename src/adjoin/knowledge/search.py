"""Finding articles: by their words, by words like them, and by what they mean. Every search begins with what the reader
may read, so there is nothing to filter after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import and_, or_
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db import connection
from django.db.models import BigIntegerField, CharField, F, Func, IntegerField, Q, QuerySet, Value
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from adjoin.knowledge import markup, nearness, passages, queries, slips, understanding
from adjoin.knowledge.models import Passage, Translation
from adjoin.knowledge.terms import stemming

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.brands.models import Brand
    from adjoin.knowledge.nearness import Near

WORDS_MAX = 20  # that are looked at
FOUND_MAX = 1000  # by one search
RANKED_MAX = 500  # that are compared by how well they fit; of more, those with the words in their titles as well
SUGGESTED = 4
ALIKE = 0.4  # of the groups of three letters that were typed, how many a title must have
EVEN_OUT = 5  # what a place in a list is worth: 1 / (5 + place). Tuned with bench.search, like the next
SOME_WORDS = 0.2  # of that, where an article has only some of the words that were looked for
PASSAGE_SHOWN = 28  # words of one that means what was asked and has none of its words
_BEGINNING, _END = "\x02", "\x03"


@dataclass(frozen=True)
class Hit:
    """One article found. `snippet` is HTML: the words around what was looked for, those in `<em>`."""

    text: Translation
    snippet: SafeString


@dataclass(frozen=True)
class ByWords:
    """What was found by words, best first, and how much it says next to what was found by meaning.

    `words` are those it was found by: other ones than were typed where there were slips in those."""

    ids: list[int]
    worth: float
    words: str


@dataclass(frozen=True)
class Found:
    """The articles of a search, best first, how many of them have words of it, and by which words they were found."""

    rows: QuerySet[Translation]
    by_words: int
    words: str


def found(actor: Actor, brand: Brand, locale: str, words: str) -> QuerySet[Translation]:
    """The articles that have the words or mean the same, best first, at most `FOUND_MAX`.

    By words: those that have all of them, without the slips in them where there are any; else those with some; else
    those with titles like them."""
    return searched(actor, brand, locale, words).rows


def searched(actor: Actor, brand: Brand, locale: str, words: str, *, as_typed: bool = False) -> Found:
    """The same, and by which words. `as_typed`: what is typed may have no slips in it."""
    rows = queries.shown(actor, brand, locale)
    reader = understanding.model() if words.strip() else None
    near = nearness.nearest(rows, words, reader) if reader is not None else []
    said = by_words(rows, locale, words, None if as_typed else brand)
    shown = _in_this_order(rows, _fused(said, near), near).select_related("article")
    return Found(shown, len(said.ids), said.words)


def suggested(actor: Actor, brand: Brand, locale: str, words: str) -> tuple[list[Translation], str]:
    """A few articles for a sentence, best first, titles only; and the words meant, where there are slips in it.

    No other server is asked while somebody types."""
    rows = queries.shown(actor, brand, locale)
    if _sought(words, locale, every=False) is None:
        return [], words
    reader = understanding.model()
    near = nearness.nearest(rows, words, reader) if reader is not None and reader.is_here else []
    meant = without_slips(rows, brand, locale, words)
    some = ByWords(_with_words(rows, locale, meant, every=False), SOME_WORDS, meant)
    shown = _in_this_order(rows, _fused(some, near)[:SUGGESTED], near).select_related("article")
    return list(shown.defer(*queries.UNLISTED)), meant


def by_words(rows: QuerySet[Translation], locale: str, words: str, brand: Brand | None = None) -> ByWords:
    """Those of `rows` that have the words; with a brand, also where what is typed has slips in it."""
    if ids := _with_words(rows, locale, words, every=True):
        return ByWords(ids, 1.0, words)
    meant = without_slips(rows, brand, locale, words) if brand is not None else words
    for every, worth in ((True, 1.0), (False, SOME_WORDS)):
        if (every is False or meant != words) and (ids := _with_words(rows, locale, meant, every=every)):
            return ByWords(ids, worth, meant)
    return ByWords(_ids(_alike(rows, words)[:FOUND_MAX]), SOME_WORDS, words)


def without_slips(rows: QuerySet[Translation], brand: Brand, locale: str, words: str) -> str:
    """What was typed, with words of titles and labels in the place of those that stand in none of `rows`.

    Only words that do stand in one of `rows` come into it, so nobody is told a word of what they may not read."""
    typed = _spaced(words)[:WORDS_MAX]
    unknown = [one for one in typed if len(one) >= slips.SHORTEST and not _stands(rows, locale, one)]
    if not unknown:
        return words
    known = slips.vocabulary(brand, locale)
    meant = {
        one: next((other for other in known.near(one.lower()) if _stands(rows, locale, other)), one) for one in unknown
    }
    return " ".join(meant.get(one, one) for one in typed) if any(meant[one] != one for one in meant) else words


def hits(rows: list[Translation], locale: str, words: str) -> list[Hit]:
    """Each with what stands around the words that were looked for, or the passage that comes nearest."""
    sought = _sought(words, locale, every=False)
    if sought is None:
        return [Hit(row, SafeString("")) for row in rows]
    nearest = {pk: row.pk for row in rows if (pk := getattr(row, "nearest", None))}
    around = SearchHeadline(
        "body_text", sought, start_sel=_BEGINNING, stop_sel=_END, min_words=12, max_words=28, config=stemming(locale)
    )
    said = dict(Translation.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", around))
    for passage in Passage.objects.filter(pk__in=nearest):
        if _BEGINNING not in (said.get(nearest[passage.pk]) or ""):
            said[nearest[passage.pk]] = " ".join(passages.said(passage.words).split()[:PASSAGE_SHOWN])
    return [Hit(row, _marked(said.get(row.pk) or "")) for row in rows]


def _fused(by_words: ByWords, near: Sequence[Near]) -> list[int]:
    """Both lists as one: each gives what its places are worth.

    Reciprocal rank fusion, by Cormack, Clarke and Büttcher (SIGIR 2009)."""
    worth: dict[int, float] = defaultdict(float)
    for ids, share in ((by_words.ids, by_words.worth), ([one.translation_id for one in near], 1.0)):
        for place, pk in enumerate(ids, start=1):
            worth[pk] += share / (EVEN_OUT + place)
    return sorted(worth, key=lambda pk: -worth[pk])[:FOUND_MAX]


class _Shared(Func):
    """How many elements of an array are in another one."""

    template = "(SELECT count(*) FROM unnest(%(expressions)s))"
    arg_joiner = ") AS one(element) WHERE element = ANY("
    output_field = IntegerField()


class _Position(Func):
    """Where an id stands in a list, from 1; null when it does not."""

    template = "array_position(%(expressions)s)"
    output_field = IntegerField()


class _At(Func):
    """What stands in a list at a position."""

    template = "(%(expressions)s]"
    arg_joiner = ")["
    output_field = BigIntegerField()


def _in_this_order(rows: QuerySet[Translation], ids: list[int], near: Sequence[Near]) -> QuerySet[Translation]:
    """Those of `rows` with these ids, each with its nearest passage where one was near."""
    place = _Position(_list(ids), F("pk"))
    shown = rows.filter(pk__in=ids).annotate(place=place).order_by("place")
    if not near:
        return shown
    position = _Position(_list([one.translation_id for one in near]), F("pk"))
    return shown.annotate(nearest=_At(_list([one.passage_id for one in near]), position))


def _list(ids: list[int]) -> Value:
    return Value(ids, output_field=ArrayField(BigIntegerField()))


def _ids(rows: QuerySet[Translation]) -> list[int]:
    return list(rows.values_list("pk", flat=True))


def _alike(rows: QuerySet[Translation], words: str) -> QuerySet[Translation]:
    typed = markup.trigrams(words)
    if len(typed) < 3:
        return rows.none()
    letters = Value(typed, output_field=ArrayField(CharField(max_length=3)))
    near = rows.filter(title_trigrams__overlap=typed).annotate(shared=_Shared(F("title_trigrams"), letters))
    return near.filter(shared__gte=max(3, round(len(typed) * ALIKE))).order_by("-shared", "title", "pk")


def _with_words(rows: QuerySet[Translation], locale: str, words: str, *, every: bool) -> list[int]:
    sought = _sought(words, locale, every=every)
    if sought is None:
        return []
    ids = _ids(rows.filter(search_vector=sought)[: RANKED_MAX + 1])
    if len(ids) > RANKED_MAX:  # reading every one of ten thousand to compare them takes half a second
        in_title = reduce(and_ if every else or_, (Q(title__icontains=word) for word in _spaced(words)[:WORDS_MAX]))
        ids += _ids(rows.filter(in_title)[:RANKED_MAX])
    readable = Translation.objects.filter(pk__in=ids, search_vector=sought)
    return _ids(_best_first(readable, sought)[:FOUND_MAX])


def _stands(rows: QuerySet[Translation], locale: str, word: str) -> bool:
    """Whether a word is in any of the texts, or one of those like "the" that are in all."""
    return rows.filter(search_vector=_beginning(word, locale)).exists() or _is_everywhere(word, stemming(locale))


@lru_cache(maxsize=2000)
def _is_everywhere(word: str, config: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT numnode(to_tsquery(%s::regconfig, %s)) = 0", [config, f"'{word}'"])
        return bool(cursor.fetchone()[0])


def _best_first(rows: QuerySet[Translation], sought: SearchQuery) -> QuerySet[Translation]:
    return rows.annotate(rank=SearchRank(F("search_vector"), sought)).order_by(
        "-rank", "-article__is_promoted", "-article__vote_sum", "pk"
    )


def _sought(words: str, locale: str, *, every: bool) -> SearchQuery | None:
    """Words or their beginnings, in the language's own stems; None for no words."""
    parts = [_beginning(word, locale) for word in _spaced(words)]
    return reduce(and_ if every else or_, parts[:WORDS_MAX]) if parts else None


def _beginning(word: str, locale: str) -> SearchQuery:
    return SearchQuery(f"'{word}':*", config=stemming(locale), search_type="raw")


def _spaced(words: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in words).split()


def _marked(said: str) -> SafeString:
    marked = escape(" ".join(said.split())).replace(_BEGINNING, "<em>").replace(_END, "</em>")
    return mark_safe(marked)  # noqa: S308 (escaped just before)
