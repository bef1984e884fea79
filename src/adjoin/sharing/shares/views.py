"""The sharing panel on a ticket's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.access import readable
from adjoin.access.gates import agents_only
from adjoin.accounts import current
from adjoin.kernel.errors import DeskError, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.sharing.shares import actions, previewing, queries
from adjoin.sharing.shares import orphans as listing
from adjoin.sharing.shares.forms import OrphansForm

if TYPE_CHECKING:
    from adjoin.tickets.models import Ticket


@require_GET
def panel(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """The sharing part of a ticket's page."""
    return _panel(request, _ticket(request, ticket_id))


@require_POST
def share(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Share a ticket with a partner."""
    ticket = _ticket(request, ticket_id)
    return _panel_after(
        request,
        ticket,
        lambda: actions.share(
            actor=request.actor, ticket_id=ticket.pk, agreement_id=_number(request, "agreement"), now=timezone.now()
        ),
    )


@require_POST
def unshare(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Take a ticket back from a partner, or follow theirs no more."""
    ticket = _ticket(request, ticket_id)
    step = actions.leave if request.POST.get("leave") else actions.unshare
    return _panel_after(
        request,
        ticket,
        lambda: step(
            actor=request.actor, ticket_id=ticket.pk, agreement_id=_number(request, "agreement"), now=timezone.now()
        ),
    )


@require_POST
def send_again(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Send once more what a partner did not take."""
    ticket = _ticket(request, ticket_id)
    return _panel_after(
        request,
        ticket,
        lambda: actions.send_again(actor=request.actor, delivery_id=_number(request, "delivery"), now=timezone.now()),
    )


@require_POST
def fetch_again(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Try once more to get a partner's file."""
    ticket = _ticket(request, ticket_id)
    return _panel_after(
        request,
        ticket,
        lambda: actions.fetch_again(actor=request.actor, file_id=_number(request, "file"), now=timezone.now()),
    )


@agents_only
@require_http_methods(["GET", "POST"])
def orphans(request: DeskRequest) -> HttpResponse:
    """The copies that partners left behind; several at once are closed or taken over."""
    after = _whole(request.GET.get("after", ""))
    listed = listing.of(request.actor, after)
    data = request.POST.copy()
    if "everything" in data:
        data.setlist("tickets", [str(one) for one in listing.oldest(request.actor)])
    elif "all" in data:
        data.setlist("tickets", data.getlist("shown"))
    form = OrphansForm(data or None)
    if request.method == "POST" and form.is_valid():
        done, problems = form.carry_out(request.actor, timezone.now())
        for problem in problems:
            messages.warning(request, problem)
        if done:
            messages.success(request, done)
        return redirect("sharing:orphans")
    page = {**vars(listed), "at_once": listing.AT_ONCE, "is_later": bool(after), "form": form, "section": "sharing"}
    return render(request, "sharing/orphans.html", page, status=422 if request.method == "POST" else 200)


@require_GET
def preview(request: DeskRequest, ticket_id: int, agreement_id: int) -> HttpResponse:
    """A ticket here and at a partner's, side by side; `?all=1` from its beginning."""
    return _preview(request, _ticket(request, ticket_id), agreement_id)


@require_POST
def hold(request: DeskRequest, ticket_id: int, agreement_id: int) -> HttpResponse:
    """Hold back a comment or a file of it from a partner, release it, or take it back."""
    ticket = _ticket(request, ticket_id)
    asked = "recall" if "recall" in request.POST else "release" if request.POST.get("release") else "hold"
    step = {"recall": actions.recall, "release": actions.release, "hold": actions.hold}[asked]
    comment_id, attachment_id = _number(request, "comment"), _number(request, "attachment") or None
    problem = ""
    try:
        step(
            actor=request.actor,
            ticket_id=ticket.pk,
            agreement_id=agreement_id,
            comment_id=comment_id,
            attachment_id=attachment_id,
            now=timezone.now(),
        )
    except DeskError as error:
        if not request.htmx:
            raise
        problem = str(error)
    if request.htmx:
        return _preview(request, ticket, agreement_id, problem)
    address = reverse("sharing:preview", args=[ticket.pk, agreement_id])
    return redirect(f"{address}{'?all=1' if 'all' in request.POST else ''}#pair-{comment_id}")


def _preview(request: DeskRequest, ticket: Ticket, agreement_id: int, problem: str = "") -> HttpResponse:
    has_all = "all" in request.GET or "all" in request.POST
    found = previewing.of(request.actor, ticket, agreement_id, has_all=has_all)
    page = {
        "ticket": ticket,
        "preview": found,
        "sentences": found.agreement.sentences(current.account().name),
        "problem": problem,
        "all_shown": has_all,
        "section": "views",
    }
    return render(request, "sharing/preview.html#both" if request.htmx else "sharing/preview.html", page)


def _ticket(request: DeskRequest, ticket_id: int) -> Ticket:
    """The ticket, for those who read its private side: the panel tells of partners. Raises `NotFound`."""
    mine = readable.tickets_as_agent(request.actor).select_related("requester")
    found = mine.filter(pk=ticket_id).first() if request.actor.is_agent else None
    if found is None:
        raise NotFound
    return found


def _panel_after(request: DeskRequest, ticket: Ticket, step: Callable[[], object]) -> HttpResponse:
    """The panel once `step` is done, or with the reason why it could not be; without htmx, the ticket's page."""
    problem = ""
    try:
        step()
    except DeskError as error:
        if not request.htmx:
            raise
        problem = str(error)
    if not request.htmx:
        return redirect("tickets:detail", ticket.pk)
    return _panel(request, _ticket(request, ticket.pk), problem)


def _panel(request: DeskRequest, ticket: Ticket, problem: str = "") -> HttpResponse:
    page = {"ticket": ticket, "panel": queries.panel(request.actor, ticket), "problem": problem}
    return render(request, "sharing/panel.html", page)


def _number(request: DeskRequest, name: str) -> int:
    """A number out of the form; 0, which is nobody's, for what is none."""
    return _whole(request.POST.get(name, ""))


def _whole(value: str) -> int:
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else 0
