"""What a help center shows of articles: shelves with something on them, lists, one article with what belongs to it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from adjoin.kernel import statements
from adjoin.kernel.errors import NotFound
from adjoin.kernel.statements import Ids
from adjoin.knowledge import access
from adjoin.knowledge.models import Article, ArticleAttachment, Category, Section, Translation

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.brands.models import Brand
    from adjoin.knowledge.access import Sees

RELATED = 5
PROMOTED = 6
FIRST_OF_SECTION = 6
UNREAD = ("body_text", "search_vector", "title_trigrams")  # of no use to a reader, and long
UNLISTED = ("body", *UNREAD)
Place = tuple[int, int, int | None]  # a section's id, its category's and that of the section it is in


@dataclass
class Shelf:
    """A category or section as one reader sees it: only with something on it that they may read."""

    pk: int
    title: str
    description: str
    articles: int  # that they may read, in it and in what is inside it
    directly: int = 0  # in it itself
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
    return shown_to(*access.reader(actor, brand), locale)


def shown_to(sees: Sees, brand_id: int, segment_ids: Ids | None, locale: str) -> QuerySet[Translation]:
    rows = access.texts_of(sees, brand_id, segment_ids)
    here = Translation.objects.filter(article_id=OuterRef("article_id"), locale=locale, is_draft=False)
    return rows.filter(Q(locale=locale) | Q(locale=F("article__source_locale")) & ~Exists(here))


def in_section(actor: Actor, brand: Brand, locale: str, section_id: int, between: tuple[int, int]) -> list[Translation]:
    """The articles of one section from one place to another, promoted ones first, with titles only."""
    return _in_section(*access.reader(actor, brand), locale, section_id, between)


@statements.kept()
def _in_section(  # what a `Reader` has, and the question
    sees: Sees, brand_id: int, segment_ids: Ids | None, locale: str, section_id: int, between: tuple[int, int]
) -> QuerySet[Translation]:
    rows = shown_to(sees, brand_id, segment_ids, locale).filter(article__section_id=section_id)
    return _listed(rows)[slice(*between)]


def first_of_sections(actor: Actor, brand: Brand, locale: str, ids: list[int]) -> dict[int, list[Translation]]:
    """The first articles of each of some sections, titles only."""
    found: dict[int, list[Translation]] = defaultdict(list)
    for row in _first_of_sections(*access.reader(actor, brand), locale, Ids(ids)):
        found[_article(row).section_id].append(row)
    return found


@statements.kept(is_prepared=True)
def _first_of_sections(
    sees: Sees, brand_id: int, segment_ids: Ids | None, locale: str, ids: Ids
) -> QuerySet[Translation]:
    rows = shown_to(sees, brand_id, segment_ids, locale).filter(article__section__any_of=ids)
    place = Window(RowNumber(), partition_by="article__section_id", order_by=_IN_ORDER)
    return _listed(rows.annotate(place=place).filter(place__lte=FIRST_OF_SECTION))


def promoted(actor: Actor, brand: Brand, locale: str) -> list[Translation]:
    """What the front page shows first."""
    return _promoted(*access.reader(actor, brand), locale)


@statements.kept(is_prepared=True)
def _promoted(sees: Sees, brand_id: int, segment_ids: Ids | None, locale: str) -> QuerySet[Translation]:
    return _listed(shown_to(sees, brand_id, segment_ids, locale).filter(article__is_promoted=True))[:PROMOTED]


def _listed(rows: QuerySet[Translation]) -> QuerySet[Translation]:
    """Those in their order, with titles only."""
    return rows.select_related("article").only(*_SHOWN).order_by(*_IN_ORDER)


def newest(actor: Actor, brand: Brand, most: int) -> list[Translation]:
    """What was written last, in every language, newest first."""
    rows = access.readable_texts(actor, brand).select_related("article")
    return list(rows.order_by("-article__edited_at", "-pk")[:most])


def text(actor: Actor, brand: Brand, article_id: int, locale: str) -> Translation:
    """The words of one article: in that language, else those it was first written in. Raises `NotFound`."""
    found = _text(*access.reader(actor, brand), locale, article_id)
    if not found:
        raise NotFound
    return found[0]


@statements.kept(is_prepared=True)
def _text(sees: Sees, brand_id: int, segment_ids: Ids | None, locale: str, article_id: int) -> QuerySet[Translation]:
    rows = shown_to(sees, brand_id, segment_ids, locale).filter(article_id=article_id)
    return rows.select_related("article", "article__section", "article__author").defer(*UNREAD)


def languages_of(actor: Actor, brand: Brand, article_id: int) -> list[Translation]:
    """The languages in which `actor` may read an article."""
    return _languages_of(*access.reader(actor, brand), article_id)


@statements.kept(is_prepared=True)
def _languages_of(sees: Sees, brand_id: int, segment_ids: Ids | None, article_id: int) -> QuerySet[Translation]:
    rows = access.texts_of(sees, brand_id, segment_ids).filter(article_id=article_id)
    return rows.defer(*UNLISTED).order_by("locale")


def is_spoken(actor: Actor, brand: Brand, locale: str) -> bool:
    """Whether there is anything to read in that language."""
    return access.readable_texts(actor, brand).filter(locale=locale).exists()


def files(text: Translation) -> list[ArticleAttachment]:
    """The files below an article, for its language: for those who read it there."""
    return _files(_article(text).pk, text.locale)


@statements.kept(is_prepared=True)
def _files(article_id: int, locale: str) -> QuerySet[ArticleAttachment]:
    rows = ArticleAttachment.objects.filter(Q(locale="") | Q(locale=locale), article=article_id, is_inline=False)
    return rows.order_by("file_name", "pk")


def related(actor: Actor, brand: Brand, text: Translation) -> list[Translation]:
    """Articles with the same labels or in the same section, those with the most in common first."""
    article, who = _article(text), access.reader(actor, brand)
    if labels := Ids(_labels_of(article.pk)):
        return _alike(*who, text.locale, article.pk, article.section_id, labels)
    return _beside(*who, text.locale, article.pk, article.section_id)


@statements.kept(is_prepared=True)
def _labels_of(article_id: int) -> QuerySet[Any, int]:
    return Article.labels.through.objects.filter(article_id=article_id).values_list("label_id", flat=True)


@statements.kept(is_prepared=True)
def _beside(
    sees: Sees, brand_id: int, segment_ids: Ids | None, locale: str, article_id: int, section_id: int
) -> QuerySet[Translation]:
    rows = shown_to(sees, brand_id, segment_ids, locale).filter(article__section_id=section_id)
    return _listed(rows.exclude(article_id=article_id))[:RELATED]


@statements.kept()
def _alike(
    sees: Sees, brand_id: int, segment_ids: Ids | None, locale: str, article_id: int, section_id: int, labels: Ids
) -> QuerySet[Translation]:
    rows = shown_to(sees, brand_id, segment_ids, locale).exclude(article_id=article_id)
    labelled = Article.labels.through.objects.filter(label__any_of=labels).values("article_id")
    rows = rows.filter(Q(article__section_id=section_id) | Q(article_id__in=labelled))
    in_common = Count("article__labels", filter=Q(article__labels__any_of=labels), distinct=True)
    return _listed(rows).annotate(common=in_common).order_by("-common", *_IN_ORDER)[:RELATED]


def categories(actor: Actor, brand: Brand, locale: str) -> list[Shelf]:
    """The categories with something on them for `actor`, in order, each with how much; their sections are left out."""
    held: Counter[int] = Counter()
    category_of = {pk: category_id for pk, category_id, _ in _section_places(brand.pk)}
    for section_id, count in _counted(*access.reader(actor, brand), locale):
        held[category_of[section_id]] += count
    ids = [pk for pk in _category_places(brand.pk) if held[pk]] if held else []
    names = titles("category", ids, locale)
    return [Shelf(pk, *names[pk], articles=held[pk]) for pk in ids]


def category(actor: Actor, brand: Brand, locale: str, category_id: int) -> Shelf:
    """One category with its sections. Raises `NotFound`, also for one with nothing on it for `actor`."""
    places = _places_in_category(brand.pk, category_id)
    return _branch(actor, brand, locale, places).category(category_id)


def section(actor: Actor, brand: Brand, locale: str, section_id: int) -> Shelf:
    """One section with those inside it. Raises `NotFound`, also for one with nothing on it for `actor`."""
    return _branch(actor, brand, locale, _places_around(brand.pk, section_id)).section(section_id)


def tree(actor: Actor, brand: Brand, locale: str) -> Tree:
    """All shelves with something on them for `actor`, in order, each with how much."""
    direct = dict(_counted(*access.reader(actor, brand), locale))
    return _grown(_section_places(brand.pk), _category_places(brand.pk), direct, locale) if direct else Tree([], {})


def _branch(actor: Actor, brand: Brand, locale: str, places: list[Place]) -> Tree:
    """The tree of the one category whose sections stand at these places."""
    ids = Ids(pk for pk, *_ in places)
    direct = dict(_counted_in(*access.reader(actor, brand), locale, ids)) if ids else {}
    return _grown(places, [places[0][1]], direct, locale) if direct else Tree([], {})


def _grown(places: list[Place], categories: list[int], direct: dict[int, int], locale: str) -> Tree:
    """The tree of some sections and their categories, with how many articles stand in each section."""
    names = titles("section", [pk for pk, *_ in places], locale)
    shelves = {pk: Shelf(pk, *names[pk], articles=direct.get(pk, 0), directly=direct.get(pk, 0)) for pk, *_ in places}
    above = {pk: parent_id for pk, _, parent_id in places}
    for pk, count in direct.items():
        _add_upwards(shelves, above, above.get(pk), count)
    in_categories = titles("category", categories, locale)
    roots = {pk: Shelf(pk, *in_categories[pk], articles=0) for pk in categories}
    for pk, category_id, parent_id in places:
        if shelves[pk].articles:
            _put(shelves[pk], shelves.get(parent_id or 0), roots[category_id])
    for root in roots.values():
        _tell_the_way(root, [("category", root.pk, root.title)])
    full = {pk: shelf for pk, shelf in shelves.items() if shelf.articles}
    return Tree([root for root in roots.values() if root.articles], full)


@statements.kept(is_prepared=True)
def _counted(sees: Sees, brand_id: int, segment_ids: Ids | None, locale: str) -> QuerySet[Translation, tuple[int, int]]:
    """Each section's id with how many articles stand in it."""
    return _by_section(shown_to(sees, brand_id, segment_ids, locale))


