"""Signing in: which ways are open, and who vouches for people."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration.refusals import explain
from adjoin.administration.sign_in.forms import PolicyForm, ProviderForm
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.sign_in import common_views, policy, providers, refusals, ways
from adjoin.sign_in.models import Provider
from adjoin.sign_in.presets import PRESETS
from adjoin.sign_in.saml import keys
from adjoin.sign_in.saml.xml import certificates_in
from adjoin.sign_in.terms import Kind

SECTION = "sign_in"


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_SETTINGS)
def policies(request: DeskRequest) -> HttpResponse:
    """Ways of signing in, and the providers."""
    form = PolicyForm(request.POST if request.method == "POST" else None, row=policy.current())
    if request.method == "POST" and form.is_valid():
        policy.change(now=timezone.now(), **form.changes())
        messages.success(request, gettext("Saved. It holds from everybody's next sign-in."))
        return redirect("administration:sign_in:edit")
    context = {
        "form": form,
        "section": SECTION,
        "providers": Provider.objects.order_by("name", "pk"),
        "kinds": Kind,
        "presets": PRESETS,
        "closed": ways.closed_sides(),
    }
    return render(request, "administration/sign_in/list.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_SETTINGS)
def new(request: DeskRequest, kind: str) -> HttpResponse:
    """Another provider."""
    if kind not in Kind.values:
        raise NotFound
    form = ProviderForm(request.POST if request.method == "POST" else None, kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            given = providers.look_up(kind, form.fields_given(), timezone.now())
            provider = providers.create(kind=kind, now=timezone.now(), **given)
        except Invalid as error:
            explain(form, error, {})
        else:
            messages.success(request, gettext("%(name)s is there. Now tell it of us.") % {"name": provider.name})
            return redirect("administration:sign_in:provider", provider.pk)
    return _page(request, form, kind, None)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_SETTINGS)
def edit(request: DeskRequest, provider_id: int) -> HttpResponse:
    """One provider: what it may say, and what it has to know of us."""
    provider = provider_of(provider_id)
    form = ProviderForm(request.POST if request.method == "POST" else None, kind=provider.kind, provider=provider)
    if request.method == "POST" and form.is_valid():
        try:
            given = providers.look_up(provider.kind, form.fields_given(), timezone.now(), provider)
            providers.update(provider=provider, now=timezone.now(), **given)
        except Invalid as error:
            explain(form, error, {})
        else:
            messages.success(request, gettext("%(name)s is changed.") % {"name": form.cleaned_data["name"]})
            return redirect("administration:sign_in:edit")
    return _page(request, form, provider.kind, provider)


@require_POST
@allowed_only(Permission.MANAGE_SETTINGS)
def delete(request: DeskRequest, provider_id: int) -> HttpResponse:
    """End a provider."""
    provider = provider_of(provider_id)
    providers.delete(provider=provider, now=timezone.now())
    messages.success(request, gettext("%(name)s signs nobody in any more.") % {"name": provider.name})
    return redirect("administration:sign_in:edit")


@require_POST
@allowed_only(Permission.MANAGE_SETTINGS)
def secret(request: DeskRequest, provider_id: int) -> HttpResponse:
    """A new secret for signed tokens, shown on this page only."""
    provider = provider_of(provider_id)
    if provider.kind != Kind.JWT:
        raise NotFound
    provider = providers.new_secret(provider=provider, now=timezone.now())
    form = ProviderForm(kind=provider.kind, provider=provider)
    return _page(request, form, provider.kind, provider, secret=provider.secret)


def provider_of(provider_id: int) -> Provider:
    """One of the account's, in use or not. Raises `NotFound`."""
    found = Provider.objects.filter(pk=provider_id).first()
    if found is None:
        raise NotFound
    return found


def _page(request: DeskRequest, form: ProviderForm, kind: str, provider: Provider | None, **more: Any) -> HttpResponse:
    ours: list[tuple[str, str]] = []
    if provider is not None:
        ours = [(label, common_views.address_of(request, name, provider)) for label, name in _OURS[Kind(kind)]]
        more["refusals"] = list(refusals.recent(provider))
    if kind == Kind.SAML and provider is not None:
        more |= {"our_keys": keys.published(timezone.now()), **_its_keys(provider)}
    context = {"form": form, "kind": Kind(kind), "provider": provider, "ours": ours, "section": SECTION, **more}
    return render(request, "administration/sign_in/provider.html", context, status=422 if form.errors else 200)


def _its_keys(provider: Provider) -> dict[str, Any]:
    """When the certificates of a SAML provider end, the last one first, and whether all have."""
    ends = sorted((one.not_valid_after_utc for one in certificates_in(provider.certificates)), reverse=True)
    return {"its_ends": ends, "is_over": bool(ends) and ends[0] <= timezone.now()}


_OURS: dict[Kind, tuple[tuple[Any, str], ...]] = {
    Kind.OIDC: ((_("Redirect address"), "sign_in_with:oidc_callback"),),
    Kind.SAML: (
        (_("Our metadata, and our entity id"), "sign_in_with:saml_metadata"),
        (_("Where answers go (ACS)"), "sign_in_with:saml_consume"),
        (_("Where logouts go"), "sign_in_with:saml_log_out"),
    ),
    Kind.JWT: (),
}
