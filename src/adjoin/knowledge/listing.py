"""The team's list of articles: in which state they are, in which language, and what of them waits for somebody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from adjoin.knowledge import access, queries
from adjoin.knowledge.models import Translation
from adjoin.knowledge.terms import SOURCE_LOCALE, language

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.brands.models import Brand

STATES = {
    "published": _("Published"),
    "drafts": _("Drafts"),
    "scheduled": _("Scheduled"),
    "outdated": _("Out of date"),
    "missing": _("Not translated"),
    "due": _("To be verified"),
}


@dataclass(frozen=True)
class Language:
    """A language that articles are in: its code, its name in itself, and how many articles of a kind."""

    locale: str
    name: str
    articles: int


@dataclass(frozen=True)
class Waiting:
    """What waits for somebody who looks after the articles of a brand."""

    outdated: list[Language]  # older than the words they were translated from
    due: int  # to be verified

    def __bool__(self) -> bool:
        return bool(self.outdated or self.due)


def languages(actor: Actor, brand: Brand) -> list[Language]:
    """Every language in which there are words of articles that `actor` looks after there."""
    return _by_language(_looked_after(actor, brand))


def waiting(actor: Actor, brand: Brand, today: date) -> Waiting:
    """What waits there for `actor`, who looks after it."""
    due = access.editable_articles(actor).filter(brand=brand, verify_on__lte=today).count()
    return Waiting(_by_language(_looked_after(actor, brand).filter(is_outdated=True)), due)


def texts(
    actor: Actor, brand: Brand, *, state: str, locale: str, known: Iterable[str], today: date
) -> QuerySet[Translation]:
    """One text of each article that `actor` looks after there, drafts too, in a state of `STATES` and a language;
    "" for any. For others what they may read.

    In a language that is asked for, unless it is missing there; else in the first one. `known` are all languages."""
    if not access.manages(actor, brand):
        return queries.shown(actor, brand, SOURCE_LOCALE)
    rows = _looked_after(actor, brand)
    if state == "missing":
        wanted = [locale] if locale else list(known)
        nothing = reduce(or_, (~Exists(_other(locale=one)) for one in wanted), Q(pk__in=[]))
        return rows.filter(nothing, locale=F("article__source_locale"))
    rows = rows.filter(locale=locale) if locale else rows.filter(locale=F("article__source_locale"))
    narrowed = {
        "published": Q(is_draft=False),
        "drafts": Q(is_draft=True, publish_at=None),
        "scheduled": Q(publish_at__isnull=False),
        "outdated": Q(is_outdated=True) if locale else Q(Exists(_other(is_outdated=True))),
        "due": Q(article__verify_on__lte=today),
    }
    return rows.filter(narrowed[state]) if state in narrowed else rows


def outdated_in(rows: Iterable[Translation]) -> Mapping[int, list[Language]]:
    """Of each of the articles with these texts, by its id, the languages in which it is out of date."""
    of = Translation.objects.filter(article_id__in=[row.article_id for row in rows], is_outdated=True)
    found: dict[int, list[Language]] = defaultdict(list)
    for article_id, locale in of.order_by("locale").values_list("article_id", "locale"):
        found[article_id or 0].append(Language(locale, language(locale), 1))
    return found


def _looked_after(actor: Actor, brand: Brand) -> QuerySet[Translation]:
    return Translation.objects.filter(article__in=access.editable_articles(actor).filter(brand=brand))


def _other(**how: object) -> QuerySet[Translation]:
    return Translation.objects.filter(article_id=OuterRef("article_id"), **how)


def _by_language(rows: QuerySet[Translation]) -> list[Language]:
    counted = rows.order_by("locale").values_list("locale").annotate(articles=Count("pk"))
    return [Language(locale, language(locale), articles) for locale, articles in counted]
