"""What every request carries here, for annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from adjoin.access.actors import Actor
    from adjoin.accounts.models import Account
    from adjoin.brands.models import Brand
    from adjoin.people.models import ApiToken


class DeskRequest(HttpRequest):
    """A request inside an account, after the middleware has found out who asks."""

    account: Account
    brand: Brand  # whose host this is: the default brand at the account's own
    actor: Actor
    api_token: ApiToken | None
    htmx: HtmxDetails
