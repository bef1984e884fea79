"""Deleted tickets over the API, for those whose role sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.answers import moment
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.tickets import actions, queries, serialize
from adjoin.tickets.api.schemas import DeletedTicketJson
from adjoin.tickets.models import Ticket

router = Router(tags=["Deleted tickets"], auth=agents_only)
SORTS = Sorts.of("deleted_at", by_number={"subject": "subject"})


@router.get(
    "/deleted_tickets",
    response=describe.many("deleted_tickets", DeletedTicketJson),
    openapi_extra=describe.takes(*PAGED),
)
def list_deleted_tickets(request: DeskRequest) -> HttpResponse:
    """The deleted tickets that you would read, had they not been deleted."""
    permissions.require(request.actor, Permission.VIEW_DELETED_TICKETS)
    page = paging.page(request, queries.deleted_tickets(request.actor), SORTS)
    return answers.answer(page.envelope("deleted_tickets", _shown(page.rows)))


@router.put("/deleted_tickets/{int:ticket_id}/restore", response=dict[str, Any])
def restore_deleted_ticket(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Bring a deleted ticket back."""
    permissions.require(request.actor, Permission.VIEW_DELETED_TICKETS)
    actions.restore(actor=request.actor, ticket_id=ticket_id, now=timezone.now())
    return answers.answer({})


@router.put("/deleted_tickets/restore_many", response=dict[str, Any], openapi_extra=describe.takes("ids"))
def restore_many_deleted_tickets(request: DeskRequest) -> HttpResponse:
    """Bring up to 100 deleted tickets back. Those that are not there are left out."""
    permissions.require(request.actor, Permission.VIEW_DELETED_TICKETS)
    for ticket_id in reading.ids(request):
        try:
            actions.restore(actor=request.actor, ticket_id=ticket_id, now=timezone.now())
        except NotFound:
            continue
    return answers.answer({})


def _shown(rows: Sequence[Ticket]) -> list[answers.Json]:
    told, deleters = serialize.first_words(rows), queries.deleters(rows)
    return [
        {
            "id": row.pk,
            "subject": row.subject,
            "description": told.get(row.pk, ""),
            "actor": deleters.get(row.pk) or {"id": serialize.SYSTEM_ID, "name": "System"},
            "deleted_at": moment(row.deleted_at),
            "previous_state": row.status,
        }
        for row in rows
    ]
