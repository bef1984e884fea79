"""A person's own list of what happened, and how they hear of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.access import readable
from adjoin.access.gates import agents_only
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.notifications import actions, queries
from adjoin.notifications.forms import PreferenceForm

SECTION = "notifications"
SHOWN = 50
MUTED_SHOWN = 100


@require_http_methods(["GET", "POST"])
@agents_only
def news(request: DeskRequest) -> HttpResponse:
    """What one was told last, what one has muted, and how often mails come."""
    form = PreferenceForm(
        request.POST or None, initial={"digest": queries.chosen_by(request.actor.user_id or 0).digest}
    )
    if request.method == "POST" and form.is_valid():
        actions.choose_digest(actor=request.actor, digest=form.cleaned_data["digest"], now=timezone.now())
        messages.success(request, _("That is how mails come from now on."))
        return redirect("notifications:news")
    rows = queries.news(request.actor).select_related("ticket").newest_first()[:SHOWN]
    context = {
        "news": rows,
        "unread": queries.news(request.actor).unread().exists(),
        "waiting": queries.comments_waiting(request.actor),
        "muted": queries.muted(request.actor).order_by("-pk")[:MUTED_SHOWN],
        "form": form,
        "section": SECTION,
    }
    return render(request, "notifications/news.html", context, status=422 if form.errors else 200)


@require_GET
@agents_only
def follow(request: DeskRequest, news_id: int) -> HttpResponse:
    """To the ticket that it is about; from now on it is read."""
    return redirect("tickets:detail", actions.read(actor=request.actor, news_id=news_id, now=timezone.now()))


@require_POST
@agents_only
def read_all(request: DeskRequest) -> HttpResponse:
    """Everything is read."""
    actions.read_all(actor=request.actor, now=timezone.now())
    return redirect("notifications:news")


@require_http_methods(["GET", "POST"])
@agents_only
def mute(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """The button on a ticket's page, and what it does: hear no more of it, or again."""
    ticket = readable.tickets(request.actor).filter(pk=ticket_id).first()
    if ticket is None:
        raise NotFound
    if request.method == "POST":
        if request.POST.get("do") == "unmute":
            actions.unmute(actor=request.actor, ticket_id=ticket_id)
        else:
            actions.mute(actor=request.actor, ticket_id=ticket_id, now=timezone.now())
        if not request.htmx:
            return redirect("notifications:news")
    is_muted = queries.muted(request.actor).filter(pk=ticket.pk).exists()
    return render(request, "notifications/mute.html", {"ticket_id": ticket_id, "is_muted": is_muted})
