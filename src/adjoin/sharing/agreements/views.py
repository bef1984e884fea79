"""The pages of agreements, for admins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages as flashes
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from adjoin.access import permissions
from adjoin.access.gates import admins_only
from adjoin.access.permissions import Permission
from adjoin.kernel.errors import DeskError, Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.sharing.agreements import actions, field_page, forms, keys, moves, pages, partner_fields, queries
from adjoin.sharing.agreements.forms import InviteForm, TermsForm
from adjoin.sharing.delivery import copies
from adjoin.sharing.models import SharingAgreement


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
                both_ways=form.cleaned_data["both_ways"],
                note=form.cleaned_data["note"],
                now=timezone.now(),
            )
            return redirect("sharing:agreements")
        except Invalid as error:
            form.add_error("partner", str(error))
    return _agreements_page(request, form, status=422)


@require_GET
@admins_only
def agreement(request: DeskRequest, agreement_id: int) -> HttpResponse:
    """One agreement: how it goes, its terms, its history. Whoever opens it has seen what is new."""
    actions.mark_seen(actor=request.actor, agreement_id=agreement_id)
    return _agreement_page(request, agreement_id)


@require_POST
@admins_only
def change_terms(request: DeskRequest, agreement_id: int) -> HttpResponse:
    """Set other terms; what was typed stays when something is wrong with it."""
    form = forms.for_agreement(_found(request, agreement_id), request.POST)
    if form.is_valid():
        try:
            actions.change_terms(
                actor=request.actor,
                agreement_id=agreement_id,
                terms=form.terms(),
                note=form.cleaned_data.get("note", ""),
                now=timezone.now(),
            )
            return redirect("sharing:agreement", agreement_id)
        except DeskError as error:
            form.add_error(None, str(error))
    return _agreement_page(request, agreement_id, form=form, status=422)


@admins_only
def map_fields(request: DeskRequest, agreement_id: int) -> HttpResponse:
    """Which ticket field is which on the other side."""
    found, problem = _found(request, agreement_id), ""
    theirs = partner_fields.ask(found) if found.syncs_custom_fields else None
    if request.method == "POST" and "show" in request.POST:  # what the chosen fields offer, before anything is saved
        found.field_map = list(field_page.field_map(found, request.POST))
    elif request.method == "POST":
        terms = replace(found.terms, field_map=field_page.field_map(found, request.POST))
        try:
            if theirs is not None and (wrong := partner_fields.problem(terms.field_map, theirs, found.partner_name)):
                raise Invalid.field("custom_field_map", wrong)
            actions.change_terms(actor=request.actor, agreement_id=found.pk, terms=terms, now=timezone.now())
            if theirs is None and terms.field_map:
                unseen = _("Saved. %(partner_name)s's desk does not tell its fields, so types were not compared.") % {
                    "partner_name": found.partner_name
                }
                flashes.info(request, unseen)
            return redirect("sharing:map_fields", found.pk)
        except DeskError as error:
            problem = str(error)
            found.field_map = list(terms.field_map)  # what was typed stays
    page = {
        "agreement": found,
        "rows": field_page.rows(found, theirs),
        "only_there": field_page.only_there(found, theirs or ()),
        "left_out": field_page.left_out(found),
        "problem": problem,
        "section": "sharing",
    }
    is_part = request.htmx and "show" in request.POST
    template = "sharing/fields.html#rows" if is_part else "sharing/fields.html"
    return render(request, template, page, status=422 if problem else 200)


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


@require_POST
@admins_only
def rotate_key(request: DeskRequest, agreement_id: int) -> HttpResponse:
    """Hand the partner a new key."""
    return _step(request, agreement_id, keys.rotate)


@require_POST
@admins_only
def confirm_move(request: DeskRequest, agreement_id: int) -> HttpResponse:
    """Believe that the partner has moved."""
    return _step(request, agreement_id, moves.confirm)


@require_POST
@admins_only
def refuse_move(request: DeskRequest, agreement_id: int) -> HttpResponse:
    """Stay with the partner's old address."""
    return _step(request, agreement_id, moves.refuse)


@require_POST
@admins_only
def decline_all(request: DeskRequest) -> HttpResponse:
    """Whether invitations are declined as they come."""
    actions.set_declining(actor=request.actor, declines="declines" in request.POST, now=timezone.now())
    return redirect("sharing:agreements")


@require_POST
@admins_only
def resume(request: DeskRequest) -> HttpResponse:
    """This desk is the one that talks to partners."""
    actions.resume(actor=request.actor, now=timezone.now())
    return redirect("sharing:agreements")


def _step(request: DeskRequest, agreement_id: int, step: Callable[..., object]) -> HttpResponse:
    """The agreement's page once `step` is done, or with the reason why it could not be."""
    _found(request, agreement_id)
    try:
        step(actor=request.actor, agreement_id=agreement_id, now=timezone.now())
    except DeskError as error:
        return _agreement_page(request, agreement_id, problem=str(error), status=422)
    return redirect("sharing:agreement", agreement_id)


def _found(request: DeskRequest, agreement_id: int) -> SharingAgreement:
    permissions.require(request.actor, Permission.MANAGE_AGREEMENTS)
    found = SharingAgreement.objects.filter(pk=agreement_id).first()
    if found is None:
        raise NotFound
    return found


def _agreement_page(
    request: DeskRequest, agreement_id: int, *, form: TermsForm | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    found = _found(request, agreement_id)
    page = {
        "page": pages.page(found, timezone.now()),
        "agreement": found,
        "form": form or forms.for_agreement(found),
        "key_stays_because": keys.why_not(found),
        "problem": problem,
        "section": "sharing",
    }
    return render(request, "sharing/agreement.html", page, status=status)


def _agreements_page(request: DeskRequest, form: InviteForm, status: int = 200) -> HttpResponse:
    permissions.require(request.actor, Permission.MANAGE_AGREEMENTS)
    cards = queries.agreement_cards()
    page = {
        "cards": [card for card in cards if not card.is_past],
        "over": [card for card in cards if card.is_past],
        "form": form,
        "desk": copies.desk(),
        "section": "sharing",
    }
    return render(request, "sharing/agreements.html", page, status=status)
