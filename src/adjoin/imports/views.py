"""Imports as pages: sending a file, reading what would become of it, having it done, undoing it."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.adapters import storage
from adjoin.imports import actions, own_columns, reports
from adjoin.imports.forms import UploadForm
from adjoin.imports.models import UNDO_FOR, Import
from adjoin.imports.terms import COLUMNS, Kind, Outcome
from adjoin.kernel import languages, sheets
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import tell

LISTED = 20


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.IMPORT_PEOPLE)
def imports(request: DeskRequest) -> HttpResponse:
    """The newest imports, and the form for another."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            row = actions.upload(
                actor=request.actor,
                kind=form.cleaned_data["kind"],
                stream=file.file,
                file_name=file.name,
                now=timezone.now(),
            )
            return redirect("imports:show", row.pk)
        except Invalid as error:
            form.add_error("file", str(error))
    context = {
        "section": "imports",
        "form": form,
        "imports": Import.objects.select_related("by").order_by("-pk")[:LISTED],
        "columns": [(kind, kind.label, [*COLUMNS[kind], *own_columns.of(kind)]) for kind in Kind],
    }
    return render(request, "imports/list.html", context, status=422 if form.errors else 200)


@require_GET
@allowed_only(Permission.IMPORT_PEOPLE)
def show(request: DeskRequest, import_id: int) -> HttpResponse:
    """One import: how far it is, what would become of its lines, and what to do next."""
    row = _import(import_id)
    context = {
        "section": "imports",
        "import": row,
        "notices": [(line, Outcome(outcome), title, tell(says)) for line, outcome, title, says in row.notices],
        "can_be_undone": row.can_be_undone(timezone.now()),
        "undo_until": row.done_at + UNDO_FOR if row.done_at else None,
    }
    return render(request, "imports/show.html#part" if request.htmx else "imports/show.html", context)


@require_POST
@allowed_only(Permission.IMPORT_PEOPLE)
def start(request: DeskRequest, import_id: int) -> HttpResponse:
    """Have it written."""
    actions.start(actor=request.actor, import_id=import_id, now=timezone.now())
    return redirect("imports:show", import_id)


@require_POST
@allowed_only(Permission.IMPORT_PEOPLE)
def undo(request: DeskRequest, import_id: int) -> HttpResponse:
    """Have it taken back."""
    actions.undo(actor=request.actor, import_id=import_id, now=timezone.now())
    return redirect("imports:show", import_id)


@require_GET
@allowed_only(Permission.IMPORT_PEOPLE)
def report(request: DeskRequest, import_id: int) -> HttpResponseBase:
    """What would become of each line, all of them, as CSV."""
    row = _import(import_id)
    if not row.report_sha256:
        raise NotFound
    told = reports.told(storage.files().open(row.report_sha256), get_language() or languages.FIRST)
    response = StreamingHttpResponse(told, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{row.pk}.csv"'
    return response


@require_GET
@allowed_only(Permission.IMPORT_PEOPLE)
def template(request: DeskRequest, kind: str) -> HttpResponse:
    """A file with the columns of a kind and one line to replace."""
    if kind not in Kind.values:
        raise NotFound
    columns = {**COLUMNS[kind], **own_columns.of(kind)}
    lines = sheets.csv_lines([columns.keys(), columns.values()])
    response = HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return response


def _import(import_id: int) -> Import:
    found = Import.objects.select_related("by").filter(pk=import_id).first()
    if found is None:
        raise NotFound
    return found
