"""The log as a page and as a file."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.audit_log import queries, sentences
from adjoin.audit_log.models import Entry
from adjoin.audit_log.queries import Question
from adjoin.audit_log.terms import KINDS
from adjoin.kernel import record, sheets
from adjoin.kernel.record import Did
from adjoin.kernel.requests import DeskRequest


@require_GET
@allowed_only(Permission.READ_AUDIT_LOG)
def log(request: DeskRequest) -> HttpResponse:
    """What was changed, newest first, narrowed as the address says."""
    question = Question.read(request.GET.dict())
    page = queries.page(request.actor, question)
    asked = {name: value for name, value in request.GET.items() if value and name != "before"}
    context = {
        "section": "audit_log",
        "question": question,
        "kinds": sorted(KINDS.items(), key=lambda kind: kind[1].lower()),
        "rows": [(entry, sentences.did(entry), _told_apart(entry)) for entry in page.rows],
        "next": urlencode({**asked, "before": page.next}) if page.next else "",
        "asked": urlencode(asked),
    }
    return render(request, "audit_log/log.html", context)


@require_GET
@allowed_only(Permission.READ_AUDIT_LOG)
def export(request: DeskRequest) -> StreamingHttpResponse:
    """Everything that fits as CSV, written while it is read. That it was taken is in the log, too."""
    record.changed(Did.EXPORTED, "audit_log", None, "Audit log", now=timezone.now())
    rows = queries.table(request.actor, Question.read(request.GET.dict()))
    response = StreamingHttpResponse(sheets.csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-log-{request.account.subdomain}.csv"'
    return response


def _told_apart(entry: Entry) -> list[sentences.Change]:
    """The changes that the sentence itself does not tell."""
    moved = sentences.changes(entry)
    return [] if entry.action == "update" and len(moved) == 1 else moved
