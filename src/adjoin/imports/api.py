"""Imports over the API. Zendesk has no shape for these."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.imports import actions
from adjoin.imports.models import Import
from adjoin.kernel import wording
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.answers import Json
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import signed_in
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import BadRequest, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say

router = Router(tags=["Imports"], auth=signed_in)
SORTS = Sorts.of("created_at", default="-created_at")


class LineJson(Schema):
    """One line of the file: `create`, `update`, `same` or `wrong`, and why."""

    line: int
    outcome: str
    title: str
    says: str


class ImportJson(Schema):
    """A file taken in. `status`: waiting, checking, ready, wrong, running, done, undoing, undone."""

    id: int
    kind: str
    file_name: str
    status: str
    total: int
    progress: int
    creates: int
    updates: int
    unchanged: int
    wrong: int
    message: str
    lines: list[LineJson]
    report_url: str | None
    created_by_id: int | None
    created_at: str
    done_at: str | None


ONE = describe.one("import", ImportJson)
FILE = {
    "kind": {"type": "string", "description": "users, organizations or memberships"},
    "file": {"type": "string", "format": "binary", "description": "CSV in UTF-8, or XLSX"},
    "run": {"type": "boolean", "description": "Import it at once when no line is wrong"},
}
ASKS = {
    "requestBody": {
        "required": True,
        "content": {"multipart/form-data": {"schema": {"type": "object", "properties": FILE}}},
    }
}


@router.post("/imports", response={201: ONE}, openapi_extra=ASKS)
def create_import(request: DeskRequest) -> HttpResponse:
    """Send a file of people, organizations or memberships. It is checked, and imported when you say so; for admins."""
    permissions.require(request.actor, Permission.IMPORT_PEOPLE)
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or file.file is None:
        raise BadRequest(say("Parameter file is required, in a form of the type multipart/form-data"))
    row = actions.upload(
        actor=request.actor,
        kind=request.POST.get("kind", ""),
        stream=file.file,
        file_name=file.name or "",
        now=timezone.now(),
        runs_when_checked=reading.flag("run", request.POST.get("run", "false")),
    )
    return answers.created({"import": _shown(request, row)}, _address(request, row))


@router.get("/imports", response=describe.many("imports", ImportJson), openapi_extra=describe.takes(*PAGED))
def list_imports(request: DeskRequest) -> HttpResponse:
    """All imports, newest first; for admins."""
    permissions.require(request.actor, Permission.IMPORT_PEOPLE)
    page = paging.page(request, Import.objects.all(), SORTS)
    return answers.answer(page.envelope("imports", [_shown(request, row) for row in page.rows]))


@router.get("/imports/{int:import_id}", response=ONE)
def show_import(request: DeskRequest, import_id: int) -> HttpResponse:
    """How far an import is, and the first lines of what would become of it: what is wrong first."""
    permissions.require(request.actor, Permission.IMPORT_PEOPLE)
    row = Import.objects.filter(pk=import_id).first()
    if row is None:
        raise NotFound
    return answers.answer({"import": _shown(request, row)})


@router.post("/imports/{int:import_id}/run", response=ONE)
def run_import(request: DeskRequest, import_id: int) -> HttpResponse:
    """Have a checked import written, whole or not at all."""
    row = actions.start(actor=request.actor, import_id=import_id, now=timezone.now())
    return answers.answer({"import": _shown(request, row)})


@router.post("/imports/{int:import_id}/undo", response=ONE)
def undo_import(request: DeskRequest, import_id: int) -> HttpResponse:
    """Have an import taken back, for a day after it was done."""
    row = actions.undo(actor=request.actor, import_id=import_id, now=timezone.now())
    return answers.answer({"import": _shown(request, row)})


def _shown(request: DeskRequest, row: Import) -> Json:
    names = ("line", "outcome", "title", "says")
    lines: list[dict[str, Any]] = [dict(zip(names, wording.tell_all(notice), strict=True)) for notice in row.notices]
    report = f"{answers.origin(request)}/admin/imports/{row.pk}/report.csv" if row.report_sha256 else None
    counts = ("total", "progress", "creates", "updates", "unchanged", "wrong")
    return {
        "id": row.pk,
        "kind": row.kind,
        "file_name": row.file_name,
        "status": row.state,
        **{name: getattr(row, name) for name in counts},
        "message": row.message,
        "lines": lines,
        "report_url": report,
        "created_by_id": row.by_id,
        "created_at": answers.moment(row.created_at),
        "done_at": answers.moment(row.done_at),
    }


def _address(request: DeskRequest, row: Import) -> str:
    return f"{answers.origin(request)}/api/adjoin/v1/imports/{row.pk}"
