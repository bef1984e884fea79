"""What was said and done on a ticket, and who is on it, over the API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import readable
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.people import serialize as people
from adjoin.people.api import sideloads
from adjoin.people.api.schemas import UserJson
from adjoin.tickets import actions, parse, serialize
from adjoin.tickets.api.schemas import AuditJson, CommentJson, CountJson
from adjoin.tickets.api.tickets import VIA, readable_ticket
from adjoin.tickets.models import Audit, Comment, Ticket

router = Router(tags=["Ticket comments and audits"], auth=agents_only)
OLDEST_FIRST = Sorts.of("created_at", default="created_at")
TAGS = {200: dict[str, list[str]]}
PEOPLE = describe.many("users", UserJson)


@router.get(
    "/tickets/{int:ticket_id}/comments",
    response=describe.many("comments", CommentJson),
    openapi_extra=describe.takes(*PAGED, "include"),
)
def list_comments(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """The comments on a ticket, oldest first unless sorted otherwise."""
    rows = serialize.with_files(_comments(request, ticket_id))
    page = paging.page(request, rows, OLDEST_FIRST)
    base = answers.base(request)
    beside: dict[str, Any] = {}
    if "users" in reading.includes(request):
        beside["users"] = sideloads.users(request.actor, [row.author_id for row in page.rows], base)
    return answers.answer(page.envelope("comments", serialize.comments(page.rows, base), **beside))


@router.get("/tickets/{int:ticket_id}/comments/count", response=describe.one("count", CountJson))
def count_comments(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """How many comments on a ticket you may read."""
    return answers.answer(answers.count(_comments(request, ticket_id).count(), timezone.now()))


@router.get(
    "/tickets/{int:ticket_id}/audits",
    response=describe.many("audits", AuditJson),
    openapi_extra=describe.takes(*PAGED, "include"),
)
def list_audits(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Everything that was done to a ticket, oldest first unless sorted otherwise."""
    page = paging.page(request, _audits(request, ticket_id), OLDEST_FIRST)
    base = answers.base(request)
    beside: dict[str, Any] = {}
    if "users" in reading.includes(request):
        beside["users"] = sideloads.users(request.actor, [row.author_id for row in page.rows], base)
    return answers.answer(page.envelope("audits", serialize.audits(request.actor, page.rows, base), **beside))


@router.get("/tickets/{int:ticket_id}/audits/count", response=describe.one("count", CountJson))
def count_audits(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """How many audits a ticket has."""
    return answers.answer(answers.count(_audits(request, ticket_id).count(), timezone.now()))


@router.get("/tickets/{int:ticket_id}/audits/{int:audit_id}", response=describe.one("audit", AuditJson))
def show_audit(request: DeskRequest, ticket_id: int, audit_id: int) -> HttpResponse:
    """One audit."""
    found = _audits(request, ticket_id).filter(pk=audit_id).first()
    if found is None:
        raise NotFound
    return answers.answer({"audit": serialize.audits(request.actor, [found], answers.base(request))[0]})


@router.get("/tickets/{int:ticket_id}/tags", response=TAGS)
def list_tags(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """The tags of a ticket; none on one you only asked for."""
    ticket = readable_ticket(request, ticket_id)
    return answers.answer({"tags": ticket.tags if _is_at_work(request, ticket) else []})


@router.post("/tickets/{int:ticket_id}/tags", response={201: dict[str, list[str]]})
def set_tags(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Give a ticket these tags and no others."""
    ticket, data, tags = _tagging(request, ticket_id)
    written = _write_tags(request, ticket, data, tags)
    return answers.created({"tags": written}, f"{answers.base(request)}/tickets/{ticket_id}/tags.json")


@router.put("/tickets/{int:ticket_id}/tags", response=TAGS)
def add_tags(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Add tags to a ticket."""
    ticket, data, tags = _tagging(request, ticket_id)
    return answers.answer({"tags": _write_tags(request, ticket, data, [*ticket.tags, *tags])})


@router.delete("/tickets/{int:ticket_id}/tags", response={204: None})
def remove_tags(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Take tags off a ticket."""
    ticket, data, tags = _tagging(request, ticket_id)
    gone = {tag.lower() for tag in tags}
    _write_tags(request, ticket, data, [tag for tag in ticket.tags if tag not in gone])
    return answers.nothing()


@router.get("/tickets/{int:ticket_id}/collaborators", response=PEOPLE)
def list_collaborators(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Everybody copied on a ticket or following it."""
    ticket = readable_ticket(request, ticket_id)
    return _people(request, _ids(ticket.copied) | _followers(request, ticket))


@router.get("/tickets/{int:ticket_id}/followers", response=PEOPLE)
def list_followers(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """The agents who follow a ticket."""
    return _people(request, _followers(request, readable_ticket(request, ticket_id)))


@router.get("/tickets/{int:ticket_id}/email_ccs", response=PEOPLE)
def list_email_ccs(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """The people copied on a ticket."""
    return _people(request, _ids(readable_ticket(request, ticket_id).copied))


def _comments(request: DeskRequest, ticket_id: int) -> QuerySet[Comment]:
    ticket = readable_ticket(request, ticket_id)
    return readable.comments(request.actor).filter(ticket_id=ticket.pk)


def _audits(request: DeskRequest, ticket_id: int) -> QuerySet[Audit]:
    ticket = readable_ticket(request, ticket_id)
    return readable.audits(request.actor).filter(ticket_id=ticket.pk)


def _tagging(request: DeskRequest, ticket_id: int) -> tuple[Ticket, dict[str, Any], list[str]]:
    ticket, data = actions.lock(request.actor, ticket_id), reading.body(request)
    return ticket, data, parse.words("tags", data.get("tags") or reading.words(request, "tags"))


def _write_tags(request: DeskRequest, ticket: Ticket, data: dict[str, Any], tags: list[str]) -> list[str]:
    return actions.update(
        actor=request.actor,
        ticket_id=ticket.pk,
        now=timezone.now(),
        via=VIA,
        unless_changed_since=parse.stamp(data),
        tags=tags,
    ).ticket.tags


def _is_at_work(request: DeskRequest, ticket: Ticket) -> bool:
    """Whether they read the ticket as an agent, not only as the one who asked for it."""
    return readable.tickets_as_agent(request.actor).filter(pk=ticket.pk).exists()


def _followers(request: DeskRequest, ticket: Ticket) -> set[int]:
    return _ids(ticket.followed) if _is_at_work(request, ticket) else set()


def _ids(links: Any) -> set[int]:
    return set(links.values_list("user_id", flat=True))


def _people(request: DeskRequest, ids: set[int]) -> HttpResponse:
    rows = people.with_defaults(readable.users(request.actor)).filter(pk__in=ids).order_by("pk")
    page = paging.whole(list(rows))
    return answers.answer(page.envelope("users", [people.user(row, answers.base(request)) for row in page.rows]))
