"""Arranging a help center: its categories and sections."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.access import readable
from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.brands.models import Brand
from adjoin.kernel.errors import DeskError, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.knowledge import access, readership, shelving
from adjoin.knowledge.actions import shelves, texts
from adjoin.knowledge.forms import ShelfForm, shelf_initial
from adjoin.knowledge.models import Category, Section, UserSegment

if TYPE_CHECKING:
    from adjoin.knowledge.readership import Moved

REFUSED = 422


@require_GET
@allowed_only(Permission.MANAGE_ARTICLES)
def arrange(request: DeskRequest) -> HttpResponse:
    """Every category with its sections."""
    brand = _brand(request, request.GET.get("brand", ""))
    context = {"rows": shelving.arranged(brand), "brand_shown": brand, "section": "knowledge"}
    return render(request, "knowledge/shelves.html", context)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_ARTICLES)
def new_category(request: DeskRequest) -> HttpResponse:
    """A new category."""
    brand = _brand(request, request.GET.get("brand", ""))
    form = ShelfForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            shelves.create_category(actor=request.actor, brand=brand, now=timezone.now(), **_words(form))
        except DeskError as error:
            form.explain(error)
        else:
            return redirect("knowledge:shelves")
    return _show(request, form, title=_("New category"))


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_ARTICLES)
def new_section(request: DeskRequest, category_id: int) -> HttpResponse:
    """A new section of a category."""
    category = _category(request, category_id)
    form = ShelfForm(request.POST if request.method == "POST" else None, sections=_sections(category))
    if request.method == "POST" and form.is_valid():
        place = {"category": category, **_place(form, category)}
        try:
            shelves.create_section(actor=request.actor, now=timezone.now(), **place, **_words(form))
        except DeskError as error:
            form.explain(error)
        else:
            return redirect("knowledge:shelves")
    return _show(request, form, title=_("New section"))


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_ARTICLES)
def edit_category(request: DeskRequest, category_id: int) -> HttpResponse:
    """A category's name, words and place."""
    return _edit(request, _category(request, category_id), None)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_ARTICLES)
def edit_section(request: DeskRequest, section_id: int) -> HttpResponse:
    """A section's name, words and place."""
    section = _section(request, section_id)
    others = [one for one in _sections(section.category) if one[0] != section.pk]
    return _edit(request, section, others)


@require_POST
@allowed_only(Permission.MANAGE_ARTICLES)
def delete_category(request: DeskRequest, category_id: int) -> HttpResponse:
    """Delete an empty category."""
    return _delete(request, _category(request, category_id))


@require_POST
@allowed_only(Permission.MANAGE_ARTICLES)
def delete_section(request: DeskRequest, section_id: int) -> HttpResponse:
    """Delete an empty section."""
    return _delete(request, _section(request, section_id))


def _edit(request: DeskRequest, row: Category | Section, sections: list[tuple[int, str]] | None) -> HttpResponse:
    text = row.translations.get(locale=row.source_locale)
    initial = shelf_initial(row if isinstance(row, Section) else None, text, row.position)
    form = ShelfForm(request.POST if request.method == "POST" else None, sections=sections, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            moved = _moved(request, row, form)
            if moved is not None and moved.is_anybody and request.POST.get("sure") != "1":
                return _show(request, form, title=text.title, shelf=row, is_section=True, moved=moved)
            _save(request, row, form)
        except DeskError as error:
            form.explain(error)
        else:
            messages.success(request, f"{form.cleaned_data['name']} is saved.")
            return redirect("knowledge:shelves")
    return _show(request, form, title=text.title, shelf=row, is_section=isinstance(row, Section))


def _moved(request: DeskRequest, row: Category | Section, form: ShelfForm) -> Moved | None:
    """Who would come to read what stands in a section, and who no more, where that may be."""
    if not isinstance(row, Section) or not {"parent", "segment"}.intersection(form.changed_data):
        return None
    again = _section(request, row.pk)
    return readership.moved_by(partial(readership.of_section, row.pk), lambda: _save(request, again, form))


def _save(request: DeskRequest, row: Category | Section, form: ShelfForm) -> None:
    said, now = form.cleaned_data, timezone.now()
    position = said["position"] if said["position"] is not None else row.position
    words = {"title": said["name"], "body": said["description"]}
    if isinstance(row, Section):
        place = {"position": position, **_place(form, row.category)}
        shelves.change_section(actor=request.actor, section=row, now=now, **place)
    else:
        shelves.change_category(actor=request.actor, category=row, position=position, now=now)
    texts.write(actor=request.actor, of=row, locale=row.source_locale, now=now, **words)


def _delete(request: DeskRequest, row: Category | Section) -> HttpResponse:
    try:
        shelves.delete_shelf(actor=request.actor, shelf=row, now=timezone.now())
    except DeskError as error:
        messages.error(request, str(error))
    return redirect("knowledge:shelves")


def _words(form: ShelfForm) -> dict[str, Any]:
    said = form.cleaned_data
    return {"name": said["name"], "description": said["description"], "position": said["position"] or 0}


def _place(form: ShelfForm, category: Category) -> dict[str, Any]:
    """The section around a section, and whom it is kept for."""
    said = form.cleaned_data
    return {
        "parent": Section.objects.filter(category=category, pk=said["parent"] or 0).first(),
        "segment": UserSegment.objects.filter(pk=said["segment"] or 0).first(),
    }


def _sections(category: Category) -> list[tuple[int, str]]:
    rows = shelving.arranged(category.brand)
    return [(row.pk, row.title) for row in rows if row.kind == "section" and row.category_id == category.pk]


def _brand(request: DeskRequest, asked: str) -> Brand:
    mine = [one for one in readable.brands(request.actor) if access.manages(request.actor, one)]
    chosen = [one for one in mine if str(one.pk) == asked] or [one for one in mine if one == request.brand] or mine
    if not chosen:
        raise NotFound
    return chosen[0]


def _category(request: DeskRequest, category_id: int) -> Category:
    found = Category.objects.select_related("brand").filter(pk=category_id).first()
    if found is None or not access.manages(request.actor, found.brand):
        raise NotFound
    return found


def _section(request: DeskRequest, section_id: int) -> Section:
    found = Section.objects.select_related("brand", "category").filter(pk=section_id).first()
    if found is None or not access.manages(request.actor, found.brand):
        raise NotFound
    return found


def _show(request: DeskRequest, form: ShelfForm, **more: Any) -> HttpResponse:
    context = {"form": form, "section": "knowledge", **more}
    return render(request, "knowledge/shelf.html", context, status=REFUSED if form.errors else 200)
