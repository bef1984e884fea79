"""All shelves and articles of a brand as those see them who look after them: empty ones and drafts, too."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from adjoin.knowledge import markup, queries
from adjoin.knowledge.models import BrandSegment, Category, Revision, Section, Translation, UserSegment
from adjoin.knowledge.terms import SOURCE_LOCALE

if TYPE_CHECKING:
    from adjoin.brands.models import Brand


@dataclass(frozen=True)
class Line:
    """One line of two versions put side by side: `kind` is `same`, `gone` or `came`."""

    kind: str
    words: str


@dataclass(frozen=True)
class Row:
    """A category or section of the page on which they are arranged; `depth` is how far inside it stands."""

    kind: str
    pk: int
    category_id: int
    title: str
    depth: int
    kept_for: str = ""  # the segment that a section itself names


def arranged(brand: Brand) -> list[Row]:
    """Every category with its sections below it, in order."""
    categories = list(Category.objects.filter(brand=brand).order_by("position", "pk"))
    sections = list(Section.objects.filter(brand=brand).select_related("segment").order_by("position", "pk"))
    names = queries.titles("section", [one.pk for one in sections], SOURCE_LOCALE)
    tops = queries.titles("category", [one.pk for one in categories], SOURCE_LOCALE)
    rows: list[Row] = []
    for category in categories:
        rows.append(Row("category", category.pk, category.pk, tops[category.pk][0], 0))
        _below(rows, [one for one in sections if one.category_id == category.pk], None, 1, names)
    return rows


def section_choices(brand: Brand) -> list[tuple[str, list[tuple[int, str]]]]:
    """The sections under the names of their categories, for a field."""
    found: list[tuple[str, list[tuple[int, str]]]] = []
    for row in arranged(brand):
        if row.kind == "category":
            found.append((row.title, []))
        else:
            found[-1][1].append((row.pk, f"{' ' * 2 * (row.depth - 1)}{row.title}"))
    return [(title, sections) for title, sections in found if sections]


def differences(older: Revision | None, newer: Revision) -> list[Line]:
    """What came and what went from one revision to the next, line by line."""
    old = markup.words(older.body).splitlines() if older is not None else []
    titles = [older.title] if older is not None else []
    lines = difflib.ndiff([*titles, *old], [newer.title, *markup.words(newer.body).splitlines()])
    kinds = {"  ": "same", "- ": "gone", "+ ": "came"}
    return [Line(kinds[line[:2]], line[2:]) for line in lines if line[:2] in kinds and line[2:].strip()]


def segment_of(brand: Brand) -> UserSegment | None:
    """The segment a whole help center is kept for, if it is."""
    row = BrandSegment.objects.select_related("segment").filter(brand=brand).first()
    return row.segment if row else None


def has_section(brand: Brand, name: str) -> bool:
    """Whether a section of the brand's help center is called that, in any language."""
    return Translation.objects.filter(section__brand=brand, title__iexact=name).exists()


def segments() -> QuerySet[UserSegment]:
    """Every segment, the built-in ones first."""
    return UserSegment.objects.order_by("-is_built_in", "name", "pk")


def _below(
    rows: list[Row], sections: list[Section], parent_id: int | None, depth: int, names: dict[int, tuple[str, str]]
) -> None:
    for one in sections:
        if one.parent_id == parent_id:
            kept_for = one.segment.name if one.segment is not None else ""
            rows.append(Row("section", one.pk, one.category_id, names[one.pk][0], depth, kept_for))
            _below(rows, sections, one.pk, depth + 1, names)
