"""Finding articles by words. Every search begins with what the reader may read, so there is nothing to filter after."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db.models import CharField, F, Func, IntegerField, QuerySet, Value
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from adjoin.knowledge import markup, queries
from adjoin.knowledge.models import Translation
from adjoin.knowledge.terms import stemming

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.brands.models import Brand

WORDS_MAX = 20  # that are looked at
SUGGESTED = 4
ALIKE = 0.4  # of the groups of three letters that were typed, how many a title must have
_BEGINNING, _END = "\x02", "\x03"


@dataclass(frozen=True)
class Hit:
    """One article found. `snippet` is HTML: the words around what was looked for, those in `<em>`."""

    text: Translation
    snippet: SafeString


def found(actor: Actor, brand: Brand, locale: str, words: str) -> QuerySet[Translation]:
    """The articles that have all the words, best first; else those with some; else those with titles like them."""
    rows = queries.shown(actor, brand, locale).select_related("article")
    for sought in (_sought(words, locale, every=True), _sought(words, locale, every=False)):
        if sought is None:
            return rows.none()
        matching = rows.filter(search_vector=sought)
        if matching.exists():
            return _best_first(matching, sought)
    return _alike(rows, words)


def suggested(actor: Actor, brand: Brand, locale: str, words: str) -> list[Translation]:
    """A few articles with some of the words of a sentence, best first, titles only."""
    sought = _sought(words, locale, every=False)
    if sought is None:
        return []
    rows = queries.shown(actor, brand, locale).select_related("article").filter(search_vector=sought)
    return list(_best_first(rows, sought).defer("body", "body_text")[:SUGGESTED])


def hits(rows: list[Translation], locale: str, words: str) -> list[Hit]:
    """Each with the words around what was looked for."""
    sought = _sought(words, locale, every=False)
    if sought is None:
        return [Hit(row, SafeString("")) for row in rows]
    around = SearchHeadline(
        "body_text", sought, start_sel=_BEGINNING, stop_sel=_END, min_words=12, max_words=28, config=stemming(locale)
    )
    said = dict(Translation.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", around))
    return [Hit(row, _marked(said.get(row.pk) or "")) for row in rows]


class _Shared(Func):
    """How many elements of an array are in another one."""

    template = "(SELECT count(*) FROM unnest(%(expressions)s))"
    arg_joiner = ") AS one(element) WHERE element = ANY("
    output_field = IntegerField()


def _alike(rows: QuerySet[Translation], words: str) -> QuerySet[Translation]:
    typed = markup.trigrams(words)
    if len(typed) < 3:
        return rows.none()
    letters = Value(typed, output_field=ArrayField(CharField(max_length=3)))
    near = rows.filter(title_trigrams__overlap=typed).annotate(shared=_Shared(F("title_trigrams"), letters))
    return near.filter(shared__gte=max(3, round(len(typed) * ALIKE))).order_by("-shared", "title", "pk")


def _best_first(rows: QuerySet[Translation], sought: SearchQuery) -> QuerySet[Translation]:
    return rows.annotate(rank=SearchRank(F("search_vector"), sought)).order_by(
        "-rank", "-article__is_promoted", "-article__vote_sum", "pk"
    )


def _sought(words: str, locale: str, *, every: bool) -> SearchQuery | None:
    """Words or their beginnings, in the language's own stems; None for no words."""
    spaced = "".join(letter if letter.isalnum() else " " for letter in words)
    parts = [SearchQuery(f"'{word}':*", config=stemming(locale), search_type="raw") for word in spaced.split()]
    return reduce(and_ if every else or_, parts[:WORDS_MAX]) if parts else None


def _marked(said: str) -> SafeString:
    marked = escape(" ".join(said.split())).replace(_BEGINNING, "<em>").replace(_END, "</em>")
    return mark_safe(marked)  # noqa: S308 (escaped just before)
