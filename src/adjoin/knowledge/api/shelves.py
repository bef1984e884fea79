"""Categories and sections over the API: those with something to read for whoever asks, all for who looks after them."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access.api.dry_run import TAKES
from adjoin.kernel.api import answers, describe, reading
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.knowledge import access, queries, readership, serialize
from adjoin.knowledge.actions import shelves, texts
from adjoin.knowledge.api import common, trying
from adjoin.knowledge.api.schemas import ShelfJson, ShelfWriteJson
from adjoin.knowledge.models import Category, Section, Translation, UserSegment

router = Router(tags=["Help center categories and sections"])
ONE = {key: describe.one(key, ShelfJson) for key in ("category", "section")}
MANY = {key: describe.many(key, ShelfJson) for key in ("categories", "sections")}
SORTS = Sorts.of("position", "created_at", "updated_at", default="position")
KEYS = {"name", "description", "locale", "position", "category_id", "parent_section_id", "user_segment_id"}


@common.both(router, "/categories", response=MANY["categories"], openapi_extra=describe.takes(*PAGED))
def list_categories(request: DeskRequest, locale: str = "") -> HttpResponse:
    """The categories of the host's help center in which there is something for you."""
    wanted = common.language(locale)
    return common.listed(request, "categories", _categories(request), lambda rows: _shown(request, rows, wanted), SORTS)


@common.both(router, "/sections", response=MANY["sections"], openapi_extra=describe.takes(*PAGED))
def list_sections(request: DeskRequest, locale: str = "") -> HttpResponse:
    """The sections of the host's help center in which there is something for you."""
    wanted = common.language(locale)
    return common.listed(request, "sections", _sections(request), lambda rows: _shown(request, rows, wanted), SORTS)


@common.both(router, "/categories/{int:category_id}/sections", response=MANY["sections"])
def list_category_sections(request: DeskRequest, category_id: int, locale: str = "") -> HttpResponse:
    """Those of one category."""
    wanted, rows = common.language(locale), _sections(request).filter(category=category(request, category_id))
    return common.listed(request, "sections", rows, lambda page: _shown(request, page, wanted), SORTS)


@common.both(router, "/categories/{int:category_id}", response=ONE["category"])
def show_category(request: DeskRequest, category_id: int, locale: str = "") -> HttpResponse:
    """One category."""
    return _answer(request, category(request, category_id), common.language(locale))


@common.both(router, "/sections/{int:section_id}", response=ONE["section"])
def show_section(request: DeskRequest, section_id: int, locale: str = "") -> HttpResponse:
    """One section."""
    return _answer(request, section(request, section_id), common.language(locale))


@common.both(router, "/categories", "post", auth=agents_only, openapi_extra=describe.asks("category", ShelfWriteJson))
def create_category(request: DeskRequest, locale: str = "") -> HttpResponse:
    """A new category."""
    data = reading.wrapped(request, "category")
    row = shelves.create_category(
        actor=request.actor, brand=request.brand, now=timezone.now(), **_words(data, locale), **_position(data)
    )
    return _answer(request, row, status=201, ignored=reading.unknown_to(data, KEYS, "category"))


@common.both(
    router,
    "/categories/{int:category_id}/sections",
    "post",
    auth=agents_only,
    openapi_extra=describe.asks("section", ShelfWriteJson),
)
def create_section(request: DeskRequest, category_id: int, locale: str = "") -> HttpResponse:
    """A new section, perhaps inside another one of the category."""
    data = reading.wrapped(request, "section")
    row = shelves.create_section(
        actor=request.actor,
        category=category(request, category_id),
        parent=_parent(request, data),
        segment=_segment(data),
        now=timezone.now(),
        **_words(data, locale),
        **_position(data),
    )
    return _answer(request, row, status=201, ignored=reading.unknown_to(data, KEYS, "section"))


@common.both(router, "/categories/{int:category_id}", "put", auth=agents_only)
def update_category(request: DeskRequest, category_id: int, locale: str = "") -> HttpResponse:
    """Its place; its name and description are changed by its translations, or here in the first language."""
    data, row = reading.wrapped(request, "category"), category(request, category_id)
    if "position" in data:
        row = shelves.change_category(actor=request.actor, category=row, now=timezone.now(), **_position(data))
    _rename(request, row, data)
    return _answer(request, row, ignored=reading.unknown_to(data, KEYS, "category"))


