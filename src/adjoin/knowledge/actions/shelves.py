"""Categories and sections: where articles stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from adjoin.kernel import record
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.knowledge.actions import checks, texts
from adjoin.knowledge.models import Article, Category, Section, UserSegment
from adjoin.knowledge.terms import SOURCE_LOCALE

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.brands.models import Brand

DEPTH_MAX = 5  # sections inside each other, as Zendesk has it


@transaction.atomic
def create_category(
    *,
    actor: Actor,
    brand: Brand,
    name: str,
    now: datetime,
    description: str = "",
    locale: str = SOURCE_LOCALE,
    position: int = 0,
) -> Category:
    """A new category of the brand's help center. Raises `Invalid`, `NotAllowed`."""
    checks.require(actor, brand)
    row = Category.objects.create(brand=brand, position=position, source_locale=locale, created_at=now, updated_at=now)
    texts.write(actor=actor, of=row, locale=locale, title=name, body=description, now=now)
    record.changed(Did.CREATED, "category", row.pk, name, now=now)
    return row


@transaction.atomic
def create_section(
    *,
    actor: Actor,
    category: Category,
    name: str,
    now: datetime,
    parent: Section | None = None,
    description: str = "",
    locale: str = SOURCE_LOCALE,
    position: int = 0,
    segment: UserSegment | None = None,
) -> Section:
    """A new section of the category, perhaps inside another one of it, perhaps kept for a segment.

    Raises `Invalid`, `NotAllowed`."""
    category = checks.lock_category(actor, category)
    _check_parent(None, category, parent)
    row = Section.objects.create(
        brand=category.brand,
        category=category,
        parent=parent,
        position=position,
        source_locale=locale,
        segment=segment,
        walls=_walls(parent, segment),
        created_at=now,
        updated_at=now,
    )
    texts.write(actor=actor, of=row, locale=locale, title=name, body=description, now=now)
    told = {"user_segment": (None, segment.name)} if segment else {}
    record.changed(Did.CREATED, "section", row.pk, name, now=now, **told)
    return row


@transaction.atomic
def change_category(*, actor: Actor, category: Category, now: datetime, position: int) -> Category:
    """The category at another place. Raises `NotFound`, `NotAllowed`."""
    row = checks.lock_category(actor, category)
    row.position, row.updated_at = position, now
    row.save(update_fields=["position", "updated_at"])
    return row


@transaction.atomic
def change_section(*, actor: Actor, section: Section, now: datetime, **fields: Any) -> Section:
    """The section at another place: `position`, `category`, `parent`, all of the same brand; or for a `segment`.

    What is in it goes with it, and is kept for the segments of the sections around it as well.
    Raises `Invalid`, `NotFound`, `NotAllowed`."""
    row = checks.lock_section(actor, section)
    checks.lock_category(actor, row.category)  # so that nobody puts anything into it while it goes elsewhere
    category = checks.lock_category(actor, fields.get("category") or row.category)
    if category.brand_id != row.brand_id:
        raise Invalid.field("category_id", say("Category: a section stays in its brand's help center"))
    parent = fields.get("parent", row.parent if category.pk == row.category_id else None)
    _check_parent(row, category, parent)
    row.category, row.parent = category, parent
    row.position, row.updated_at = fields.get("position", row.position), now
    before, row.segment = row.segment, fields.get("segment", row.segment)
    row.save(update_fields=["category", "parent", "position", "segment", "updated_at"])
    within = inside(row)
    Section.objects.filter(pk__in=within).update(category=category)
    _build_walls(row, within)
    if before != row.segment:
        moved = (before.name if before else None, row.segment.name if row.segment else None)
        record.changed(Did.UPDATED, "section", row.pk, checks.name_of(row), now=now, user_segment=moved)
    return row


@transaction.atomic
def delete_shelf(*, actor: Actor, shelf: Category | Section, now: datetime) -> None:
    """Remove a category or section in which no article stands. Raises `Invalid`, `NotFound`, `NotAllowed`."""
    row = checks.lock_shelf(actor, shelf)
    is_section = isinstance(row, Section)
    within = Q(section__in=[row.pk, *inside(row)]) if isinstance(row, Section) else Q(section__category=row)
    held = Article.objects.filter(within)
    if standing := held.filter(archived_at=None).count():
        raise Invalid.field(
            "base", say("%(standing)s articles stand in it. Move or archive them first.") % {"standing": standing}
        )
    pk, title = row.pk, checks.name_of(row)
    held.delete()
    row.delete()
    record.changed(Did.DELETED, "section" if is_section else "category", pk, title, now=now)


def inside(section: Section) -> set[int]:
    """The ids of all sections inside it, at any depth."""
    parents = dict(Section.objects.filter(category_id=section.category_id).values_list("pk", "parent_id"))
    return {pk for pk in parents if section.pk in _above(pk, parents)}


def _build_walls(row: Section, within: set[int]) -> None:
    """The walls of a section and of what is inside it, from the outside in."""
    rows = {one.pk: one for one in Section.objects.filter(pk__in=within).select_related("segment")}
    waiting = [row]
    while waiting:
        one = waiting.pop()
        one.walls = _walls(rows.get(one.parent_id or 0) if one is not row else row.parent, one.segment)
        one.save(update_fields=["walls"])
        rows[one.pk] = one
        waiting += [inner for inner in rows.values() if inner.parent_id == one.pk]


def _walls(parent: Section | None, segment: UserSegment | None) -> list[int]:
    around = Section.objects.values_list("walls", flat=True).get(pk=parent.pk) if parent is not None else []
    return sorted({*around, *([segment.pk] if segment is not None else [])})


def _check_parent(row: Section | None, category: Category, parent: Section | None) -> None:
    if parent is None:
        return
    parents = dict(Section.objects.filter(category=category).values_list("pk", "parent_id"))
    if parent.pk not in parents:
        raise Invalid.field("parent_section_id", say("Parent section: choose one of the same category"))
    above = [parent.pk, *_above(parent.pk, parents)]
    if row is not None and row.pk in above:
        raise Invalid.field("parent_section_id", say("Parent section: a section cannot be inside itself"))
    if len(above) >= DEPTH_MAX:
        raise Invalid.field(
            "parent_section_id",
            say("Parent section: at most %(most)s sections inside each other") % {"most": DEPTH_MAX},
        )


def _above(pk: int, parents: Mapping[int, int | None]) -> Iterable[int]:
    found: list[int] = []
    at = parents.get(pk)
    while at is not None and at not in found:
        found.append(at)
        at = parents.get(at)
    return found
