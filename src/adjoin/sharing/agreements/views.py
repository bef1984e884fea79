"""The pages of agreements, for admins."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from adjoin.access import permissions
from adjoin.access.gates import admins_only
from adjoin.access.permissions import Permission
from adjoin.kernel.errors import Invalid
from adjoin.kernel.requests import DeskRequest
from adjoin.sharing.agreements import actions, queries
from adjoin.sharing.agreements.forms import InviteForm


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


def _agreements_page(request: DeskRequest, form: InviteForm, status: int = 200) -> HttpResponse:
    permissions.require(request.actor, Permission.MANAGE_AGREEMENTS)
    page = {"cards": queries.agreement_cards(), "form": form, "section": "sharing"}
    return render(request, "sharing/agreements.html", page, status=status)
