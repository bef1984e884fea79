"""The page on which a brand gets a host name of its own, and loses it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.accounts import addresses
from adjoin.brands import actions, hosts
from adjoin.brands.models import Brand
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest


class HostForm(forms.Form):
    """A host name, or none."""

    host_mapping = forms.CharField(
        label=gettext_lazy("Host name"),
        max_length=253,
        required=False,
        help_text=gettext_lazy("Like help.example.com. Empty: the brand answers at its subdomain only."),
    )

    def clean_host_mapping(self) -> str:
        """Raises for what is no host name."""
        said = str(self.cleaned_data["host_mapping"]).strip()
        try:
            return hosts.cleaned(said) if said else ""
        except Invalid as error:
            raise forms.ValidationError(str(error)) from error


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_BRANDS)
def host(request: DeskRequest, brand_id: int) -> HttpResponse:
    """What the name takes, whether it leads here, and having it."""
    brand = Brand.objects.filter(pk=brand_id).first()
    if brand is None:
        raise NotFound
    if request.method == "GET":
        trouble = hosts.why_elsewhere(brand.host_mapping) if brand.host_mapping and "check" in request.GET else None
        return _page(request, brand, HostForm(initial={"host_mapping": brand.host_mapping or ""}), trouble=trouble)
    form = HostForm(request.POST)
    if not form.is_valid():
        return _page(request, brand, form)
    name = form.cleaned_data["host_mapping"]
    # Asked before anything is changed: mails lead to the new name from then on.
    if name and "anyway" not in request.POST and (trouble := hosts.why_elsewhere(name)):
        return _page(request, brand, form, trouble=trouble, may_insist=True)
    try:
        brand = actions.map_host(brand=brand, host=name, now=timezone.now())
    except Invalid as error:
        form.add_error("host_mapping", str(error))
        return _page(request, brand, form)
    messages.success(request, _("%(brand)s answers at %(host)s.") % {"brand": brand.name, "host": brand.host})
    return redirect("administration:brands:host", brand.pk)


def _page(request: DeskRequest, brand: Brand, form: HostForm, **more: Any) -> HttpResponse:
    context = {"brand": brand, "form": form, "own": addresses.host_of(brand.subdomain), "section": "brands", **more}
    status = 422 if form.errors or more.get("may_insist") else 200
    return render(request, "administration/brands/host.html", context, status=status)
