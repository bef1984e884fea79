"""One set of times and counts for each ticket, as Zendesk's ticket metrics, for agents who read the ticket."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import readable
from adjoin.kernel.api import answers, describe, paging
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.service_levels import metric_sets

router = Router(tags=["Service levels"], auth=agents_only)
SORTS = Sorts.of(default="-id")


@router.get("/ticket_metrics", response=dict[str, Any], openapi_extra=describe.takes(*PAGED))
def list_metric_sets(request: DeskRequest) -> HttpResponse:
    """The sets of all tickets that you read as an agent, the newest ticket first."""
    page = paging.page(request, readable.tickets_as_agent(request.actor), SORTS)
    shown = metric_sets.of_tickets(request.actor, page.rows, answers.base(request), timezone.now())
    return answers.answer(page.envelope("ticket_metrics", shown))


@router.get("/ticket_metrics/{int:ticket_id}", response=dict[str, Any])
def show_metric_set(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """The set of one ticket."""
    return _one(request, ticket_id)


@router.get("/tickets/{int:ticket_id}/metrics", response=dict[str, Any])
def show_metric_set_of_ticket(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """The set of one ticket."""
    return _one(request, ticket_id)


def _one(request: DeskRequest, ticket_id: int) -> HttpResponse:
    rows = list(readable.tickets_as_agent(request.actor).filter(pk=ticket_id))
    if not rows:
        raise NotFound
    shown = metric_sets.of_tickets(request.actor, rows, answers.base(request), timezone.now())
    return answers.answer({"ticket_metric": shown[0]})
