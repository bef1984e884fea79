"""What partners see of a ticket, over Adjoin's own API: the preview, and what is held back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from adjoin.access import readable
from adjoin.kernel.api import answers, describe, reading
from adjoin.kernel.api.answers import Json
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.sharing.shares import actions, previewing
from adjoin.tickets.changes import Via
from adjoin.tickets.terms import Channel

if TYPE_CHECKING:
    from adjoin.sharing.shares.previewing import FilePair, Pair
    from adjoin.tickets.models import Ticket

router = Router(tags=["Ticket sharing"], auth=agents_only)


class PreviewFileJson(Schema):
    """A file of a comment: whether it crosses, and why it does not."""

    attachment_id: int
    file_name: str
    crosses: bool
    is_held: bool
    reason: str


class PreviewCommentJson(Schema):
    """A comment: whether it crosses, why it does not, and whether the partner has it ("there") or said it ("came")."""

    comment_id: int
    crosses: bool
    is_held: bool
    reason: str
    state: str
    attachments: list[PreviewFileJson]


class PreviewJson(Schema):
    """What a partner sees of a ticket. `payload` is what a share sends, without the addresses of files."""

    ticket_id: int
    agreement_id: int
    is_shared: bool
    payload: dict[str, Any]
    comments: list[PreviewCommentJson]


class HoldJson(Schema):
    """What to hold back: a comment, or one file of it."""

    agreement_id: int
    comment_id: int
    attachment_id: int | None = None


ONE = describe.one("sharing_preview", PreviewJson)
TAKES = describe.asks("sharing_hold", HoldJson)


@router.get("/tickets/{int:ticket_id}/sharing_preview", response=ONE, openapi_extra=describe.takes("agreement_id"))
def show_preview(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """What the partner of `agreement_id` sees of a ticket, or would see once it is shared."""
    agreement_id = reading.whole_number(request.GET.get("agreement_id"))
    if agreement_id is None:
        raise Invalid.field("agreement_id", say("Agreement: say which one"))
    return _preview(request, _ticket(request, ticket_id), agreement_id)


@router.post("/tickets/{int:ticket_id}/sharing_holds", response=ONE, openapi_extra=TAKES)
def hold_back(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Keep a comment, or one file of it, from a partner until it is released. What the partner has is too late."""
    return _hold(request, ticket_id, actions.hold)


@router.post("/tickets/{int:ticket_id}/sharing_recalls", response=ONE, openapi_extra=TAKES)
def recall(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Take a comment, or one file of it, back from a partner who has it, under terms of recall."""
    return _hold(request, ticket_id, actions.recall)


@router.post("/tickets/{int:ticket_id}/sharing_releases", response=ONE, openapi_extra=TAKES)
def release(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Let what was held back cross, as far as the terms do."""
    return _hold(request, ticket_id, actions.release)


def _hold(request: DeskRequest, ticket_id: int, step: Any) -> HttpResponse:
    ticket = _ticket(request, ticket_id)
    data = reading.wrapped(request, "sharing_hold")
    numbers = {name: reading.whole_number(data.get(name)) for name in ("agreement_id", "comment_id", "attachment_id")}
    if not (numbers["agreement_id"] and numbers["comment_id"]):
        raise Invalid.field("sharing_hold", say("Give an agreement_id and a comment_id"))
    step(actor=request.actor, ticket_id=ticket.pk, now=timezone.now(), via=Via(Channel.API), **numbers)
    return _preview(request, ticket, numbers["agreement_id"])


def _ticket(request: DeskRequest, ticket_id: int) -> Ticket:
    """The ticket, for those who read its private side. Raises `NotFound`."""
    found = readable.tickets_as_agent(request.actor).select_related("requester").filter(pk=ticket_id).first()
    if found is None:
        raise NotFound
    return found


def _preview(request: DeskRequest, ticket: Ticket, agreement_id: int) -> HttpResponse:
    found = previewing.of(request.actor, ticket, agreement_id, has_all=True)
    shown = {
        "ticket_id": ticket.pk,
        "agreement_id": agreement_id,
        "is_shared": found.is_shared,
        "payload": found.payload,
        "comments": [_comment(pair) for pair in found.pairs],
    }
    return answers.answer({"sharing_preview": shown})


def _comment(pair: Pair) -> Json:
    return {
        "comment_id": pair.ours.pk,
        "crosses": pair.theirs is not None,
        "is_held": pair.is_held,
        "reason": pair.why,
        "state": pair.state,
        "attachments": [_file(file) for file in pair.files],
    }


def _file(file: FilePair) -> Json:
    return {
        "attachment_id": file.ours.pk,
        "file_name": file.ours.file_name,
        "crosses": file.crosses,
        "is_held": file.is_held,
        "reason": file.why,
    }
