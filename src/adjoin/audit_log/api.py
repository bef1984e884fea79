"""The log over the API, in the shape of Zendesk's audit logs."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.audit_log import queries, sentences, tasks
from adjoin.audit_log.models import Entry, EntryQuerySet
from adjoin.kernel import record
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.answers import Json
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import signed_in
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import BadRequest, NotFound
from adjoin.kernel.record import Did
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say

router = Router(tags=["Audit log"], auth=signed_in)
SORTS = Sorts.of(created_at="at", default="-created_at")
FILTERS = tuple(
    f"filter[{name}]" for name in ("created_at", "actor_id", "source_type", "source_id", "action", "ip_address")
)
SYSTEM_ID = -1  # how Zendesk numbers the desk itself


class AuditLogJson(Schema):
    """One change that somebody is answerable for."""

    url: str
    id: int
    action: str
    action_label: str
    actor_id: int
    actor_name: str
    source_id: int | None
    source_type: str
    source_label: str
    change_description: str
    ip_address: str | None
    created_at: str


@router.get(
    "/audit_logs",
    response=describe.many("audit_logs", AuditLogJson),
    openapi_extra=describe.takes(*PAGED, *FILTERS),
)
def list_audit_logs(request: DeskRequest) -> HttpResponse:
    """What was changed, newest first. `filter[created_at]` twice is a span of time; for admins."""
    page = paging.page(request, _asked(request), SORTS)
    shown = [_shown(entry, answers.base(request)) for entry in page.rows]
    return answers.answer(page.envelope("audit_logs", shown))


@router.get("/audit_logs/{int:audit_log_id}", response=describe.one("audit_log", AuditLogJson))
def show_audit_log(request: DeskRequest, audit_log_id: int) -> HttpResponse:
    """One change; for admins."""
    found = _all(request).filter(pk=audit_log_id).first()
    if found is None:
        raise NotFound
    return answers.answer({"audit_log": _shown(found, answers.base(request))})


@router.post("/audit_logs/export", response={202: None}, openapi_extra=describe.takes(*FILTERS))
def export_audit_logs(request: DeskRequest) -> HttpResponse:
    """Have the address of a CSV file with these changes mailed to you; for admins."""
    _asked(request)  # what is wrong with the filters is told now, not by mail
    tasks.mail_export.defer(user_id=request.actor.user_id, query=_as_page(request))
    record.changed(Did.EXPORTED, "audit_log", None, "Audit log", now=timezone.now())
    return HttpResponse(status=202)


def _all(request: DeskRequest) -> EntryQuerySet:
    permissions.require(request.actor, Permission.READ_AUDIT_LOG)
    return queries.entries(request.actor)


def _asked(request: DeskRequest) -> EntryQuerySet:
    rows = _all(request)
    for name, column in (("source_type", "kind"), ("action", "action"), ("ip_address", "ip_address")):
        if value := reading.words(request, f"filter[{name}]"):
            rows = rows.filter(**{column: value})
    for name, column in (("actor_id", "actor_id"), ("source_id", "subject_id")):
        if value := reading.words(request, f"filter[{name}]"):
            rows = rows.filter(**_numbered(name, column, value))
    for way, moment in zip(("gte", "lte"), _span(request), strict=False):
        rows = rows.filter(**{f"at__{way}": moment})
    return rows


def _numbered(name: str, column: str, value: str) -> dict[str, int | bool]:
    if column == "actor_id" and value == str(SYSTEM_ID):
        return {"actor_id__isnull": True}
    number = reading.whole_number(value)
    if number is None:
        raise BadRequest(say("Parameter filter[%(name)s] must be an id") % {"name": name})
    return {column: number}


def _span(request: HttpRequest) -> list[datetime]:
    given = [*request.GET.getlist("filter[created_at]"), *request.GET.getlist("filter[created_at][]")]
    moments = [reading.moment("filter[created_at]", value) for value in given[:2]]
    return [moment for moment in moments if moment is not None]


def _as_page(request: DeskRequest) -> str:
    """The filters as the page's export takes them: by day, for the page knows no hours."""
    span = [moment.date().isoformat() for moment in _span(request)]
    asked = {"kind": reading.words(request, "filter[source_type]"), **dict(zip(("from", "to"), span, strict=False))}
    return urlencode({name: value for name, value in asked.items() if value})


def _shown(entry: Entry, base: str) -> Json:
    return {
        "url": f"{base}/audit_logs/{entry.pk}.json",
        "id": entry.pk,
        "action": entry.action,
        "action_label": sentences.did(entry),
        "actor_id": SYSTEM_ID if entry.actor_id is None else entry.actor_id,
        "actor_name": sentences.who(entry),
        "source_id": entry.subject_id,
        "source_type": entry.kind,
        "source_label": entry.title,
        "change_description": "\n".join(map(str, sentences.changes(entry))),
        "ip_address": entry.ip_address or None,
        "created_at": answers.moment(entry.at),
    }
