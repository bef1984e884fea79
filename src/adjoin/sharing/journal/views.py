"""The pages of what was sent and what came in: of a ticket, and of an agreement."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from adjoin.access import permissions, readable
from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.sharing.journal import actions, queries
from adjoin.sharing.journal.queries import Page, Question
from adjoin.sharing.models import SharingAgreement
from adjoin.sharing.shares import actions as shares


@require_GET
@allowed_only(Permission.MANAGE_AGREEMENTS)
def agreement(request: DeskRequest, agreement_id: int) -> HttpResponse:
    """Everything that crossed under an agreement, newest first."""
    found = SharingAgreement.objects.filter(pk=agreement_id).first()
    if found is None:
        raise NotFound
    question = Question.read(request.GET.dict())
    page = queries.of_agreement(request.actor, found.pk, question)
    more = {"agreement": found, "section": "sharing", "failed": queries.failed_count(Q(agreement=found))}
    return render(request, "sharing/journal_of_agreement.html", {**_context(request, question, page), **more})


@require_POST
@allowed_only(Permission.MANAGE_AGREEMENTS)
def send_agreement_again(request: DeskRequest, agreement_id: int) -> HttpResponse:
    """Send once more what the partner did not take: all of it, or one."""
    if delivery_id := _number(request):
        shares.send_again(actor=request.actor, delivery_id=delivery_id, now=timezone.now())
    else:
        actions.send_all_again(actor=request.actor, agreement_id=agreement_id, now=timezone.now())
    return redirect("sharing:journal_of_agreement", agreement_id)


@require_GET
def ticket(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Everything that crossed about a ticket, for those who read its private side."""
    found = readable.tickets_as_agent(request.actor).filter(pk=ticket_id).first() if request.actor.is_agent else None
    if found is None:
        raise NotFound
    question = Question.read(request.GET.dict())
    page = queries.of_ticket(request.actor, found.pk, question)
    more = {
        "ticket": found,
        "failed": queries.failed_count(Q(shared_ticket__ticket_id=found.pk)),
        "may_send": permissions.allows(request.actor, Permission.SHARE_TICKET, found),
    }
    return render(request, "sharing/journal_of_ticket.html", {**_context(request, question, page), **more})


@require_POST
def send_ticket_again(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Send once more what a partner did not take of a ticket: all of it, or one."""
    if delivery_id := _number(request):
        shares.send_again(actor=request.actor, delivery_id=delivery_id, now=timezone.now())
    else:
        actions.send_ticket_again(actor=request.actor, ticket_id=ticket_id, now=timezone.now())
    return redirect("sharing:journal_of_ticket", ticket_id)


def _context(request: DeskRequest, question: Question, page: Page) -> dict[str, Any]:
    asked = {name: value for name, value in request.GET.items() if value and name != "before"}
    return {
        "question": question,
        "entries": page.entries,
        "states": queries.STATES[question.direction].items(),
        "next": urlencode({**asked, "before": page.next}) if page.next else "",
        "asked": urlencode(asked),
    }


def _number(request: DeskRequest) -> int:
    """The delivery named in the form; 0 for all."""
    value = request.POST.get("delivery", "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else 0
