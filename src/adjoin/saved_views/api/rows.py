"""The tickets of views over the API, and how many there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import Router

from adjoin.kernel import sheets
from adjoin.kernel.api import answers, describe, paging
from adjoin.kernel.api import reading as given
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.saved_views import actions, columns, counting, exporting, queries, serialize
from adjoin.saved_views.api import reading
from adjoin.saved_views.api.schemas import ExecutedJson, ViewCountJson, ViewWriteJson
from adjoin.saved_views.models import View
from adjoin.tickets import queries as ticket_queries
from adjoin.tickets import serialize as tickets

router = Router(tags=["Views"], auth=agents_only)
ROWS_MAX = 100
SORTS = Sorts.of("id", "created_at", "updated_at", "subject", "status", default="id")
COUNT = describe.one("view_count", ViewCountJson)
PREVIEW = describe.asks("view", ViewWriteJson)


@router.get(
    "/views/count_many", response=describe.many("view_counts", ViewCountJson), openapi_extra=describe.takes("ids")
)
def count_many_views(request: DeskRequest) -> HttpResponse:
    """How many tickets up to 100 views have for you. Ask again while `fresh` is false."""
    rows = queries.visible(request.actor).active().filter(pk__in=given.ids(request, "ids")).in_order()
    return answers.answer({"view_counts": _counts(request, list(rows))})


@router.get("/views/{int:view_id}/count", response=COUNT)
def count_view(request: DeskRequest, view_id: int) -> HttpResponse:
    """How many tickets a view has for you."""
    return answers.answer({"view_count": _counts(request, [_view(request, view_id)])[0]})


@router.get("/views/{int:view_id}/tickets", response=dict[str, Any], openapi_extra=describe.takes(*PAGED))
def list_view_tickets(request: DeskRequest, view_id: int) -> HttpResponse:
    """The tickets of a view."""
    view = _view(request, view_id)
    page = paging.page(request, queries.matching(request.actor, view.conditions), SORTS)
    return answers.answer(page.envelope("tickets", tickets.tickets(request.actor, page.rows, answers.base(request))))


@router.get("/views/{int:view_id}/execute", response=ExecutedJson)
def execute_view(request: DeskRequest, view_id: int) -> HttpResponse:
    """The first 100 rows of a view in its own order, with its columns."""
    return _executed(request, _view(request, view_id))


@router.get("/views/{int:view_id}/export.csv", response=Any)
def export_view(request: DeskRequest, view_id: int) -> HttpResponseBase:
    """The tickets of a view as CSV, at most 10,000."""
    view = _view(request, view_id)
    rows = exporting.rows(request.actor, view, queries.question(view, {}), timezone.now())
    response = StreamingHttpResponse(sheets.csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="view-{view.pk}.csv"'
    return response


@router.post("/views/preview", response=ExecutedJson, openapi_extra=PREVIEW)
def preview_view(request: DeskRequest) -> HttpResponse:
    """The first 100 rows of a view that is not saved."""
    return _executed(request, _draft(request))


@router.post("/views/preview/count", response=COUNT, openapi_extra=PREVIEW)
def preview_view_count(request: DeskRequest) -> HttpResponse:
    """How many tickets a view has that is not saved; above 1,000 nobody counts."""
    view = _draft(request)
    found = queries.counts(request.actor, [view])[0]
    count = queries.Count(found if found <= queries.COUNT_MAX else None)
    return answers.answer({"view_count": {**serialize.count(0, count, answers.base(request)), "view_id": None}})


def _view(request: DeskRequest, view_id: int) -> View:
    row = queries.visible(request.actor).active().filter(pk=view_id).first()
    if row is None:
        raise NotFound
    return row


def _draft(request: DeskRequest) -> View:
    fields = {"title": "Preview", "conditions": {}, **reading.fields(given.wrapped(request, "view"))}
    fields["conditions"] = actions.checked(fields["conditions"])
    now = timezone.now()
    return View(pk=0, created_at=now, updated_at=now, **fields)


def _counts(request: DeskRequest, views: Iterable[View]) -> list[dict[str, Any]]:
    rows = list(views)
    found = counting.counts(request.actor, rows, timezone.now())
    return [serialize.count(row.pk, found[row.pk], answers.base(request)) for row in rows]


def _executed(request: DeskRequest, view: View) -> HttpResponse:
    actor, base = request.actor, answers.base(request)
    rows = list(queries.tickets(actor, view).with_people()[:ROWS_MAX])
    whole = {one.ticket.pk: one.is_private_side for one in ticket_queries.rows(actor, rows)}
    told = {one["id"]: one for one in tickets.tickets(actor, rows, base)}
    shown = columns.shown(view.columns or columns.DEFAULT)
    execution = serialize.execution(view)
    return answers.answer(
        {
            "rows": [serialize.row(one, shown, {"ticket": told[one.pk], "is_whole": whole[one.pk]}) for one in rows],
            "columns": execution["columns"],
            "view": {"id": view.pk, "url": f"{base}/views/{view.pk}.json"} if view.pk else {"id": None, "url": None},
            "count": len(rows),
        }
    )
