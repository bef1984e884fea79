"""What a provider has said of whoever is signing in, kept with their session until they are in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.login import (
    clear_authentication_records,
    get_authentication_records,
    perform_login,
    record_authentication,
)
from allauth.account.models import Login
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest, HttpResponse

from adjoin.people.models import User
from adjoin.sign_in.models import Provider

if TYPE_CHECKING:
    from adjoin.kernel.requests import DeskRequest


class SecondFactorStage(AuthenticateStage):
    """Asks for the second factor, unless the provider is known to have asked for one."""

    def _should_handle(self, request: HttpRequest) -> bool:
        asked_there = said(request, self.login.user).get("did_second_factor")
        return not asked_there and bool(super()._should_handle(request))


def sign_in(request: DeskRequest, user: User, provider: Provider, *, next: str = "", **kept: Any) -> HttpResponse:
    """Sign `user` in on the word of `provider`: the answer leads on, or to their second factor."""
    clear_authentication_records(request)
    did = provider.does_second_factor
    record_authentication(request, user, method=provider.kind, provider=provider.pk, did_second_factor=did, **kept)
    answer: HttpResponse = perform_login(request, Login(user=user, redirect_url=next or None))
    return answer


def said(request: HttpRequest, user: Any) -> dict[str, Any]:
    """What was noted by `sign_in`; empty for those who came another way."""
    found = [record for record in get_authentication_records(request, user) if "provider" in record]
    return dict(found[-1]) if found else {}
