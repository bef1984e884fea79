"""Tickets over the API, for agents."""

from __future__ import annotations

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import readable
from adjoin.access.actors import Actor
from adjoin.access.grants import GRANTS, WALLS
from adjoin.kernel import statements
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.api.paging import Page, Sorts
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.tickets import actions, serialize, writes
from adjoin.tickets.actions import Written
from adjoin.tickets.api import sideloads
from adjoin.tickets.api.schemas import AuditJson, CountJson, TicketJson, TicketWriteJson
from adjoin.tickets.changes import Via
from adjoin.tickets.models import Audit, Ticket, TicketQuerySet
from adjoin.tickets.terms import Channel, TicketStatus

router = Router(tags=["Tickets"], auth=agents_only)
VIA = Via(Channel.API)
SORTS = Sorts.of(
    "created_at",
    "updated_at",
    status="status_rank",
    by_number={
        "subject": "subject",
        "priority": "priority",
        "assignee": "assignee_id",
        "assignee.name": "assignee__name",
        "group": "group__name",
        "requester": "requester_id",
        "requester.name": "requester__name",
    },
)
LISTED = describe.takes(*PAGED, "include")
MANY = describe.many("tickets", TicketJson)
ONE = describe.one("ticket", TicketJson)
WRITTEN = describe.one("ticket", TicketJson, audit=AuditJson)


@router.get("/tickets", response=MANY, openapi_extra=describe.takes(*PAGED, "include", "external_id"))
def list_tickets(request: DeskRequest) -> HttpResponse:
    """The tickets you may read, oldest first unless sorted otherwise; `external_id` finds those of another system."""
    rows = readable.tickets(request.actor)
    if external_id := reading.words(request, "external_id"):
        rows = rows.filter(external_id=external_id)
    return page_of(request, rows)


@router.get("/tickets/count", response=describe.one("count", CountJson))
def count_tickets(request: DeskRequest) -> HttpResponse:
    """How many tickets you may read."""
    return answers.answer(answers.count(readable.tickets(request.actor).count(), timezone.now()))


@router.get("/tickets/show_many", response=MANY, openapi_extra=describe.takes("ids", "include"))
def show_many_tickets(request: DeskRequest) -> HttpResponse:
    """Up to 100 tickets by their ids. Those that do not exist, or that you may not read, are left out."""
    rows = readable.tickets(request.actor).filter(pk__in=reading.ids(request)).order_by("pk")
    return answer_page(request, paging.whole(rows))


@router.get("/tickets/{int:ticket_id}", response=ONE, openapi_extra=describe.takes("include"))
def show_ticket(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """One ticket."""
    shown, beside = sideloads.tickets(request, request.actor, [readable_ticket(request, ticket_id)])
    return answers.answer({"ticket": shown[0], **beside})


@router.post("/tickets", response={201: WRITTEN}, openapi_extra=describe.asks("ticket", TicketWriteJson))
def create_ticket(request: DeskRequest) -> HttpResponse:
    """A new ticket with its first comment. Without a requester it is your own."""
    data = reading.wrapped(request, "ticket")
    done = writes.create(actor=request.actor, data=data, via=VIA, now=timezone.now())
    location = f"{answers.base(request)}/tickets/{done.written.ticket.pk}.json"
    return answers.created(_written(request, done.written), location, ignored=done.ignored)


@router.put("/tickets/{int:ticket_id}", response=WRITTEN, openapi_extra=describe.asks("ticket", TicketWriteJson))
def update_ticket(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Change fields, add a comment, or both. With `safe_update` and `updated_stamp` only if nobody was quicker."""
    data = reading.wrapped(request, "ticket")
    done = writes.update(actor=request.actor, ticket_id=ticket_id, data=data, via=VIA, now=timezone.now())
    return answers.answer(_written(request, done.written), ignored=done.ignored)


@router.delete("/tickets/{int:ticket_id}", response={204: None})
def delete_ticket(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Take a ticket out of every list, for those whose role deletes tickets. It can be restored."""
    actions.delete(actor=request.actor, ticket_id=ticket_id, now=timezone.now())
    return answers.nothing()


def readable_ticket(request: DeskRequest, ticket_id: int) -> Ticket:
    """The ticket, if this agent may read it. Raises `NotFound`."""
    found = _readable(request.actor, ticket_id)
    if not found:
        raise NotFound
    return found[0]


def page_of(request: DeskRequest, rows: TicketQuerySet) -> HttpResponse:
    """A page of tickets as the request asks for it."""
    if "status" in request.GET.get("sort", "") + request.GET.get("sort_by", ""):
        rows = rows.annotate(status_rank=_status_rank())
    return answer_page(request, paging.page(request, rows, SORTS))


def answer_page(request: DeskRequest, page: Page[Ticket]) -> HttpResponse:
    """Tickets with their sideloads, in the envelope of a list."""
    shown, beside = sideloads.tickets(request, request.actor, page.rows)
    return answers.answer(page.envelope("tickets", shown, **beside))


def _written(request: DeskRequest, written: Written) -> answers.Json:
    """The ticket as its writer may read it now, and the audit, if there is one that they may read.

    Whoever has given it away gets its id, and no more of it."""
    base, pk = answers.base(request), written.ticket.pk
    if not _still_readable(request.actor, pk):
        return {"ticket": {"url": f"{base}/tickets/{pk}.json", "id": pk}}
    body: answers.Json = {"ticket": serialize.tickets(request.actor, [written.ticket], base)[0]}
    if written.audit is not None and _readable_audit(request.actor, written.audit.pk):
        body["audit"] = serialize.audits(request.actor, [written.audit], base)[0]
    return body


@statements.kept(GRANTS, WALLS)
def _readable(actor: Actor, ticket_id: int) -> TicketQuerySet:
    return readable.tickets(actor).filter(pk=ticket_id)


@statements.kept(GRANTS, WALLS)
def _still_readable(actor: Actor, ticket_id: int) -> QuerySet[Ticket, int]:
    return readable.tickets(actor).filter(pk=ticket_id).values_list("pk", flat=True)


@statements.kept(GRANTS, WALLS)
def _readable_audit(actor: Actor, audit_id: int) -> QuerySet[Audit, int]:
    return readable.audits(actor).filter(pk=audit_id).values_list("pk", flat=True)


def _status_rank() -> Case:
    """Statuses in Zendesk's order instead of the alphabet's."""
    ranks = [When(status=status, then=Value(rank)) for rank, status in enumerate(TicketStatus.values)]
    return Case(*ranks, output_field=IntegerField())
