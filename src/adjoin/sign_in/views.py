"""Signing in by link, and one's own security: second factors, and where one is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import views as allauth_account
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core import ratelimit
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import views as allauth_passkeys
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.access import actors
from adjoin.kernel import ids
from adjoin.kernel.errors import NotFound, TooMany
from adjoin.kernel.requests import client_address
from adjoin.people.models import User
from adjoin.sign_in import browser, devices, enrolment, leaving, links, policy
from adjoin.sign_in.forms import LinkForm
from adjoin.sign_in.models import Device, Provider, ProviderIdentity
from adjoin.sign_in.terms import Kind, Method

if TYPE_CHECKING:
    from adjoin.kernel.requests import DeskRequest


@require_http_methods(["GET", "POST"])
def ask_for_link(request: DeskRequest) -> HttpResponse:
    """Mail a sign-in link, if the address is somebody's; the answer is the same in any case."""
    given = {"next": browser.own_path(request.GET.get("next"))}
    form = LinkForm(request.POST) if request.method == "POST" else LinkForm(initial=given)
    if not form.is_valid():
        return render(request, "sign_in/ask_for_link.html", {"form": form}, status=422 if form.errors else 200)
    email = form.cleaned_data["email"]
    if not ratelimit.consume(request, action="sign_in_link", key=email):
        raise TooMany(_("Too many links were asked for. Wait five minutes, then try again."), retry_after_seconds=300)
    secret = browser.secret_of(request)
    links.send_link.defer(
        email=email,
        host=request.brand.host,
        name=request.brand.name,
        browser_digest=ids.digest(secret),
        next=browser.own_path(form.cleaned_data["next"]),
        language=get_language() or "",
    )
    answer = redirect("sign_in:link_sent")
    browser.remember(request, answer, secret)
    return answer


@require_GET
def link_sent(request: DeskRequest) -> HttpResponse:
    """Look at your mail."""
    return render(request, "sign_in/link_sent.html")


@never_cache
@require_http_methods(["GET", "POST"])
def link(request: DeskRequest, one_time_key: str) -> HttpResponse:
    """The page behind a mailed link. It signs in when its button is pressed: mail scanners follow links, too.

    In another browser than the one that asked, it says so and whom it signs in before anything happens."""
    try:
        if request.method == "GET":
            found = links.look(one_time_key, timezone.now())
            is_same = found.browser_digest == browser.digest_of(request)
            return render(request, "sign_in/link.html", {"person": found.user, "is_same_browser": is_same})
        found = links.use(one_time_key, timezone.now())
    except links.DeadLink:
        return render(request, "sign_in/link_dead.html", status=links.DeadLink.status)
    record_authentication(request, found.user, method=Method.LINK)
    signed_in: HttpResponse = perform_login(request, Login(user=found.user, redirect_url=found.next or None))
    return signed_in


@never_cache
@login_required
@require_GET
def security(request: DeskRequest) -> HttpResponse:
    """One's own second factors, where one is signed in, and with which providers."""
    user = _oneself(request)
    factors = list(Authenticator.objects.filter(user=user).order_by("pk"))
    codes = next((one for one in factors if one.type == Authenticator.Type.RECOVERY_CODES), None)
    context = {
        "must_set_up": enrolment.is_pending(request.session, user),
        "is_required": policy.requires_second_factor(user),
        "app": next((one for one in factors if one.type == Authenticator.Type.TOTP), None),
        "passkeys": [one for one in factors if one.type == Authenticator.Type.WEBAUTHN],
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "has_codes": codes is not None,
        "devices": devices.of(user),
        "here": request.session.session_key,
        "connections": ProviderIdentity.objects.filter(user=user).select_related("provider").order_by("pk"),
        "connectable": _connectable(user),
    }
    return render(request, "sign_in/security.html", context)


@login_required
@require_POST
def end_device(request: DeskRequest, device_id: int) -> HttpResponse:
    """Sign out in one other browser."""
    device = Device.objects.filter(pk=device_id, user_id=_oneself(request).pk).first()
    if device is None:
        raise NotFound
    devices.end(device, timezone.now())
    messages.success(request, _("Signed out there."))
    return redirect("mfa_index")


@login_required
@require_POST
def end_everywhere(request: DeskRequest) -> HttpResponse:
    """Sign out in every browser but this one."""
    user, now = _oneself(request), timezone.now()
    method = Device.objects.filter(session_key=request.session.session_key).values_list("method", flat=True).first()
    user = devices.end_all(user, now)
    update_session_auth_hash(request, user)
    devices.begin(
        request.session,
        user=user,
        method=method or Method.PASSWORD,
        host=request.get_host().partition(":")[0],
        agent=request.headers.get("User-Agent", ""),
        address=client_address(request),
        now=now,
    )
    messages.success(request, _("Signed out everywhere else."))
    return redirect("mfa_index")


@login_required
@require_POST
def disconnect(request: DeskRequest, connection_id: int) -> HttpResponse:
    """Have a provider sign one in no more."""
    gone, _rows = ProviderIdentity.objects.filter(pk=connection_id, user_id=_oneself(request).pk).delete()
    if not gone:
        raise NotFound
    messages.success(request, _("Disconnected."))
    return redirect("mfa_index")


@require_http_methods(["GET", "POST"])
def log_out(request: DeskRequest) -> Any:
    """Out here, and at the SAML provider or own site that signed one in. A page leads there, as no form may."""
    place = leaving.way_out(request) if request.method == "POST" and request.user.is_authenticated else ""
    answer = allauth_account.logout(request)
    if not place:
        return answer
    request.actor = actors.Actor.anonymous()
    return render(request, "sign_in/onward.html", {"place": place})


def remove_passkey(request: HttpRequest, pk: int) -> Any:
    """allauth's own page, but the last second factor of somebody who has to have one stays."""
    found = Authenticator.objects.filter(pk=pk, user_id=request.user.pk, type=Authenticator.Type.WEBAUTHN).first()
    if found is not None and not get_adapter().can_delete_authenticator(found):
        messages.error(request, get_adapter().error_messages["cannot_delete_authenticator"])
        return redirect("mfa_index")
    return allauth_passkeys.remove_webauthn(request, pk=pk)


def _oneself(request: DeskRequest) -> User:
    """Who has signed in. Raises `NotFound` for whoever sees the desk as somebody else: this page is nobody else's."""
    if request.viewing is not None or not isinstance(request.user, User):
        raise NotFound
    return request.user


def _connectable(user: User) -> list[Provider]:
    side = {"for_team": True} if user.is_agent else {"for_end_users": True}
    rows = Provider.objects.filter(is_active=True, kind__in=(Kind.OIDC, Kind.SAML), **side)
    return list(rows.exclude(identities__user=user).order_by("name", "pk"))
