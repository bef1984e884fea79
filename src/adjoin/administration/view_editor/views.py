"""Making and changing views: one's own, and those of others as far as one's role changes them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.access import permissions, readable
from adjoin.access.gates import agents_only
from adjoin.access.permissions import Permission
from adjoin.administration import ordering
from adjoin.administration.view_editor.forms import ViewForm
from adjoin.kernel.errors import DeskError, NotAllowed, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.rules.sentences import Writer
from adjoin.saved_views import actions, cells, queries
from adjoin.saved_views.models import View
from adjoin.tickets import pages
from adjoin.tickets import queries as tickets

PREVIEW_ROWS = 10


@require_GET
@agents_only
def all_views(request: DeskRequest) -> HttpResponse:
    """Those one has, with what they hold."""
    mine, writer = set(actions.writable(request.actor).values_list("pk", flat=True)), Writer()
    names = dict(readable.groups(request.actor).values_list("pk", "name"))
    rows = [
        {
            "view": one,
            "is_mine_to_change": one.pk in mine,
            "whose": _("Only you") if one.owner_id else _listed(names, one.group_ids) or _("All agents"),
            "says": [writer.condition(row) for part in ("all", "any") for row in one.conditions.get(part) or ()],
        }
        for one in queries.visible(request.actor).in_order()
    ]
    return _answer(request, "list", {"rows": rows, "may_make": actions.MAKERS.for_themselves(request.actor)})


@require_http_methods(["GET", "POST"])
@agents_only
def new(request: DeskRequest) -> HttpResponse:
    """A new view."""
    if not actions.MAKERS.for_themselves(request.actor):
        raise NotFound
    form = ViewForm(_posted(request), actor=request.actor, view=None)
    if _is_saving(request, form) and (conditions := form.conditions()) is not None:
        try:
            made = actions.create_view(
                actor=request.actor, conditions=conditions, now=timezone.now(), **form.fields_of_view()
            )
        except DeskError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(title)s is there.") % {"title": made.title})
            return redirect("saved_views:show" if made.is_active else "view_editor:edit", made.pk)
    return _page(request, form, None)


@require_http_methods(["GET", "POST"])
@agents_only
def edit(request: DeskRequest, view_id: int) -> HttpResponse:
    """One view that one may change."""
    view = _view(request, view_id)
    form = ViewForm(_posted(request), actor=request.actor, view=view)
    if _is_saving(request, form) and (conditions := form.conditions()) is not None:
        fields = {**form.fields_of_view(), "conditions": conditions}
        try:
            actions.update_view(actor=request.actor, view_id=view.pk, now=timezone.now(), **fields)
        except NotAllowed:
            raise
        except DeskError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(title)s is saved.") % {"title": fields["title"]})
            return redirect("saved_views:show" if fields["is_active"] else "view_editor:edit", view.pk)
    return _page(request, form, view)


@require_POST
@agents_only
def move(request: DeskRequest, view_id: int) -> HttpResponse:
    """One place earlier or later among those one may change."""
    _view(request, view_id)
    rows = list(actions.writable(request.actor).in_order())
    places = sorted(one.position for one in rows)
    ids = ordering.moved([one.pk for one in rows], view_id, up=request.POST.get("to") == "earlier")
    now = timezone.now()
    for at, pk in enumerate(ids):
        position = max(places[at], places[0] + at)
        actions.update_view(actor=request.actor, view_id=pk, now=now, position=position)
    return redirect("view_editor:list")


@require_http_methods(["GET", "POST"])
@agents_only
def delete(request: DeskRequest, view_id: int) -> HttpResponse:
    """Ask, then have it gone."""
    view = _view(request, view_id)
    if request.method == "GET":
        return _answer(request, "delete", {"view": view})
    actions.delete_view(actor=request.actor, view_id=view.pk, now=timezone.now())
    messages.success(request, _("%(title)s is deleted.") % {"title": view.title})
    return redirect("view_editor:list")


def _view(request: DeskRequest, view_id: int) -> View:
    found = actions.writable(request.actor).filter(pk=view_id).first()
    if found is None:
        raise NotFound
    return found


def _posted(request: DeskRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _is_saving(request: DeskRequest, form: ViewForm) -> bool:
    return request.method == "POST" and request.POST.get("do") == "save" and form.is_valid()


def _page(request: DeskRequest, form: ViewForm, view: View | None) -> HttpResponse:
    asked = request.POST.get("do", "")
    if request.method == "POST" and asked not in ("save", "preview"):
        form.errors.clear()  # somebody who adds a line has not finished typing
    context: dict[str, Any] = {"form": form, "view": view}
    if asked == "preview":
        form.errors.pop("title", None)
        context |= _preview(request, form)
    is_refused = asked == "save" or (asked == "preview" and "table" not in context)
    part = "#builder" if request.htmx else ""
    return _answer(request, "edit", context, part=part, status=422 if is_refused else 200)


def _preview(request: DeskRequest, form: ViewForm) -> dict[str, Any]:
    """The first rows of the view as it is typed, and how many there are; nothing when it is broken."""
    conditions = form.conditions()
    if conditions is None or form.errors:
        return {}
    now = timezone.now()
    draft = View(pk=0, title="Preview", conditions=conditions, created_at=now, updated_at=now, **form.shape())
    found = queries.matching(request.actor, conditions)
    page = pages.of(request.actor, found, queries.question(draft, {}), size=PREVIEW_ROWS)
    rows = tickets.rows(request.actor, page.rows)
    count = queries.counts(request.actor, [draft])[0]
    words = queries.Count(count if count <= queries.COUNT_MAX else None).words
    return {"table": cells.of(draft, page, rows), "count": words}


def _answer(
    request: DeskRequest, name: str, context: dict[str, Any], *, part: str = "", status: int = 200
) -> HttpResponse:
    """A page among the rooms of the settings for those who manage rules, one of the workspace for others."""
    is_room = permissions.allows(request.actor, Permission.MANAGE_RULES)
    shell = "admin.html" if is_room else "administration/macros/plain.html"
    context = {**context, "shell": shell, "section": "view_editor" if is_room else "views"}
    return render(request, f"administration/view_editor/{name}.html{part}", context, status=status)


def _listed(names: dict[int, str], group_ids: list[int]) -> str:
    return ", ".join(names[pk] for pk in group_ids if pk in names)
