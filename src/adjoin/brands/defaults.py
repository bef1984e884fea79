"""What new accounts and new agents have of brands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from adjoin.accounts import current
from adjoin.brands import actions
from adjoin.brands.models import Brand, BrandMembership
from adjoin.kernel.api import reading
from adjoin.kernel.errors import Invalid
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


def dismiss_agent(*, user: User, now: datetime) -> None:
    """Who is an agent no more works for no brand."""
    BrandMembership.objects.filter(user=user).delete()


def write_brand_ids(user: User, value: Any, now: datetime) -> None:
    """Take `agent_brand_ids` of a user in the API: the brands they work for, and no others. Raises `Invalid`."""
    if not isinstance(value, list):
        raise Invalid.field("agent_brand_ids", "Agent brand ids: must be a list of brand ids")
    ids = {reading.whole_number(one) or 0 for one in value}
    found = list(Brand.objects.filter(pk__in=ids, is_active=True))
    if len(found) != len(ids):
        raise Invalid.field("agent_brand_ids", "Agent brand ids: one of them is no brand")
    actions.set_brands_of(user=user, brands=found, now=now)
