"""Where in a help center imported articles go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.knowledge import shelving
from adjoin.knowledge.models import Category, Section

if TYPE_CHECKING:
    from adjoin.brands.models import Brand


@dataclass(frozen=True)
class Place:
    """A category, or a section of it."""

    category: Category
    section: Section | None
    depth: int  # sections around it, itself too

    @property
    def needs_section(self) -> bool:
        """Whether files in no folder need a section made for them: no article stands in a category itself."""
        return self.section is None


def choices(brand: Brand) -> list[tuple[str, str]]:
    """Every category and section, for a field."""
    rows = shelving.arranged(brand)
    return [(f"{row.kind}-{row.pk}", f"{' ' * 3 * row.depth}{row.title}") for row in rows]


def chosen(brand: Brand, value: str) -> Place:
    """The place of one of `choices`. Raises `Invalid`."""
    row = next((one for one in shelving.arranged(brand) if f"{one.kind}-{one.pk}" == value), None)
    if row is None:
        raise Invalid.field("place", say("Choose where they go."))
    category = Category.objects.select_related("brand").get(pk=row.category_id)
    section = Section.objects.select_related("brand", "category").get(pk=row.pk) if row.kind == "section" else None
    return Place(category, section, row.depth)
