"""Many tickets in one call: each call is a job, and what it cannot find it reports as not found."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.job_statuses import actions as jobs
from adjoin.job_statuses.api import STARTED, started
from adjoin.kernel.api import describe, reading
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.errors import BadRequest, TooManyValues
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.tickets import bulk, merging
from adjoin.tickets.api.schemas import MergeJson, TicketWriteJson
from adjoin.tickets.terms import Channel

router = Router(tags=["Many tickets"], auth=agents_only)


@router.post("/tickets/create_many", response=STARTED, openapi_extra=describe.asks_many("tickets", TicketWriteJson))
def create_many_tickets(request: DeskRequest) -> HttpResponse:
    """Up to 100 new tickets."""
    return _start(request, bulk.CREATE, _bodies(request))


@router.put(
    "/tickets/update_many",
    response=STARTED,
    openapi_extra={**describe.asks_many("tickets", TicketWriteJson), **describe.takes("ids")},
)
def update_many_tickets(request: DeskRequest) -> HttpResponse:
    """The same change to up to 100 tickets (`ids`, and one `ticket` in the body), or to each its own (`tickets`).

    A ticket that somebody else changes after the call and before its turn comes is left alone."""
    if not request.GET.get("ids"):
        return _start(request, bulk.UPDATE, _bodies(request))
    return _start(request, bulk.UPDATE, _ids(request), ticket=reading.wrapped(request, "ticket"))


@router.delete("/tickets/destroy_many", response=STARTED, openapi_extra=describe.takes("ids"))
def destroy_many_tickets(request: DeskRequest) -> HttpResponse:
    """Take up to 100 tickets out of every list. They can be restored."""
    return _start(request, bulk.DELETE, _ids(request))


@router.post("/tickets/{int:ticket_id}/merge", response=STARTED, openapi_extra=describe.asks_plain(MergeJson))
def merge_tickets(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Close the tickets named by `ids` and merge them into this one. Comments are private unless told otherwise.

    Not found when any of them cannot be read. Closed tickets and tickets shared with partners cannot be merged."""
    data = reading.body(request)
    sources = [found for one in _list(data.get("ids")) if (found := reading.whole_number(one)) is not None]
    merging.check(actor=request.actor, target_id=ticket_id, source_ids=sources)
    words = {
        "on_target": reading.text("target_comment", data.get("target_comment")),
        "on_sources": reading.text("source_comment", data.get("source_comment")),
        "is_target_public": _flag(data, "target_comment_is_public"),
        "is_source_public": _flag(data, "source_comment_is_public"),
    }
    return _start(request, bulk.MERGE, [ticket_id], source_ids=sources, words=words)


def _start(request: DeskRequest, kind: str, items: list[Any], **arguments: Any) -> HttpResponse:
    now = timezone.now()
    user_id = request.actor.user_id
    assert user_id is not None  # `agents_only` has seen to it
    arguments |= {"channel": Channel.API, "asked_at": now.isoformat()}
    return started(request, jobs.start(kind, user_id=user_id, items=items, arguments=arguments, now=now))


def _bodies(request: DeskRequest) -> list[dict[str, Any]]:
    bodies = _list(reading.body(request).get("tickets"))
    if not bodies or not all(isinstance(one, dict) for one in bodies):
        raise BadRequest(say("Parameter tickets is required and must be a list of objects"))
    return bodies


def _list(value: Any) -> list[Any]:
    if value is not None and not isinstance(value, list):
        raise BadRequest(say("A list is required"))
    if value and len(value) > reading.MANY_MAX:
        raise TooManyValues(reading.MANY_MAX)
    return value or []


def _ids(request: DeskRequest) -> list[int]:
    return list(dict.fromkeys(reading.ids(request)))


def _flag(data: dict[str, Any], name: str) -> bool:
    return data.get(name) is not None and reading.flag(name, data[name])
