"""What the pages of all providers share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from adjoin.accounts import addresses
from adjoin.kernel.errors import TooMany
from adjoin.sign_in import admission, refusals, vouching
from adjoin.sign_in.admission import Refused
from adjoin.sign_in.models import Attempt, Provider
from adjoin.sign_in.vouched import Vouched

if TYPE_CHECKING:
    from adjoin.kernel.requests import DeskRequest


def finished(request: DeskRequest, attempt: Attempt, found: Vouched) -> HttpResponse:
    """Sign in, or connect, whom the provider of a finished attempt sent back. Raises `Refused`."""
    now = timezone.now()
    if attempt.connects is not None:
        admission.connect(attempt.provider, found, attempt.connects, now)
        messages.success(request, _("%(name)s signs you in from now on.") % {"name": attempt.provider.name})
        return redirect("mfa_index")
    user = admission.admit(attempt.provider, found, now)
    about = {"name_id": found.name_id, "session_index": found.session_index}
    return vouching.sign_in(request, user, attempt.provider, next=attempt.next, **about)


def refused(request: DeskRequest, error: Exception) -> HttpResponse:
    """The page that says so, in the same words for every reason."""
    note(error)
    words = (
        str(error)
        if isinstance(error, Refused)
        else _("The provider does not answer right now. Try again in a moment.")
    )
    return render(request, "sign_in/refused.html", {"words": words}, status=403 if isinstance(error, Refused) else 503)


def note(error: Exception) -> None:
    """Keep why a provider was not believed, for the admin who sets it up."""
    if isinstance(error, Refused) and error.provider is not None:
        refusals.note(error.provider, error.why, timezone.now(), email=error.email)


def throttle(request: DeskRequest) -> None:
    """Raises `TooMany` for somebody who brings more answers than people sign in."""
    if not ratelimit.consume(request, action="provider_answer"):
        raise TooMany(_("Too many tries. Wait a minute, then try again."), retry_after_seconds=60)


def callback_of(request: DeskRequest, provider: Provider) -> str:
    """Where the provider sends people back to: at the host where they began."""
    return address_of(request, "sign_in_with:oidc_callback", provider)


def address_of(request: DeskRequest, name: str, provider: Provider) -> str:
    """The whole address of one of our pages for a provider, at this host."""
    return addresses.url_of(request.get_host().partition(":")[0]) + reverse(name, args=[provider.pk])


def provider_of(provider_id: int, kind: str | None = None) -> Provider:
    """The provider in use with that id. Raises `Refused`."""
    found = Provider.objects.filter(pk=provider_id, is_active=True).first()
    if found is None or (kind and found.kind != kind):
        raise Refused("no such provider")
    return found
