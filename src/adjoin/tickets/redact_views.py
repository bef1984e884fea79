"""Taking words and files out of one comment, for good."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from adjoin.access import permissions, readable
from adjoin.access.gates import agents_only
from adjoin.access.permissions import Permission
from adjoin.kernel.api import reading
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.tickets import queries, redacting
from adjoin.tickets.changes import Via
from adjoin.tickets.models import Comment
from adjoin.tickets.terms import Channel

WEB = Via(Channel.WEB)


@agents_only
@require_http_methods(["GET", "POST"])
def redact(request: DeskRequest, ticket_id: int, comment_id: int) -> HttpResponse:
    """Name the words to take out, or take out a file. A comment of another ticket is not found here."""
    ticket = queries.ticket(request.actor, ticket_id)
    comments = readable.comments(request.actor).filter(pk=comment_id, ticket_id=ticket.pk)
    comment = comments.select_related("author").prefetch_related("attachments").first()
    if comment is None:
        raise NotFound
    permissions.require(request.actor, Permission.REDACT_TICKET, ticket)
    words, problem = request.POST.get("words", ""), ""
    if request.method == "POST":
        try:
            _take_out(request, comment, words)
            messages.success(request, _("Redacted."))
            return redirect("tickets:detail", ticket_id)
        except Invalid as error:
            problem = str(error)
    context = {"ticket": ticket, "comment": comment, "words": words, "problem": problem, "section": "views"}
    return render(request, "tickets/redact.html", context, status=422 if problem else 200)


def _take_out(request: DeskRequest, comment: Comment, words: str) -> None:
    where: dict[str, Any] = {
        "actor": request.actor,
        "ticket_id": comment.ticket_id,
        "comment_id": comment.pk,
        "via": WEB,
        "now": now(),
    }
    if (attachment_id := reading.whole_number(request.POST.get("file", ""))) is not None:
        redacting.redact_file(**where, attachment_id=attachment_id)
    else:
        lines = [line.strip() for line in words.replace("\x00", "").splitlines() if line.strip()]
        redacting.redact_words(**where, words=lines, even_closed=True)
