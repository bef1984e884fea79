"""Who gets into the help centers: how each brand is open, and the account's lists."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration.getting_in.forms import BrandDoorForm, ListsForm
from adjoin.brands import actions, admission
from adjoin.brands.models import Brand
from adjoin.desk_settings import actions as desk_settings
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.knowledge import readership, shelving
from adjoin.knowledge.actions import segments
from adjoin.people import sender_lists

SECTION = "getting_in"
REFUSED = 422


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_BRANDS)
def overview(request: DeskRequest) -> HttpResponse:
    """How every brand is open, and the lists, which can be tried before they are saved."""
    row = desk_settings.current()
    saved = {"allowlist": row.allowlist, "blocklist": row.blocklist}
    form = ListsForm(request.POST) if request.method == "POST" else ListsForm(initial=saved)
    outcome = ""
    if request.method == "POST" and form.is_valid():
        if "try" not in request.POST:
            sender_lists.change(now=timezone.now(), **form.lists())
            messages.success(request, _("The lists are saved."))
            return redirect("administration:getting_in:overview")
        outcome = form.outcome()
    brands = Brand.objects.filter(is_active=True).order_by("-is_default", "name")
    context = {
        "form": form,
        "outcome": outcome,
        "brands": [(brand, admission.sentences(brand), shelving.segment_of(brand)) for brand in brands],
        "section": SECTION,
    }
    return render(request, "administration/getting_in/overview.html", context, status=REFUSED if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_BRANDS)
def brand(request: DeskRequest, brand_id: int) -> HttpResponse:
    """How one brand is open. Before that is saved, the page says who comes to read its help center and who no more."""
    found = Brand.objects.filter(pk=brand_id).first()
    if found is None:
        raise NotFound
    form, moved = BrandDoorForm(request.POST if request.method == "POST" else None, brand=found), None
    if request.method == "POST" and form.is_valid():
        try:
            change = partial(_change, request, form, found, timezone.now())
            moved = readership.moved_by(partial(readership.of_help_center, found.pk), change)
            if request.POST.get("sure") == "1" or not moved.is_anybody:
                change()
                messages.success(request, _("%(name)s is changed.") % {"name": found.name})
                return redirect("administration:getting_in:overview")
        except Invalid as error:
            form.explain(error)
    context = {"form": form, "brand": found, "sees": admission.sentences(found), "moved": moved, "section": SECTION}
    return render(request, "administration/getting_in/brand.html", context, status=REFUSED if form.errors else 200)


@transaction.atomic
def _change(request: DeskRequest, form: BrandDoorForm, brand: Brand, now: datetime) -> None:
    actions.change_brand(brand=brand, now=now, **form.columns())
    chosen = form.cleaned_data["segment"]
    segment = next((row for row in shelving.segments() if row.pk == chosen), None)
    segments.keep_help_center_for(actor=request.actor, brand=brand, segment=segment, now=now)
