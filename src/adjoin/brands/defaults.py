"""What every new account has of brands."""

from __future__ import annotations

from datetime import datetime

from adjoin.accounts import current
from adjoin.brands import actions
from adjoin.brands.models import Brand
from adjoin.people.models import User


def furnish_brands(now: datetime) -> None:
    """The default brand, at the account's own host."""
    account = current.account()
    Brand.objects.get_or_create(
        is_default=True,
        defaults={"name": account.name, "subdomain": account.subdomain, "created_at": now, "updated_at": now},
    )


def welcome_agent(*, user: User, now: datetime) -> None:
    """A new agent starts in every brand, as Zendesk's default has it; an admin narrows that afterwards."""
    if user.is_agent and not user.is_admin:
        actions.set_brands_of(user=user, brands=Brand.objects.filter(is_active=True), now=now)
