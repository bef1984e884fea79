"""On the way to a provider and back: what was begun here is finished once, by the same browser, at the same host."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from adjoin.kernel import ids
from adjoin.people.models import User
from adjoin.sign_in import browser
from adjoin.sign_in.admission import Refused
from adjoin.sign_in.models import Attempt, Provider, SpentToken

if TYPE_CHECKING:
    from adjoin.kernel.requests import DeskRequest

LASTS = timedelta(minutes=15)


def begin(
    request: DeskRequest,
    provider: Provider,
    *,
    browser_secret: str,
    nonce: str,
    next: str,
    now: datetime,
    verifier: str = "",
    connects: User | None = None,
) -> str:
    """The state that the provider sends back with its answer: 40 hex characters."""
    Attempt.objects.filter(expires_at__lt=now).delete()
    state = ids.new_secret()
    Attempt.objects.create(
        digest=ids.digest(state),
        browser_digest=ids.digest(browser_secret),
        provider=provider,
        host=request.get_host(),
        next=next,
        connects=connects,
        nonce=nonce,
        verifier=verifier,
        expires_at=now + LASTS,
    )
    return state


def waiting(request: DeskRequest, provider: Provider, state: str, now: datetime) -> Attempt:
    """The attempt that `state` belongs to, at this host and with this provider, not finished. Raises `Refused`."""
    found = (
        Attempt.objects.select_related("provider", "connects")
        .filter(digest=ids.digest(state), provider=provider, host=request.get_host(), used_at=None, expires_at__gt=now)
        .first()
    )
    if found is None:
        raise Refused("unknown state", provider=provider)
    return found


def finish(request: DeskRequest, provider: Provider, state: str, now: datetime) -> Attempt:
    """The same, for the browser that began it, and finished by this. Raises `Refused`."""
    found = waiting(request, provider, state, now)
    if found.browser_digest != browser.digest_of(request):
        raise Refused("another browser", provider=provider)
    if found.connects is not None and found.connects.pk != request.user.pk:
        raise Refused("another person", provider=provider)
    if not Attempt.objects.filter(pk=found.pk, used_at=None).update(used_at=now):
        raise Refused("used state", provider=provider)
    return found


def spend(provider: Provider, token_id: str, *, until: datetime, now: datetime) -> None:
    """Have an assertion or token be good no more. `until` is when its age speaks against it. Raises `Refused`."""
    SpentToken.objects.filter(expires_at__lt=now).delete()
    digest = ids.digest(f"{provider.pk}:{token_id}")
    _, is_first = SpentToken.objects.get_or_create(digest=digest, defaults={"expires_at": until})
    if not is_first:
        raise Refused("used before", provider=provider)
