"""The agents' lists: saved views with their counts, and every ticket there is for them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from adjoin.access import permissions, readable
from adjoin.access.gates import agents_only
from adjoin.access.permissions import Permission
from adjoin.fields.models import CustomStatus
from adjoin.kernel import languages, sheets
from adjoin.kernel.api import reading
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.saved_views import actions, cells, counting, exporting, queries
from adjoin.saved_views.forms import BulkForm
from adjoin.saved_views.models import View
from adjoin.saved_views.queries import Count
from adjoin.tickets import choices, pages
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
    return _list(request, views, view, queries.question(view, request.GET))


@agents_only
@require_GET
def everything(request: DeskRequest) -> HttpResponse:
    """Every ticket the agent may read, whatever its status."""
    return _list(request, queries.views_for(request.actor), None, pages.Question.read(request.GET))


@agents_only
@require_GET
def export(request: DeskRequest, view_id: int) -> HttpResponseBase:
    """The tickets of a view as CSV, as the filters and the order of the address have them."""
    view = _view(request, view_id)
    rows = exporting.rows(request.actor, view, queries.question(view, request.GET), timezone.now())
    response = StreamingHttpResponse(sheets.csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="view-{view.pk}.csv"'
    return response


@agents_only
@require_GET
def play(request: DeskRequest, view_id: int) -> HttpResponse:
    """To the next ticket of a view: after the one in `?after=`, or the first. With none left, back to the list."""
    view = _view(request, view_id)
    following = queries.beside(request.actor, view, reading.whole_number(request.GET.get("after", "")) or 0)
    if following is None:
        messages.info(request, _("That was the last ticket of %(title)s.") % {"title": languages.said(view.title)})
        return redirect("saved_views:show", view.pk)
    return redirect(f"{reverse('tickets:detail', args=[following])}?play={view.pk}")


def _view(request: DeskRequest, view_id: int) -> View:
    view = queries.visible(request.actor).active().filter(pk=view_id).first()
    if view is None:
        raise NotFound
    return view


def _list(request: DeskRequest, views: list[View], view: View | None, question: pages.Question) -> HttpResponse:
    actor = request.actor
    tickets = queries.matching(actor, view.conditions) if view else readable.tickets(actor)
    page = pages.of(actor, tickets, question)
    form = BulkForm(actor=actor)
    rows = ticket_queries.rows(actor, page.rows)
    context = {
        "bulk": form,
        "picks": "bulk" if form.is_of_use and page.rows else "",
        "sees_deleted": permissions.allows(actor, Permission.VIEW_DELETED_TICKETS),
        "makes_views": actions.MAKERS.for_themselves(actor),
        "may_change": view is not None and actions.writable(actor).filter(pk=view.pk).exists(),
        "view": view,
        "views": _counted(request, views),
        "list": page,
        "rows": rows,
        "cells": cells.of(view, page, rows) if view is not None and (view.columns or view.group_by) else None,
        "section": "views",
        **_filters(request, question),
    }
    return render(request, "saved_views/list.html", context)


def _own_statuses() -> list[tuple[str, str]]:
    """Those that the account has added: tickets of a standard one are found by its category."""
    own = CustomStatus.objects.active().filter(is_standard=False).in_order()
    return [(str(pk), label) for pk, label in own.values_list("pk", "agent_label")]


def _counted(request: DeskRequest, views: list[View]) -> list[tuple[View, Count]]:
    """Each view with its count; one that is big and was not counted lately is counted by a job."""
    found = counting.counts(request.actor, views, timezone.now())
    return [(one, found[one.pk]) for one in views]


def _filters(request: DeskRequest, question: pages.Question) -> dict[str, Any]:
    """The choices of the filter bar."""
    return {
        "statuses": [("unsolved", _("Unsolved")), *TicketStatus.choices, *_own_statuses()],
        "brands": [(str(pk), name) for pk, name in choices.own_brands(request.actor)],
        "assignees": [
            ("me", _("Me")),
            ("none", _("Nobody")),
            *((str(pk), name) for pk, name in choices.agents(request.actor)),
        ],
        "chosen": question.filters,
    }
