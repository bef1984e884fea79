"""Signing in and out with a SAML identity provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from adjoin.kernel import ids
from adjoin.sign_in import admission, attempts, common_views, devices, vouching
from adjoin.sign_in.admission import Refused
from adjoin.sign_in.models import Attempt, Device, Provider
from adjoin.sign_in.saml import keys, requests, responses
from adjoin.sign_in.saml.requests import Ours
from adjoin.sign_in.saml.responses import Assertion, Expected
from adjoin.sign_in.saml.xml import NotBelieved
from adjoin.sign_in.terms import Kind
from adjoin.sign_in.vouched import Vouched

if TYPE_CHECKING:
    from adjoin.kernel.requests import DeskRequest


@require_GET
def metadata(request: DeskRequest, provider_id: int) -> HttpResponse:
    """What the provider's admin needs to know of us."""
    try:
        provider = common_views.provider_of(provider_id, Kind.SAML)
    except Refused as error:
        return common_views.refused(request, error)
    told = requests.about_us(provider, ours_at(request, provider), keys.published(timezone.now()))
    return HttpResponse(told, content_type="application/samlmetadata+xml")


@csrf_exempt  # it comes from the provider's page, which has no token of ours; its signature is asked for instead
@never_cache
@require_POST
def consume(request: DeskRequest, provider_id: int) -> HttpResponse:
    """The provider's answer. It comes from another site, so our cookies do not: whose browser it is, `finish` asks."""
    try:
        common_views.throttle(request)
        provider = common_views.provider_of(provider_id, Kind.SAML)
        return _consumed(request, provider, request.POST.get("RelayState", ""))
    except Refused as error:
        return common_views.refused(request, error)


@never_cache
@require_GET
def finish(request: DeskRequest, provider_id: int) -> HttpResponse:
    """The browser that began it comes for what the provider has said."""
    try:
        provider = common_views.provider_of(provider_id, Kind.SAML)
        attempt = attempts.finish(request, provider, request.GET.get("state", ""), timezone.now())
        if attempt.found is None:
            raise Refused("no answer yet", provider=provider)
        return common_views.finished(request, attempt, Vouched(**attempt.found))
    except Refused as error:
        return common_views.refused(request, error)


@never_cache
@require_GET
def log_out(request: DeskRequest, provider_id: int) -> HttpResponse:
    """The provider has somebody signed out here, or says that it has signed out whom we asked it to."""
    if "SAMLResponse" in request.GET:
        return redirect("home")
    try:
        provider, now = common_views.provider_of(provider_id, Kind.SAML), timezone.now()
        ours = ours_at(request, provider)
        asked = requests.asked_to_log_out(provider, request.META.get("QUERY_STRING", ""), ours, now)
        attempts.spend(provider, f"logout:{asked.id}", until=now + attempts.LASTS, now=now)
    except NotBelieved as error:
        return common_views.refused(request, Refused(f"saml logout: {error}", provider=provider))
    except Refused as error:
        return common_views.refused(request, error)
    _end(provider, asked)
    state = request.GET.get("RelayState", "")[:200]
    answer_id = f"_{ids.new_secret()}"
    if not provider.logout_url:
        return redirect("home")
    return redirect(
        requests.logout_answer_url(provider, ours, answer_id=answer_id, request_id=asked.id, state=state, now=now)
    )


def way(request: DeskRequest, provider: Provider, *, request_id: str, state: str) -> str:
    """The address at the provider where somebody signs in."""
    ours = ours_at(request, provider)
    return requests.login_url(provider, ours, request_id=request_id, state=state, now=timezone.now())


def way_out(request: DeskRequest, provider: Provider, device: Device) -> str:
    """The address at the provider where somebody who signs out here is signed out, too."""
    return requests.logout_url(
        provider,
        ours_at(request, provider),
        request_id=f"_{ids.new_secret()}",
        name_id=device.name_id,
        session_index=device.session_index,
        now=timezone.now(),
    )


def ours_at(request: DeskRequest, provider: Provider) -> Ours:
    """Our addresses at this host."""
    names = ("saml_metadata", "saml_consume", "saml_log_out")
    return Ours(*(common_views.address_of(request, f"sign_in_with:{name}", provider) for name in names))


def _consumed(request: DeskRequest, provider: Provider, state: str) -> HttpResponse:
    now, ours = timezone.now(), ours_at(request, provider)
    try:
        expected = Expected(ours.entity_id, ours.consumer)
        assertion = responses.read(provider, request.POST.get("SAMLResponse", ""), expected, now)
    except NotBelieved as error:
        raise Refused(f"saml: {error}", provider=provider) from error
    if not assertion.answers:
        return _unasked(request, provider, assertion)
    attempt = attempts.waiting(request, provider, state, now)
    if f"_{attempt.nonce}" != assertion.answers:
        raise Refused("saml: answers another request", provider=provider)
    attempts.spend(provider, assertion.id, until=assertion.until, now=now)
    Attempt.objects.filter(pk=attempt.pk, found__isnull=True).update(found=assertion.person.kept())
    return redirect(f"{reverse('sign_in_with:saml_finish', args=[provider.pk])}?state={state}")


def _unasked(request: DeskRequest, provider: Provider, assertion: Assertion) -> HttpResponse:
    """Sign in somebody who began on the provider's side, where an admin allows that."""
    now = timezone.now()
    if not provider.allows_unasked:
        raise Refused("saml: nobody asked", provider=provider)
    attempts.spend(provider, assertion.id, until=assertion.until, now=now)
    user = admission.admit(provider, assertion.person, now)
    about = {"name_id": assertion.person.name_id, "session_index": assertion.person.session_index}
    return vouching.sign_in(request, user, provider, **about)


@transaction.atomic
def _end(provider: Provider, asked: requests.LogoutRequest) -> None:
    rows = Device.objects.filter(provider=provider, name_id=asked.name_id).select_related("user")
    if asked.session_indexes:
        rows = rows.filter(session_index__in=asked.session_indexes)
    for device in rows:
        devices.end(device, timezone.now())
