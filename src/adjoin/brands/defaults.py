"""What new accounts and new agents have of brands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from adjoin.accounts import current
from adjoin.brands import actions
from adjoin.brands.models import Brand, BrandMembership, PreviousBrand
from adjoin.desk_settings import actions as desk_settings
from adjoin.desk_settings.models import NewAgentBrands, UpgradedAgentBrands
from adjoin.kernel import languages
from adjoin.kernel.api import reading
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.people.models import User


def furnish_brands(now: datetime) -> None:
    """The default brand, at the account's own host, in its language."""
    account = current.account()
    Brand.objects.get_or_create(
        is_default=True,
        defaults={
            "name": account.name,
            "subdomain": account.subdomain,
            "locale": get_language() or languages.FIRST,
            "created_at": now,
            "updated_at": now,
        },
    )


def brands_of_new_agent() -> Iterable[Brand]:
    """Where somebody starts who is a team member from the first day, as the account has decided."""
    return _all_or_none(desk_settings.current().new_agent_brands == NewAgentBrands.ALL)


def brands_of_upgraded(user: User) -> Iterable[Brand]:
    """Where somebody starts who has been an end user until now, as the account has decided."""
    how = desk_settings.current().upgraded_agent_brands
    if how == UpgradedAgentBrands.PREVIOUS:
        left = PreviousBrand.objects.filter(user=user).values("brand_id")
        return Brand.objects.filter(pk__in=left, is_active=True)
    return _all_or_none(how == UpgradedAgentBrands.ALL)


def welcome_agent(*, user: User, now: datetime) -> None:
    """A new person, who may be an agent; an admin chooses their brands afterwards."""
    if user.is_agent and not user.is_admin:
        actions.set_brands_of(user=user, brands=brands_of_new_agent(), now=now)


def welcome_upgraded(*, user: User, now: datetime) -> None:
    """An end user who has just become an agent."""
    if not user.is_admin:
        actions.set_brands_of(user=user, brands=brands_of_upgraded(user), now=now)
    PreviousBrand.objects.filter(user=user).delete()


def welcome_former_admin(*, user: User, now: datetime) -> None:
    """An admin who has just become an agent: the brands they had before, or those of a new one."""
    if not BrandMembership.objects.filter(user=user).exists():
        welcome_agent(user=user, now=now)


def dismiss_agent(*, user: User, now: datetime) -> None:
    """Who is an agent no more works for no brand."""
    actions.leave_brands(user=user, now=now)


def write_brand_ids(user: User, value: Any, now: datetime) -> None:
    """Take `agent_brand_ids` of a user in the API: the brands they work for, and no others. Raises `Invalid`."""
    if not isinstance(value, list):
        raise Invalid.field("agent_brand_ids", say("Agent brand ids: must be a list of brand ids"))
    ids = {reading.whole_number(one) or 0 for one in value}
    found = list(Brand.objects.filter(pk__in=ids, is_active=True))
    if len(found) != len(ids):
        raise Invalid.field("agent_brand_ids", say("Agent brand ids: one of them is no brand"))
    if user.is_admin:
        raise Invalid.field("agent_brand_ids", say("Agent brand ids: admins work for every brand"))
    actions.set_brands_of(user=user, brands=found, now=now)


def _all_or_none(has_all: bool) -> Iterable[Brand]:
    return Brand.objects.filter(is_active=True) if has_all else Brand.objects.none()
