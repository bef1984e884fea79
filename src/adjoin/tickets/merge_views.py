"""Merging a ticket into another, which the person chooses among those they may read and merge."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from adjoin.access import permissions
from adjoin.access.gates import agents_only
from adjoin.access.permissions import Permission
from adjoin.kernel.errors import DeskError
from adjoin.kernel.requests import DeskRequest
from adjoin.tickets import choices, hooks, merging, queries
from adjoin.tickets.forms import MergeForm
from adjoin.tickets.models import Ticket
from adjoin.tickets.terms import Channel


@agents_only
@require_http_methods(["GET", "POST"])
def merge(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Choose where a ticket goes on, and close it here with a link."""
    ticket = queries.ticket(request.actor, ticket_id)
    permissions.require(request.actor, Permission.MERGE_TICKET, ticket)
    if request.method == "GET":
        return _show(request, ticket, MergeForm())
    form = MergeForm(request.POST)
    try:
        if form.is_valid():
            return _merge(request, ticket, form)
    except DeskError as error:
        form.add_error(None, str(error))
    return _show(request, ticket, form, status=422)


def _merge(request: DeskRequest, ticket: Ticket, form: MergeForm) -> HttpResponse:
    target_id = form.cleaned_data["target"]
    merging.merge(
        actor=request.actor,
        target_id=target_id,
        source_ids=[ticket.pk],
        words=form.words,
        channel=Channel.WEB,
        now=now(),
    )
    messages.success(request, _("#%(number)s was merged into this ticket.") % {"number": ticket.pk})
    address = reverse("tickets:detail", args=[target_id])
    return HttpResponse(status=204, headers={"HX-Redirect": address}) if request.htmx else redirect(address)


def _show(request: DeskRequest, ticket: Ticket, form: MergeForm, status: int = 200) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "")[:200]
    chosen = str(form["target"].value() or "")
    context = {
        "ticket": ticket,
        "form": form,
        "q": words,
        "chosen": chosen,
        "obstacle": hooks.merge_obstacle([ticket]),
        "choices": choices.to_merge_with(request.actor, ticket, words or chosen),
        "section": "views",
    }
    template = "tickets/merge.html#body" if request.htmx else "tickets/merge.html"
    return render(request, template, context, status=status)
