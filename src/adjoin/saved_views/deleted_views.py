"""The tickets that were deleted, for those whose role sees them, and the way back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.kernel.requests import DeskRequest
from adjoin.tickets import actions
from adjoin.tickets import queries as tickets

SHOWN = 200  # the last ones


@allowed_only(Permission.VIEW_DELETED_TICKETS)
@require_GET
def deleted(request: DeskRequest) -> HttpResponse:
    """The tickets that were deleted last, and by whom."""
    rows = list(tickets.deleted_tickets(request.actor).with_people().order_by("-deleted_at", "-pk")[:SHOWN])
    deleters = tickets.deleters(rows)
    shown = [(row, deleters.get(row.pk, {}).get("name", "")) for row in rows]
    return render(request, "saved_views/deleted.html", {"rows": shown, "most": SHOWN, "section": "views"})


@allowed_only(Permission.VIEW_DELETED_TICKETS)
@require_POST
def restore(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Bring one back."""
    ticket = actions.restore(actor=request.actor, ticket_id=ticket_id, now=now())
    messages.success(request, _("#%(number)s is back.") % {"number": ticket.pk})
    return redirect("saved_views:deleted")
