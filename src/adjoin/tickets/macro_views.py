"""Macros in the composer: one is filled in, and nothing is sent."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from adjoin.access.gates import agents_only
from adjoin.kernel.errors import DeskError
from adjoin.kernel.requests import DeskRequest
from adjoin.tickets import filling, queries, views
from adjoin.tickets.forms import CommentForm


@agents_only
@require_POST
def apply(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """The composer with a macro (`apply`) filled in after what was typed; an empty one takes the last one back."""
    ticket = queries.ticket(request.actor, ticket_id)
    page = queries.ticket_page(request.actor, ticket)
    form = CommentForm(request.POST, request.FILES, auto_id="comment_%s")
    status = 200
    try:
        if form.is_valid():
            views.keep_files(request.actor, form, now())
            form.data = filling.filled_in(request.actor, ticket, form, request.POST.get("apply", ""))
    except DeskError as error:
        form.add_error(None, str(error))
        status = 422
    template = "tickets/detail.html#composer" if request.htmx else "tickets/detail.html"
    return render(request, template, views.context_of(request, page, comment_form=form), status=status)
