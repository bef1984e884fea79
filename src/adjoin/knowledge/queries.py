"""What a help center shows of articles: shelves with something on them, lists, one article with what belongs to it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from adjoin.kernel import statements
from adjoin.kernel.errors import NotFound
from adjoin.knowledge import access
from adjoin.knowledge.models import Article, ArticleAttachment, Category, Section, Translation

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.brands.models import Brand

RELATED = 5
UNLISTED = ("body", "body_text", "search_vector", "title_trigrams")  # of no use in a list, and long


@dataclass
class Shelf:
    """A category or section as one reader sees it: only with something on it that they may read."""

    pk: int
    title: str
    description: str
    articles: int  # that they may read, in it and in what is inside it
    sections: list[Shelf] = field(default_factory=list)
    above: list[tuple[str, int, str]] = field(default_factory=list)  # the way here: kind, id, title


@dataclass(frozen=True)
class Tree:
    """All shelves of a help center for one reader."""

    categories: list[Shelf]
    sections: dict[int, Shelf]

    def category(self, pk: int) -> Shelf:
        """Raises `NotFound`, also for one with nothing on it for this reader."""
        found = next((one for one in self.categories if one.pk == pk), None)
        if found is None:
            raise NotFound
        return found

    def section(self, pk: int) -> Shelf:
        """Raises `NotFound`, also for one with nothing on it for this reader."""
        if pk not in self.sections:
            raise NotFound
        return self.sections[pk]


def shown(actor: Actor, brand: Brand, locale: str) -> QuerySet[Translation]:
    """The words of every article `actor` may read: in that language, else those it was first written in."""
    rows = access.readable_texts(actor, brand)
    here = Translation.objects.filter(article_id=OuterRef("article_id"), locale=locale, is_draft=False)
    return rows.filter(Q(locale=locale) | Q(locale=F("article__source_locale")) & ~Exists(here))


def in_section(actor: Actor, brand: Brand, locale: str, section_id: int) -> QuerySet[Translation]:
    """The articles of one section, promoted ones first, with titles only."""
    rows = shown(actor, brand, locale).filter(article__section_id=section_id)
    return rows.select_related("article").defer(*UNLISTED).order_by(*_IN_ORDER)


def first_of_sections(
    actor: Actor, brand: Brand, locale: str, ids: list[int], most: int
) -> dict[int, list[Translation]]:
    """The first articles of each of some sections, titles only."""
    found: dict[int, list[Translation]] = defaultdict(list)
    rows = shown(actor, brand, locale).filter(article__section_id__in=ids).select_related("article")
    place = Window(RowNumber(), partition_by="article__section_id", order_by=_IN_ORDER)
    for row in rows.annotate(place=place).filter(place__lte=most).defer(*UNLISTED).order_by(*_IN_ORDER):
        found[_article(row).section_id].append(row)
    return found


def promoted(actor: Actor, brand: Brand, locale: str, most: int) -> list[Translation]:
    """What the front page shows first."""
    rows = shown(actor, brand, locale).filter(article__is_promoted=True).select_related("article")
    return list(rows.defer(*UNLISTED).order_by(*_IN_ORDER)[:most])


def newest(actor: Actor, brand: Brand, most: int) -> list[Translation]:
    """What was written last, in every language, newest first."""
    rows = access.readable_texts(actor, brand).select_related("article")
    return list(rows.order_by("-article__edited_at", "-pk")[:most])


def text(actor: Actor, brand: Brand, article_id: int, locale: str) -> Translation:
    """The words of one article: in that language, else those it was first written in. Raises `NotFound`."""
    rows = shown(actor, brand, locale).select_related("article", "article__section", "article__author")
    found = rows.filter(article_id=article_id).first()
    if found is None:
        raise NotFound
    return found


def languages_of(actor: Actor, brand: Brand, article_id: int) -> list[Translation]:
    """The languages in which `actor` may read an article."""
    rows = access.readable_texts(actor, brand).filter(article_id=article_id)
    return list(rows.defer(*UNLISTED).order_by("locale"))


def is_spoken(actor: Actor, brand: Brand, locale: str) -> bool:
    """Whether there is anything to read in that language."""
    return access.readable_texts(actor, brand).filter(locale=locale).exists()


def files(actor: Actor, brand: Brand, text: Translation) -> list[ArticleAttachment]:
    """The files below an article, for its language."""
    rows = access.readable_files(actor, brand).filter(article=text.article, is_inline=False)
    return list(rows.filter(locale__in=["", text.locale]).order_by("file_name", "pk"))


def related(actor: Actor, brand: Brand, text: Translation) -> list[Translation]:
    """Articles with the same labels or in the same section, those with the most in common first."""
    article = _article(text)
    labels = list(article.labels.values_list("pk", flat=True))
    rows = shown(actor, brand, text.locale).exclude(article_id=article.pk).select_related("article")
    if not labels:
        rows = rows.filter(article__section_id=article.section_id)
        return list(rows.defer(*UNLISTED).order_by(*_IN_ORDER)[:RELATED])
    labelled = Article.labels.through.objects.filter(label_id__in=labels).values("article_id")
    rows = rows.filter(Q(article__section_id=article.section_id) | Q(article_id__in=labelled))
    in_common = Count("article__labels", filter=Q(article__labels__in=labels), distinct=True)
    return list(rows.defer(*UNLISTED).annotate(common=in_common).order_by("-common", *_IN_ORDER)[:RELATED])


def tree(actor: Actor, brand: Brand, locale: str, *, names_sections: bool = True) -> Tree:
    """The shelves with something on them for `actor`, in order, each with how much.

    Where nobody asks for sections they can do without their names."""
    counted = shown(actor, brand, locale).values("article__section_id").annotate(found=Count("pk"))
    direct = {row["article__section_id"]: row["found"] for row in counted.order_by()}
    # Only ids: rows of hundreds of sections take longer to make than all else on the page.
    sections = list(_section_places(brand.pk)) if direct else []
    categories = list(_category_places(brand.pk)) if direct else []
    names = titles("section", [pk for pk, *_ in sections], locale) if names_sections else {}
    shelves = {pk: Shelf(pk, *names.get(pk, ("", "")), articles=direct.get(pk, 0)) for pk, *_ in sections}
    above = {pk: parent_id for pk, _, parent_id in sections}
    for pk, count in direct.items():
        _add_upwards(shelves, above, above.get(pk), count)
    in_categories = titles("category", categories, locale)
    roots = {pk: Shelf(pk, *in_categories[pk], articles=0) for pk in categories}
    for pk, category_id, parent_id in sections:
        if shelves[pk].articles:
            _put(shelves[pk], shelves.get(parent_id or 0), roots[category_id])
    for root in roots.values():
        _tell_the_way(root, [("category", root.pk, root.title)])
    full = {pk: shelf for pk, shelf in shelves.items() if shelf.articles}
    return Tree([root for root in roots.values() if root.articles], full)


def way_to(section: Section, locale: str) -> list[tuple[str, int, str]]:
    """The shelves in which an article of this section stands, outermost first: kind, id, title.

    For somebody who reads an article there, who may know them all."""
    parents = dict(Section.objects.filter(category_id=section.category_id).values_list("pk", "parent_id"))
    ids = [section.pk]
    while (parent_id := parents.get(ids[-1])) is not None and parent_id not in ids:
        ids.append(parent_id)
    names, tops = titles("section", ids, locale), titles("category", [section.category_id], locale)
    first = ("category", section.category_id, tops[section.category_id][0])
    return [first, *(("section", pk, names[pk][0]) for pk in reversed(ids))]


def titles(kind: Literal["section", "category"], ids: list[int], locale: str) -> dict[int, tuple[str, str]]:
    """Title and description of shelves by id: in that language, else in the one they were first written in."""
    found: dict[int, tuple[str, str]] = dict.fromkeys(ids, ("", ""))
    of = f"{kind}_id"
    rows = Translation.objects.filter(Q(locale=locale) | Q(locale=F(f"{kind}__source_locale")), **{f"{of}__in": ids})
    for pk, said_in, title, body_text in rows.values_list(of, "locale", "title", "body_text"):
        if said_in == locale or not found[pk][0]:
            found[pk] = (title, body_text)
    return found


_IN_ORDER = ("-article__is_promoted", "article__position", "article_id", "pk")


def _article(row: Translation) -> Article:
    if row.article is None:
        raise NotFound
    return row.article


def _add_upwards(shelves: dict[int, Shelf], above: dict[int, int | None], pk: int | None, count: int) -> None:
    while pk is not None and pk in shelves:
        shelves[pk].articles += count
        pk = above.get(pk)


def _put(shelf: Shelf, above: Shelf | None, root: Shelf) -> None:
    (above or root).sections.append(shelf)
    root.articles += 0 if above else shelf.articles


@statements.kept()
def _section_places(brand_id: int) -> QuerySet[Section, tuple[int, int, int | None]]:
    """Each section's id, its category's and that of the section it is in, in order."""
    rows = Section.objects.filter(brand=brand_id).order_by("position", "pk")
    return rows.values_list("pk", "category_id", "parent_id")


@statements.kept()
def _category_places(brand_id: int) -> QuerySet[Category, int]:
    return Category.objects.filter(brand=brand_id).order_by("position", "pk").values_list("pk", flat=True)


def _tell_the_way(shelf: Shelf, way: list[tuple[str, int, str]]) -> None:
    for one in shelf.sections:
        one.above = way
        _tell_the_way(one, [*way, ("section", one.pk, one.title)])