@statements.kept(is_prepared=True)
def _counted_in(
    sees: Sees, brand_id: int, segment_ids: Ids | None, locale: str, ids: Ids
) -> QuerySet[Translation, tuple[int, int]]:
    """The same for some sections."""
    return _by_section(shown_to(sees, brand_id, segment_ids, locale).filter(article__section__any_of=ids))


def _by_section(rows: QuerySet[Translation]) -> QuerySet[Translation, tuple[int, int]]:
    counted = rows.values("article__section_id").annotate(found=Count("pk"))
    return counted.order_by().values_list("article__section_id", "found")


def way_to(section: Section, locale: str) -> list[tuple[str, int, str]]:
    """The shelves in which an article of this section stands, outermost first: kind, id, title.

    For somebody who reads an article there, who may know them all."""
    parents = dict(_parents(section.category_id))
    ids = [section.pk]
    while (parent_id := parents.get(ids[-1])) is not None and parent_id not in ids:
        ids.append(parent_id)
    names, tops = titles("section", ids, locale), titles("category", [section.category_id], locale)
    first = ("category", section.category_id, tops[section.category_id][0])
    return [first, *(("section", pk, names[pk][0]) for pk in reversed(ids))]


def titles(kind: Literal["section", "category"], ids: list[int], locale: str) -> dict[int, tuple[str, str]]:
    """Title and description of shelves by id: in that language, else in the one they were first written in."""
    found: dict[int, tuple[str, str]] = dict.fromkeys(ids, ("", ""))
    said = (_titles_of_sections if kind == "section" else _titles_of_categories)(Ids(ids), locale)
    for pk, said_in, title, body_text in said:
        if said_in == locale or not found[pk][0]:
            found[pk] = (title, body_text)
    return found


