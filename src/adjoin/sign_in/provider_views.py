"""Signing in with somebody who vouches: to them, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.accounts import addresses
from adjoin.adapters.http import NoAnswer
from adjoin.brands.models import Brand
from adjoin.kernel import ids
from adjoin.kernel.errors import NotFound
from adjoin.people.models import User
from adjoin.sign_in import admission, attempts, browser, common_views, oidc, saml_views, signed_tokens, vouching
from adjoin.sign_in.admission import Refused
from adjoin.sign_in.models import Provider
from adjoin.sign_in.terms import Kind

if TYPE_CHECKING:
    from adjoin.kernel.requests import DeskRequest


@never_cache
@require_GET
def begin(request: DeskRequest, provider_id: int) -> HttpResponse:
    """To the provider, and then back to `next`."""
    try:
        place, secret = _way(request, common_views.provider_of(provider_id), browser.own_path(request.GET.get("next")))
    except (Refused, NoAnswer) as error:
        return common_views.refused(request, error)
    answer = redirect(place)
    browser.remember(request, answer, secret)
    return answer


@login_required
@require_POST
def connect(request: DeskRequest, provider_id: int) -> HttpResponse:
    """To the provider, to have it sign one in from now on. A page leads on: our policy lets no form end elsewhere."""
    if request.viewing is not None or not isinstance(request.user, User):
        raise NotFound
    try:
        place, secret = _way(
            request, common_views.provider_of(provider_id), reverse("mfa_index"), connects=request.user
        )
    except (Refused, NoAnswer) as error:
        return common_views.refused(request, error)
    answer = render(request, "sign_in/onward.html", {"place": place})
    browser.remember(request, answer, secret)
    return answer


@never_cache
@require_GET
def oidc_callback(request: DeskRequest, provider_id: int) -> HttpResponse:
    """Back from an OpenID Connect provider."""
    try:
        provider, now = common_views.provider_of(provider_id, Kind.OIDC), timezone.now()
        attempt = attempts.finish(request, provider, request.GET.get("state", ""), now)
        given = {name: request.GET[name] for name in ("code", "iss", "error") if name in request.GET}
        found = oidc.person(provider, attempt, given, redirect_uri=common_views.callback_of(request, provider))
        return common_views.finished(request, attempt, found)
    except (Refused, NoAnswer) as error:
        return common_views.refused(request, error)


@csrf_exempt  # it comes from one's own site, which has no token of ours; its signature is asked for instead
@never_cache
@require_http_methods(["POST"])
def signed_token(request: DeskRequest) -> HttpResponse:
    """A signed token from one's own site, in the field `jwt`. What is wrong is told to that site, if it has a page."""
    try:
        common_views.throttle(request)
        provider, user = _sent(request.POST.get("jwt", ""))
    except Refused as error:
        refused = common_views.refused(request, error)
        place = signed_tokens.error_url(error)
        return redirect(place) if place else refused
    return vouching.sign_in(request, user, provider, next=_own_place(request, request.POST.get("return_to", "")))


def _sent(token: str) -> tuple[Provider, User]:
    """One's own site, and whom it has sent. Raises `Refused`."""
    provider, found = signed_tokens.person(token, timezone.now())
    return provider, admission.admit(provider, found, timezone.now())


def _way(request: DeskRequest, provider: Provider, next: str, connects: User | None = None) -> tuple[str, str]:
    """The address at the provider, and the secret for the browser to keep."""
    now, secret = timezone.now(), browser.secret_of(request)
    if provider.kind == Kind.JWT:
        back = addresses.url_of(request.get_host().partition(":")[0]) + (next or "/")
        return signed_tokens.begin_url(provider, return_to=back, brand_id=request.brand.pk, now=now), secret
    how: dict[str, Any] = {"browser_secret": secret, "next": next, "connects": connects, "now": now}
    nonce, verifier = ids.new_secret(), oidc.new_verifier()
    state = attempts.begin(request, provider, nonce=nonce, verifier=verifier, **how)
    if provider.kind == Kind.SAML:
        return saml_views.way(request, provider, request_id=f"_{nonce}", state=state), secret
    back = common_views.callback_of(request, provider)
    place = oidc.authorization_url(provider, state=state, nonce=nonce, verifier=verifier, redirect_uri=back)
    return place, secret


def _own_place(request: DeskRequest, asked: str) -> str:
    """`asked` where it leads to one of this account's own hosts, else ""."""
    if own := browser.own_path(asked):
        return own
    parts = urlsplit(asked)
    host = (parts.hostname or "").lower()
    if parts.scheme not in ("http", "https") or not host or parts.username or "\\" in asked:
        return ""
    ours = {brand.host for brand in Brand.objects.filter(is_active=True)}
    if host not in ours:
        return ""
    path = browser.own_path(parts._replace(scheme="", netloc="").geturl())
    here = request.get_host().partition(":")[0]
    return path if host == here else (addresses.url_of(host) + path if path else "")
