"""Finding articles: by their words, by words like them, and by what they mean. Every search begins with what the reader
may read, so there is nothing to filter after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, CharField, F, Func, IntegerField, QuerySet, Value
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from adjoin.kernel.statements import Ids
from adjoin.knowledge import access, markup, matching, mending, nearness, parsing, passages, queries, understanding
from adjoin.knowledge.models import Passage, Translation
from adjoin.knowledge.terms import stemming

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.adapters.embeddings import Embedder
    from adjoin.brands.models import Brand
    from adjoin.knowledge.access import Reader
    from adjoin.knowledge.nearness import Near

SUGGESTED = 4
ALIKE = 0.4  # of the groups of three letters that were typed, how many a title must have
EVEN_OUT = 5  # what a place in a list is worth: 1 / (5 + place). Tuned with bench.search, like the next
SOME_WORDS = 0.2  # of that, where an article has only some of the words that were looked for
PASSAGE_SHOWN = 28  # words of one that means what was asked and has none of its words


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
    """What a search found for a reader: `ids` of texts, best first, how many of them have words of it, and by which
    words they were found."""

    reader: Reader
    locale: str
    ids: list[int]
    near: list[Near]
    by_words: int
    words: str

    @property
    def rows(self) -> QuerySet[Translation]:
        """The texts, best first, as one query that callers narrow further."""
        rows = queries.shown_to(*self.reader, self.locale)
        return _in_this_order(rows, self.ids, self.near).select_related("article")

    def between(self, start: int, end: int) -> list[Translation]:
        """The texts from one place to another, with titles only."""
        ids = self.ids[start:end]
        known = {row.pk: row for row in matching.these(*self.reader, self.locale, Ids(ids))} if ids else {}
        for one in self.near:
            if row := known.get(one.translation_id):
                vars(row)["nearest"] = one.passage_id
        return [known[pk] for pk in ids if pk in known]


def found(actor: Actor, brand: Brand, locale: str, words: str) -> QuerySet[Translation]:
    """The articles that have the words or mean the same, best first, at most `FOUND_MAX`.

    By words: those that have all of them, without the slips in them where there are any; else those with some; else
    those with titles like them."""
    return searched(actor, brand, locale, words).rows


def searched(actor: Actor, brand: Brand, locale: str, words: str, *, as_typed: bool = False) -> Found:
    """The same, and by which words. `as_typed`: what is typed may have no slips in it."""
    who = access.reader(actor, brand)
    model = understanding.model() if words.strip() else None
    having = _having(who, locale, words, every=True)
    meant = words if having or as_typed else mending.without_slips(who, brand, locale, words, is_nowhere=True)
    near = _near(who, locale, words, meant, model)
    said = by_words(who, locale, words, having, meant, near)
    return Found(who, locale, _fused(said, near), near, len(said.ids), said.words)


def suggested(actor: Actor, brand: Brand, locale: str, words: str) -> tuple[list[Translation], str]:
    """A few articles for a sentence, best first, titles only; and the words meant, where there are slips in it.

    No other server is asked while somebody types."""
    if not matching.spaced(words):
        return [], words
    who, model = access.reader(actor, brand), understanding.model()
    meant = mending.without_slips(who, brand, locale, words)
    near = _near(who, locale, words, meant, model if model is not None and model.is_here else None)
    some = ByWords(_with_words(who, locale, meant, near, every=False), SOME_WORDS, meant)
    return Found(who, locale, _fused(some, near), near, len(some.ids), meant).between(0, SUGGESTED), meant


def by_words(who: Reader, locale: str, words: str, having: list[int], meant: str, near: Sequence[Near]) -> ByWords:
    """What the reader may read that has the words: `having` all of them, else those of what was `meant`.

    `near` by meaning are among what is compared, however many have the words, so that both ways count for them."""
    if having:
        return ByWords(_best(who, locale, words, having, near, every=True), 1.0, words)
    for every, worth in ((True, 1.0), (False, SOME_WORDS)):
        if (every is False or meant != words) and (ids := _with_words(who, locale, meant, near, every=every)):
            return ByWords(ids, worth, meant)
    return ByWords(_ids(_alike(queries.shown_to(*who, locale), words)[: matching.FOUND_MAX]), SOME_WORDS, words)


def hits(rows: list[Translation], locale: str, words: str) -> list[Hit]:
    """Each with what stands around the words that were looked for, or the passage that comes nearest."""
    typed = matching.looked_at(words)
    if not typed or not rows:
        return [Hit(row, SafeString("")) for row in rows]
    nearest = {pk: row.pk for row in rows if (pk := getattr(row, "nearest", None))}
    sought = matching.sought(typed, every=False)
    said = dict(matching.around(Ids(row.pk for row in rows), stemming(locale), sought))
    for passage in Passage.objects.filter(pk__in=nearest):
        if matching.BEGINNING not in (said.get(nearest[passage.pk]) or ""):
            said[nearest[passage.pk]] = " ".join(passages.said(passage.words).split()[:PASSAGE_SHOWN])
    return [Hit(row, _marked(said.get(row.pk) or "")) for row in rows]


def _fused(by_words: ByWords, near: Sequence[Near]) -> list[int]:
    """Both lists as one: each gives what its places are worth.

    Reciprocal rank fusion, by Cormack, Clarke and Büttcher (SIGIR 2009)."""
    worth: dict[int, float] = defaultdict(float)
    for ids, share in ((by_words.ids, by_words.worth), ([one.translation_id for one in near], 1.0)):
        for place, pk in enumerate(ids, start=1):
            worth[pk] += share / (EVEN_OUT + place)
    return sorted(worth, key=lambda pk: -worth[pk])[: matching.FOUND_MAX]


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


def _near(who: Reader, locale: str, words: str, meant: str, model: Embedder | None) -> list[Near]:
    """What means the words that were typed, and beside them those that slips were mended to: models mend none."""
    if model is None:
        return []
    typed = matching.spaced(words)
    asked = " ".join([words, *(one for one in meant.split() if meant != words and one not in typed)])
    return nearness.nearest(queries.shown_to(*who, locale), asked, model)


def _with_words(who: Reader, locale: str, words: str, near: Sequence[Near], *, every: bool) -> list[int]:
    return _best(who, locale, words, _having(who, locale, words, every=every), near, every=every)


def _having(who: Reader, locale: str, words: str, *, every: bool) -> list[int]:
    return matching.having(who, locale, stemming(locale), matching.looked_at(words), every=every)


def _best(who: Reader, locale: str, words: str, ids: list[int], near: Sequence[Near], *, every: bool) -> list[int]:
    typed, nearest = matching.looked_at(words), [one.translation_id for one in near]
    return matching.best(who, locale, stemming(locale), typed, ids, nearest, every=every)


def _marked(said: str) -> SafeString:
    whole = parsing.together(" ".join(said.split())).replace(f"{matching.END}{matching.BEGINNING}", "")
    marked = escape(whole).replace(matching.BEGINNING, "<em>").replace(matching.END, "</em>")
    return mark_safe(marked)  # noqa: S308 (escaped just before)
