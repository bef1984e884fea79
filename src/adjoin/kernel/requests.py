"""What every request carries here, for annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from adjoin.access.actors import Actor
    from adjoin.accounts.models import Account
    from adjoin.administration.view_as.viewing import Viewing
    from adjoin.brands.models import Brand
    from adjoin.help_center.looks.worn import Worn
    from adjoin.people.models import ApiToken


class DeskRequest(HttpRequest):
    """A request inside an account, after the middleware has found out who asks."""

    account: Account
    brand: Brand  # whose host this is: the default brand at the account's own
    actor: Actor
    api_token: ApiToken | None
    viewing: Viewing | None  # whom a signed-in admin sees the desk as
    htmx: HtmxDetails
    trying_on: Worn  # set only where a draft of a help center's looks is shown


def client_address(request: HttpRequest) -> str:
    """Where a request comes from: its peer, or what the trusted proxies before us say; "" when nobody knows."""
    proxies: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    if proxies and len(hops) >= proxies:
        return hops[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))
