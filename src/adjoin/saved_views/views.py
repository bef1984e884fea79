"""The agents' lists: saved views with their counts, and every ticket there is for them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from adjoin.access import permissions, readable
from adjoin.access.gates import agents_only
from adjoin.access.permissions import Permission
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.saved_views import queries
from adjoin.saved_views.forms import BulkForm
from adjoin.saved_views.models import View
from adjoin.tickets import pages
from adjoin.tickets import queries as ticket_queries
from adjoin.tickets.terms import TicketStatus


@agents_only
@require_GET
def home(request: DeskRequest) -> HttpResponse:
    """The first view with something to do in it; with nothing anywhere, the first view."""
    views = queries.views_for(request.actor)
    counts = queries.counts(request.actor, views[:3])
    first = next((view for view in views[:3] if counts.get(view.pk)), views[0] if views else None)
    return redirect("saved_views:show", first.pk) if first else redirect("saved_views:everything")


@agents_only
@require_GET
def show(request: DeskRequest, view_id: int) -> HttpResponse:
    """The tickets of one view."""
    views = queries.views_for(request.actor)
    view = next((view for view in views if view.pk == view_id), None)
    if view is None:
        raise NotFound
    order = pages.BY_COLUMN.get(view.sort_by, "updated")
    question = pages.Question.read(request.GET, sort=f"-{order}" if view.is_descending else order)
    return _list(request, views, view, question)


@agents_only
@require_GET
def everything(request: DeskRequest) -> HttpResponse:
    """Every ticket the agent may read, whatever its status."""
    return _list(request, queries.views_for(request.actor), None, pages.Question.read(request.GET))


def _list(request: DeskRequest, views: list[View], view: View | None, question: pages.Question) -> HttpResponse:
    actor = request.actor
    tickets = queries.tickets(actor, view) if view else readable.tickets(actor)
    page = pages.of(actor, tickets, question)
    counts = queries.counts(actor, views)
    form = BulkForm(actor=actor)
    context = {
        "bulk": form,
        "picks": "bulk" if form.is_of_use and page.rows else "",
        "sees_deleted": permissions.allows(actor, Permission.VIEW_DELETED_TICKETS),
        "view": view,
        "views": [(one, _shown(counts.get(one.pk, 0))) for one in views],
        "list": page,
        "rows": ticket_queries.rows(actor, page.rows),
        "section": "views",
        **_filters(request, question),
    }
    return render(request, "saved_views/list.html", context)


def _filters(request: DeskRequest, question: pages.Question) -> dict[str, Any]:
    """The choices of the filter bar."""
    return {
        "statuses": [("unsolved", "Unsolved"), *TicketStatus.choices],
        "brands": [(str(pk), name) for pk, name in ticket_queries.own_brands(request.actor)],
        "assignees": [
            ("me", "Me"),
            ("none", "Nobody"),
            *((str(pk), name) for pk, name in ticket_queries.agent_choices(request.actor)),
        ],
        "chosen": question.filters,
    }


def _shown(count: int) -> str:
    """A count as the list shows it: above the most that is counted, `1,000+`."""
    return f"{queries.COUNT_MAX:,}+" if count > queries.COUNT_MAX else f"{count:,}"
