"""What was sent and what came in, over our own API."""

from __future__ import annotations

import json
from typing import Any, Literal

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from adjoin.access import permissions, readable
from adjoin.access.permissions import Permission
from adjoin.kernel.api import answers, describe
from adjoin.kernel.api.answers import Json, moment
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.sharing.journal import actions, queries
from adjoin.sharing.journal.queries import Entry, Page, Question
from adjoin.sharing.models import SharingAgreement
from adjoin.sharing.shares import actions as shares

router = Router(tags=["Sharing deliveries"], auth=agents_only)
ASKED = ("direction", "state", "q", "before")


class DeliveryJson(Schema):
    """One request to or from a partner. `payload` holds only comments its reader may read, and no addresses."""

    id: int
    direction: Literal["sent", "received"]
    partner_name: str
    ticket_id: int | None
    what: str
    created_at: str
    state: str
    answer: str | None
    status: int | None
    attempts: int
    sent_at: str | None
    next_attempt_at: str | None
    may_be_sent_again: bool
    payload: dict[str, Any] | None


class DeliveriesJson(Schema):
    """A page, newest first; ask again with `before` for the older ones."""

    deliveries: list[DeliveryJson]
    before: int | None


class SentAgainJson(Schema):
    """How many deliveries were put back into their queues."""

    sent_again: int


@router.get(
    "/tickets/{int:ticket_id}/sharing_deliveries", response=DeliveriesJson, openapi_extra=describe.takes(*ASKED)
)
def list_of_ticket(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """What crossed about a ticket, for agents who read its private side."""
    found = readable.tickets_as_agent(request.actor).filter(pk=ticket_id).first()
    if found is None:
        raise NotFound
    return _page(queries.of_ticket(request.actor, found.pk, Question.read(request.GET.dict())))


@router.get(
    "/sharing_agreements/{int:agreement_id}/deliveries",
    response=DeliveriesJson,
    openapi_extra=describe.takes(*ASKED),
)
def list_of_agreement(request: DeskRequest, agreement_id: int) -> HttpResponse:
    """What crossed under an agreement, for those who manage agreements."""
    permissions.require(request.actor, Permission.MANAGE_AGREEMENTS)
    if not SharingAgreement.objects.filter(pk=agreement_id).exists():
        raise NotFound
    return _page(queries.of_agreement(request.actor, agreement_id, Question.read(request.GET.dict())))


@router.post("/sharing_deliveries/{int:delivery_id}/send_again", response=SentAgainJson)
def send_again(request: DeskRequest, delivery_id: int) -> HttpResponse:
    """Put one delivery the partner did not take back into its queue."""
    shares.send_again(actor=request.actor, delivery_id=delivery_id, now=timezone.now())
    return answers.answer({"sent_again": 1})


@router.post("/sharing_agreements/{int:agreement_id}/deliveries/send_again", response=SentAgainJson)
def send_all_again(request: DeskRequest, agreement_id: int) -> HttpResponse:
    """Put everything the partner did not take back into its queues. For those who manage agreements."""
    count = actions.send_all_again(actor=request.actor, agreement_id=agreement_id, now=timezone.now())
    return answers.answer({"sent_again": count})


def _page(page: Page) -> HttpResponse:
    return answers.answer({"deliveries": [_shown(entry) for entry in page.entries], "before": page.next})


def _shown(entry: Entry) -> Json:
    return {
        "id": entry.id,
        "direction": "sent" if entry.is_ours else "received",
        "partner_name": entry.partner,
        "ticket_id": entry.ticket_id,
        "what": entry.what,
        "created_at": moment(entry.at),
        "state": entry.state,
        "answer": entry.answer or None,
        "status": entry.status,
        "attempts": entry.attempts,
        "sent_at": moment(entry.sent_at),
        "next_attempt_at": moment(entry.next_attempt_at),
        "may_be_sent_again": entry.may_be_sent_again,
        "payload": json.loads(entry.payload) if entry.payload else None,
    }