@common.both(router, "/sections/{int:section_id}", "put", auth=agents_only, openapi_extra=describe.takes(TAKES))
@transaction.atomic
def update_section(request: DeskRequest, section_id: int, locale: str = "") -> HttpResponse:
    """Its place, also inside another section or category, and whom it is kept for."""
    data, row = reading.wrapped(request, "section"), section(request, section_id)
    fields: dict[str, Any] = _position(data)
    if "category_id" in data:
        fields["category"] = category(request, reading.whole_number(data["category_id"]) or 0)
    if "parent_section_id" in data:
        fields["parent"] = _parent(request, data)
    if "user_segment_id" in data:
        fields["segment"] = _segment(data)

    def change() -> Section:
        changed = row
        if fields:
            changed = shelves.change_section(actor=request.actor, section=row, now=timezone.now(), **fields)
        _rename(request, changed, data)
        return changed

    if (tried := trying.answer_if_asked(request, partial(readership.of_section, row.pk), change)) is not None:
        return tried
    return _answer(request, change(), ignored=reading.unknown_to(data, KEYS, "section"))


@router.delete("/help_center/categories/{int:category_id}", auth=agents_only, response={204: None})
def delete_category(request: DeskRequest, category_id: int) -> HttpResponse:
    """Delete a category in which no article stands."""
    shelves.delete_shelf(actor=request.actor, shelf=category(request, category_id), now=timezone.now())
    return answers.nothing()


@router.delete("/help_center/sections/{int:section_id}", auth=agents_only, response={204: None})
def delete_section(request: DeskRequest, section_id: int) -> HttpResponse:
    """Delete a section in which no article stands."""
    shelves.delete_shelf(actor=request.actor, shelf=section(request, section_id), now=timezone.now())
    return answers.nothing()


def category(request: DeskRequest, category_id: int) -> Category:
    """One category that whoever asks may see. Raises `NotFound`."""
    found = _categories(request).filter(pk=category_id).first()
    if found is None:
        raise NotFound
    return found


def section(request: DeskRequest, section_id: int) -> Section:
    """One section that whoever asks may see. Raises `NotFound`."""
    found = _sections(request).filter(pk=section_id).first()
    if found is None:
        raise NotFound
    return found


def _categories(request: DeskRequest) -> QuerySet[Category]:
    rows = Category.objects.filter(brand=request.brand)
    if access.manages(request.actor, request.brand):
        return rows
    return rows.filter(pk__in=[one.pk for one in queries.categories(request.actor, request.brand, common.FIRST)])


def _sections(request: DeskRequest) -> QuerySet[Section]:
    rows = Section.objects.filter(brand=request.brand)
    if access.manages(request.actor, request.brand):
        return rows
    return rows.filter(pk__in=list(queries.tree(request.actor, request.brand, common.FIRST).sections))


def _shown(request: DeskRequest, rows: list[Any], locale: str) -> list[answers.Json]:
    kind = "category" if rows and isinstance(rows[0], Category) else "section"
    words = Translation.objects.filter(common.in_first_language(kind, locale), **{f"{kind}__in": rows})
    by_id = {getattr(text, f"{kind}_id"): text for text in words}
    show = serialize.shelf if kind == "category" else serialize.section
    told = [show(row, by_id[row.pk], answers.origin(request)) for row in rows if row.pk in by_id]
    if kind == "section" and not access.manages(request.actor, request.brand):
        return [{**one, "user_segment_id": None} for one in told]
    return told


def _answer(
    request: DeskRequest,
    row: Category | Section,
    locale: str = "",
    *,
    status: int = 200,
    ignored: list[str] | None = None,
) -> HttpResponse:
    key = "category" if isinstance(row, Category) else "section"
    return answers.answer({key: _shown(request, [row], locale)[0]}, status, ignored=ignored or ())


def _words(data: dict[str, Any], locale: str) -> dict[str, Any]:
    asked = reading.text("locale", data.get("locale")) or common.language(locale) or "en"
    return {
        "name": reading.text("name", data.get("name")),
        "description": reading.text("description", data.get("description")),
        "locale": asked,
    }


def _position(data: dict[str, Any]) -> dict[str, Any]:
    if "position" not in data:
        return {}
    if not isinstance(data["position"], int) or isinstance(data["position"], bool) or abs(data["position"]) > 2**31 - 1:
        raise Invalid.field("position", say("Position: must be a whole number"))
    return {"position": data["position"]}


def _parent(request: DeskRequest, data: dict[str, Any]) -> Section | None:
    asked = data.get("parent_section_id")
    return None if asked is None else section(request, reading.whole_number(asked) or 0)


def _segment(data: dict[str, Any]) -> UserSegment | None:
    asked = data.get("user_segment_id")
    if asked is None:
        return None
    found = UserSegment.objects.filter(pk=reading.whole_number(asked) or 0).first()
    if found is None:
        raise Invalid.field("user_segment_id", say("There is no such segment."))
    return found


def _rename(request: DeskRequest, row: Category | Section, data: dict[str, Any]) -> None:
    columns = {"name": "title", "description": "body"}
    words: dict[str, Any] = {to: reading.text(key, data[key]) for key, to in columns.items() if key in data}
    if words:
        texts.write(actor=request.actor, of=row, locale=row.source_locale, now=timezone.now(), **words)
