"""Providers whose address we know, and what is done about SAML providers besides changing them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration.refusals import explain
from adjoin.administration.sign_in.preset_form import PresetForm
from adjoin.administration.sign_in.views import SECTION, provider_of
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.sign_in import providers, refreshing
from adjoin.sign_in.presets import PRESETS
from adjoin.sign_in.saml import keys
from adjoin.sign_in.terms import Kind


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_SETTINGS)
def new_from_preset(request: DeskRequest, slug: str) -> HttpResponse:
    """A provider whose address we know; the next page says whom it may sign in."""
    preset = PRESETS.get(slug)
    if preset is None:
        raise NotFound
    form = PresetForm(request.POST if request.method == "POST" else None, preset=preset)
    if request.method == "POST" and form.is_valid():
        try:
            given = providers.look_up(Kind.OIDC, form.fields_given(), timezone.now())
            provider = providers.create(kind=Kind.OIDC, now=timezone.now(), **given)
        except Invalid as error:
            explain(form, error, {})
        else:
            told = _("%(name)s is there. Now tell it of us, and say whom it signs in.") % {"name": provider.name}
            messages.success(request, told)
            return redirect("administration:sign_in:provider", provider.pk)
    context = {"form": form, "preset": preset, "section": SECTION}
    return render(request, "administration/sign_in/preset.html", context, status=422 if form.errors else 200)


@require_POST
@allowed_only(Permission.MANAGE_SETTINGS)
def refresh(request: DeskRequest, provider_id: int) -> HttpResponse:
    """Read a SAML provider's metadata now, as happens each night."""
    provider = provider_of(provider_id)
    if provider.kind != Kind.SAML or not provider.metadata_url:
        raise NotFound
    if problem := refreshing.refresh(provider, timezone.now()):
        messages.error(request, problem)
    else:
        messages.success(request, _("Its metadata is read."))
    return redirect("administration:sign_in:provider", provider.pk)


@require_POST
@allowed_only(Permission.MANAGE_SETTINGS)
def renew_key(request: DeskRequest, provider_id: int) -> HttpResponse:
    """Our next key for SAML."""
    provider = provider_of(provider_id)
    if provider.kind != Kind.SAML:
        raise NotFound
    key = keys.renew(timezone.now())
    on = date_format(key.signs_from, "DATE_FORMAT")
    messages.success(request, _("The next key is in our metadata, and signs from %(on)s.") % {"on": on})
    return redirect("administration:sign_in:provider", provider.pk)
