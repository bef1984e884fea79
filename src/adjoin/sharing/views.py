"""The pages of sharing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from adjoin.access import permissions, readable
from adjoin.access.gates import admins_only
from adjoin.access.permissions import Permission
from adjoin.kernel.errors import DeskError, Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.sharing import actions, queries
from adjoin.sharing.forms import InviteForm

if TYPE_CHECKING:
    from adjoin.tickets.models import Ticket


@require_GET
@admins_only
def agreements(request: DeskRequest) -> HttpResponse:
    """Every agreement of this desk, and the form to make one."""
    return _agreements_page(request, InviteForm())


@require_POST
@admins_only
def invite(request: DeskRequest) -> HttpResponse:
    """Invite a partner; what was typed stays when something is wrong with it."""
    form = InviteForm(request.POST)
    permissions.require(request.actor, Permission.MANAGE_AGREEMENTS)
    if form.is_valid():
        try:
            actions.invite(
                actor=request.actor,
                partner=form.cleaned_data["partner"],
                partner_name=form.cleaned_data["partner_name"],
                terms=form.terms(),
                now=timezone.now(),
            )
            return redirect("sharing:agreements")
        except Invalid as error:
            form.add_error("partner", str(error))
    return _agreements_page(request, form, status=422)


@require_POST
@admins_only
def accept(request: DeskRequest, agreement_id: int) -> HttpResponse:
    """Say yes to an invitation."""
    actions.accept(actor=request.actor, agreement_id=agreement_id, now=timezone.now())
    return redirect("sharing:agreements")


@require_POST
@admins_only
def decline(request: DeskRequest, agreement_id: int) -> HttpResponse:
    """Say no to an invitation."""
    actions.decline(actor=request.actor, agreement_id=agreement_id, now=timezone.now())
    return redirect("sharing:agreements")


@require_POST
@admins_only
def deactivate(request: DeskRequest, agreement_id: int) -> HttpResponse:
    """End an agreement."""
    actions.deactivate(actor=request.actor, agreement_id=agreement_id, now=timezone.now())
    return redirect("sharing:agreements")


@require_POST
@admins_only
def try_now(request: DeskRequest, agreement_id: int) -> HttpResponse:
    """Ask a silent partner again at once."""
    actions.try_now(actor=request.actor, agreement_id=agreement_id, now=timezone.now())
    return redirect("sharing:agreements")


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
    """Take a ticket back from a partner."""
    ticket = _ticket(request, ticket_id)
    return _panel_after(
        request,
        ticket,
        lambda: actions.unshare(
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


def _agreements_page(request: DeskRequest, form: InviteForm, status: int = 200) -> HttpResponse:
    permissions.require(request.actor, Permission.MANAGE_AGREEMENTS)
    page = {"cards": queries.agreement_cards(), "form": form, "section": "sharing"}
    return render(request, "sharing/agreements.html", page, status=status)


def _ticket(request: DeskRequest, ticket_id: int) -> Ticket:
    """The ticket, for those who read its private side: the panel tells of partners. Raises `NotFound`."""
    found = readable.tickets_as_agent(request.actor).filter(pk=ticket_id).first() if request.actor.is_agent else None
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
    value = request.POST.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else 0
