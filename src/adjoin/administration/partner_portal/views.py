"""Making a brand a partner portal with one button, after a look at what that does."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration.confirm import Words, confirm
from adjoin.administration.partner_portal import setting_up
from adjoin.administration.partner_portal.forms import PartnerPortalForm
from adjoin.brands.models import Brand
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest

SECTION = "brands"


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_BRANDS)
def partner_portal(request: DeskRequest, brand_id: int) -> HttpResponse:
    """Who the partners are; then what it will do and who gains and loses; then it is done."""
    brand = Brand.objects.filter(pk=brand_id).first()
    if brand is None:
        raise NotFound
    form = PartnerPortalForm(request.POST if request.method == "POST" else None, brand=brand)
    if request.method == "POST" and form.is_valid():
        try:
            return _set_up(request, brand, form)
        except Invalid as error:
            form.add_error(None, str(error))
    context = {"form": form, "brand": brand, "section": SECTION}
    status = 422 if form.errors else 200
    return render(request, "administration/partner_portal/edit.html", context, status=status)


def _set_up(request: DeskRequest, brand: Brand, form: PartnerPortalForm) -> HttpResponse:
    plan = form.plan()
    words = Words(
        heading=_("Make %(name)s a partner portal") % {"name": brand.name},
        section=SECTION,
        back=reverse("administration:brands:partner_portal", args=[brand.pk]),
        notes=tuple(setting_up.sentences(brand, plan)),
        button=_("Make it a partner portal"),
    )
    change = partial(setting_up.set_up, actor=request.actor, brand=brand, plan=plan, now=timezone.now())
    asked = confirm(request, change=change, user_ids=setting_up.concerned(plan), words=words)
    if asked is not None:
        return asked
    messages.success(request, _("%(name)s is a partner portal.") % {"name": brand.name})
    return redirect("administration:getting_in:brand", brand.pk)