@statements.kept(is_prepared=True)
def _titles_of_sections(ids: Ids, locale: str) -> QuerySet[Translation, tuple[int, str, str, str]]:
    rows = Translation.objects.filter(Q(locale=locale) | Q(locale=F("section__source_locale")), section__any_of=ids)
    return rows.values_list("section_id", "locale", "title", "body_text")


@statements.kept(is_prepared=True)
def _titles_of_categories(ids: Ids, locale: str) -> QuerySet[Translation, tuple[int, str, str, str]]:
    rows = Translation.objects.filter(Q(locale=locale) | Q(locale=F("category__source_locale")), category__any_of=ids)
    return rows.values_list("category_id", "locale", "title", "body_text")


@statements.kept(is_prepared=True)
def _parents(category_id: int) -> QuerySet[Section, tuple[int, int | None]]:
    return Section.objects.filter(category_id=category_id).values_list("pk", "parent_id")


_SHOWN = ("article_id", "locale", "title", "article__section_id", "article__is_promoted")  # of an article in a list
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


@statements.kept(is_prepared=True)
def _section_places(brand_id: int) -> QuerySet[Section, Place]:
    return _places(brand_id)


@statements.kept(is_prepared=True)
def _places_in_category(brand_id: int, category_id: int) -> QuerySet[Section, Place]:
    return _places(brand_id).filter(category_id=category_id)


@statements.kept(is_prepared=True)
def _places_around(brand_id: int, section_id: int) -> QuerySet[Section, Place]:
    """Those of the category that this section is in."""
    return _places(brand_id).filter(category__in=Section.objects.filter(pk=section_id).values("category_id"))


def _places(brand_id: int) -> QuerySet[Section, Place]:
    # Only ids: rows of hundreds of sections take longer to make than all else on the page.
    rows = Section.objects.filter(brand=brand_id).order_by("position", "pk")
    return rows.values_list("pk", "category_id", "parent_id")


@statements.kept(is_prepared=True)
def _category_places(brand_id: int) -> QuerySet[Category, int]:
    return Category.objects.filter(brand=brand_id).order_by("position", "pk").values_list("pk", flat=True)


def _tell_the_way(shelf: Shelf, way: list[tuple[str, int, str]]) -> None:
    for one in shelf.sections:
        one.above = way
        _tell_the_way(one, [*way, ("section", one.pk, one.title)])
