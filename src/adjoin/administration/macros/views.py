"""Macros: answers made ready, one's own and those of others as far as one's role changes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.access import permissions
from adjoin.access.gates import agents_only
from adjoin.access.permissions import Permission
from adjoin.administration.macros.forms import MacroForm
from adjoin.kernel.errors import DeskError, NotAllowed, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.rules import macro_files, macro_uses, macro_writes, macros
from adjoin.rules.models import Macro
from adjoin.rules.sentences import Writer
from adjoin.rules.usage import Usage

ROWS_MAX = 500


@dataclass(frozen=True)
class Row:
    """A macro in the list, in sentences."""

    macro: Macro
    whose: str
    brands: str
    does: list[str]
    is_mine_to_change: bool
    week: int  # how often it was sent


@require_GET
@agents_only
def all_macros(request: DeskRequest) -> HttpResponse:
    """Those one may use or change."""
    writable = macro_writes.writable(request.actor)
    rows = Macro.objects.filter(pk__in=macros.offered(request.actor).values("pk")) | Macro.objects.filter(
        pk__in=writable.values("pk")
    )
    mine = set(writable.values_list("pk", flat=True))
    writer = Writer()
    uses = macro_uses.of_macros(timezone.now())
    shown = [
        _row(one, writer, mine, uses.get(one.pk, Usage()).week)
        for one in rows.in_order().prefetch_related("groups", "brands")[:ROWS_MAX]
    ]
    return _answer(request, "list", {"rows": shown, "may_make": macro_writes.MAKERS.for_themselves(request.actor)})


@require_http_methods(["GET", "POST"])
@agents_only
def new(request: DeskRequest) -> HttpResponse:
    """A new macro."""
    if not macro_writes.MAKERS.for_themselves(request.actor):
        raise NotFound
    form = MacroForm(_posted(request), actor=request.actor, macro=None)
    if _is_saving(request, form) and (actions := form.actions()) is not None:
        try:
            made = macro_writes.create_macro(actor=request.actor, actions=actions, now=timezone.now(), **form.columns())
        except DeskError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(title)s is there.") % {"title": made.title})
            return redirect("macros:list")
    return _page(request, form, None)


@require_http_methods(["GET", "POST"])
@agents_only
def edit(request: DeskRequest, macro_id: int) -> HttpResponse:
    """One macro that one may change."""
    macro = _macro(request, macro_id)
    form = MacroForm(_posted(request), actor=request.actor, macro=macro)
    if _is_saving(request, form) and (actions := form.actions()) is not None:
        try:
            macro_writes.update_macro(
                actor=request.actor, macro_id=macro.pk, now=timezone.now(), actions=actions, **form.columns()
            )
        except NotAllowed:
            raise
        except DeskError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(title)s is saved.") % {"title": form.cleaned_data["title"]})
            return redirect("macros:list")
    return _page(request, form, macro)


@require_http_methods(["GET", "POST"])
@agents_only
def delete(request: DeskRequest, macro_id: int) -> HttpResponse:
    """Ask, then have it gone."""
    macro = _macro(request, macro_id)
    if request.method == "GET":
        return _answer(request, "delete", {"macro": macro})
    macro_writes.delete_macro(actor=request.actor, macro_id=macro.pk, now=timezone.now())
    messages.success(request, _("%(title)s is deleted.") % {"title": macro.title})
    return redirect("macros:list")


@agents_only
@require_POST
def add_file(request: DeskRequest, macro_id: int) -> HttpResponse:
    """Put a file on the macro; one that is refused says why."""
    macro, file = _macro(request, macro_id), request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return _page(request, MacroForm(actor=request.actor, macro=macro), macro, refused=_("Choose a file first."))
    try:
        macro_files.attach(
            actor=request.actor, stream=file, file_name=file.name or "", now=timezone.now(), macro_id=macro.pk
        )
    except DeskError as error:
        return _page(request, MacroForm(actor=request.actor, macro=macro), macro, refused=str(error))
    return redirect(reverse("macros:edit", args=[macro.pk]) + "#files")


@agents_only
@require_POST
def remove_file(request: DeskRequest, macro_id: int, macro_attachment_id: int) -> HttpResponse:
    """Take a file off the macro."""
    macro = _macro(request, macro_id)
    if not macro.attachments.filter(pk=macro_attachment_id).exists():
        raise NotFound
    macro_files.remove(actor=request.actor, attachment_id=macro_attachment_id, now=timezone.now())
    return redirect(reverse("macros:edit", args=[macro.pk]) + "#files")


def _row(macro: Macro, writer: Writer, mine: set[int], week: int) -> Row:
    groups = ", ".join(sorted(one.name for one in macro.groups.all()))
    return Row(
        macro,
        _("Only you") if macro.owner_id else groups or _("All agents"),
        ", ".join(sorted(one.name for one in macro.brands.all())),
        [writer.action(row, of_macro=True) for row in macro.actions],
        macro.pk in mine,
        week,
    )


def _macro(request: DeskRequest, macro_id: int) -> Macro:
    found = macro_writes.writable(request.actor).filter(pk=macro_id).first()
    if found is None:
        raise NotFound
    return found


def _posted(request: DeskRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _is_saving(request: DeskRequest, form: MacroForm) -> bool:
    return request.method == "POST" and request.POST.get("do") == "save" and form.is_valid()


def _page(request: DeskRequest, form: MacroForm, macro: Macro | None, refused: str = "") -> HttpResponse:
    is_refused = request.POST.get("do") == "save" or bool(refused)
    if request.method == "POST" and not is_refused:
        form.errors.clear()  # somebody who adds a line has not finished typing
    part = "#builder" if request.htmx else ""
    files = [(one, macros.content_path(one.pk)) for one in macro.attachments.order_by("pk")] if macro else []
    context = {
        "form": form,
        "macro": macro,
        "files": files,
        "file_refused": refused,
        "has_room": len(files) < macro_files.FILES_MAX,
    }
    return _answer(request, "edit", context, part=part, status=422 if is_refused else 200)


def _answer(
    request: DeskRequest, name: str, context: dict[str, Any], *, part: str = "", status: int = 200
) -> HttpResponse:
    """A page among the rooms of the settings for those who manage rules, one of the workspace for others."""
    is_room = permissions.allows(request.actor, Permission.MANAGE_RULES)
    shell = "admin.html" if is_room else "administration/macros/plain.html"
    context = {**context, "shell": shell, "section": "macros"}
    return render(request, f"administration/macros/{name}.html{part}", context, status=status)
