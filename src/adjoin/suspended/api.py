"""Suspended tickets over the API, in Zendesk's shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Router, Schema

from adjoin.access import permissions, readable
from adjoin.access.permissions import Permission
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.answers import Json, moment
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.suspended import actions, queries
from adjoin.suspended.terms import Cause
from adjoin.tickets import serialize

if TYPE_CHECKING:
    from adjoin.suspended.models import SuspendedFile, SuspendedQuerySet, SuspendedTicket
    from adjoin.tickets.models import Ticket

router = Router(tags=["Suspended tickets"], auth=agents_only)
SORTS = Sorts.of("author_email", "cause", "created_at", "subject", default="-created_at")


class SuspendedTicketJson(Schema):
    """Something that was sent and is no ticket."""

    url: str
    id: int
    author: dict[str, Any]
    subject: str
    content: str
    cause: str
    cause_id: int
    message_id: str | None
    ticket_id: int | None
    recipient: str | None
    brand_id: int | None
    via: dict[str, Any]
    attachments: list[dict[str, Any]]
    error_messages: list[str] | None
    created_at: str
    updated_at: str


TICKETS = describe.takes("ids")


@router.get(
    "/suspended_tickets",
    response=describe.many("suspended_tickets", SuspendedTicketJson),
    openapi_extra=describe.takes(*PAGED),
)
def list_suspended_tickets(request: DeskRequest) -> HttpResponse:
    """What waits in your brands, and in none."""
    page = paging.page(request, _rows(request).prefetch_related("files"), SORTS)
    return answers.answer(page.envelope("suspended_tickets", [_shown(request, row) for row in page.rows]))


@router.get("/suspended_tickets/{int:suspended_id}", response=describe.one("suspended_ticket", SuspendedTicketJson))
def show_suspended_ticket(request: DeskRequest, suspended_id: int) -> HttpResponse:
    """One of them."""
    permissions.require(request.actor, Permission.MANAGE_SUSPENDED_TICKETS)
    return answers.answer({"suspended_ticket": _shown(request, queries.get(request.actor, suspended_id))})


@router.put("/suspended_tickets/{int:suspended_id}/recover", response=dict[str, Any])
def recover_suspended_ticket(request: DeskRequest, suspended_id: int) -> HttpResponse:
    """Make a ticket of it, by its author."""
    _rows(request)
    return _recovered(request, [queries.get(request.actor, suspended_id).pk], "ticket")


@router.put("/suspended_tickets/recover_many", response=dict[str, Any], openapi_extra=TICKETS)
def recover_suspended_tickets(request: DeskRequest) -> HttpResponse:
    """Make tickets of those named in `ids`; what is not there for you is left out."""
    _rows(request)
    return _recovered(request, reading.ids(request), "tickets")


@router.delete("/suspended_tickets/destroy_many", response={204: None}, openapi_extra=TICKETS)
def delete_suspended_tickets(request: DeskRequest) -> HttpResponse:
    """Delete those named in `ids` for good."""
    _rows(request)
    actions.delete(actor=request.actor, suspended_ids=reading.ids(request), now=timezone.now())
    return answers.nothing()


@router.delete("/suspended_tickets/{int:suspended_id}", response={204: None})
def delete_suspended_ticket(request: DeskRequest, suspended_id: int) -> HttpResponse:
    """Delete it for good."""
    _rows(request)
    if not actions.delete(actor=request.actor, suspended_ids=[suspended_id], now=timezone.now()):
        raise NotFound
    return answers.nothing()


def _rows(request: DeskRequest) -> SuspendedQuerySet:
    """What they may see. Raises `NotAllowed` for a role that does not look after it."""
    permissions.require(request.actor, Permission.MANAGE_SUSPENDED_TICKETS)
    return readable.suspended_tickets(request.actor)


def _recovered(request: DeskRequest, suspended_ids: Sequence[int], key: str) -> HttpResponse:
    made = actions.recover(actor=request.actor, suspended_ids=suspended_ids, now=timezone.now())
    return answers.answer({key: _tickets(request, made)})


def _tickets(request: DeskRequest, made: Sequence[Ticket]) -> list[Json]:
    """Those of the new tickets that they read: looking after what waits opens no other ticket."""
    rows = list(readable.tickets(request.actor).filter(pk__in=[ticket.pk for ticket in made]).order_by("pk"))
    return serialize.tickets(request.actor, rows, answers.base(request))


def _file(request: DeskRequest, one: SuspendedFile) -> Json:
    """A file, at an address for those who look after what waits."""
    place = reverse("suspended:file", args=[one.row_id, one.pk])
    return {
        "id": one.pk,
        "file_name": one.file_name,
        "content_url": f"{answers.origin(request)}{place}",
        "content_type": one.content_type,
        "size": one.size_bytes,
        "width": one.width,
        "height": one.height,
    }


def _shown(request: DeskRequest, row: SuspendedTicket) -> Json:
    return {
        "url": f"{answers.base(request)}/suspended_tickets/{row.pk}.json",
        "id": row.pk,
        "author": {"id": row.author_id, "name": row.author_name, "email": row.author_email},
        "subject": row.subject,
        "content": row.content,
        "cause": str(Cause(row.cause).label),
        "cause_id": row.cause,
        "message_id": None,
        "ticket_id": None,
        "recipient": row.recipient or None,
        "brand_id": row.brand_id,
        "via": {"channel": row.channel, "source": {"from": {}, "to": {}, "rel": None}},
        "attachments": [_file(request, one) for one in row.files.all()],
        "error_messages": None,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.created_at),
    }
