"""Every change to brands and to who works for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from adjoin.accounts import actions as accounts
from adjoin.accounts import addresses, current
from adjoin.brands.models import Brand, BrandMembership
from adjoin.kernel import text
from adjoin.kernel.errors import Invalid
from adjoin.people.models import User


@transaction.atomic
def create_brand(*, name: str, subdomain: str, now: datetime, **more: object) -> Brand:
    """A new brand with its own host. Raises `Invalid`."""
    name, subdomain = text.one_line(name)[:200], subdomain.strip().lower()
    if not name:
        raise Invalid.field("name", "Name: cannot be blank", "BlankValue")
    accounts.check_subdomain(subdomain)
    accounts.add_host(current.account(), addresses.host_of(subdomain))
    return Brand.objects.create(name=name, subdomain=subdomain, created_at=now, updated_at=now, **more)


def default_brand() -> Brand:
    """The brand that answers at the account's own host."""
    return Brand.objects.get(is_default=True)


@transaction.atomic
def set_brands_of(*, user: User, brands: Iterable[Brand], now: datetime) -> None:
    """Make `brands` the ones `user` works for, and no others. Raises `Invalid` for end users."""
    if not user.is_agent:
        raise Invalid.field("user_id", f"{user.name} is an end user. Only agents work for brands.")
    wanted = {brand.pk for brand in brands}
    BrandMembership.objects.filter(user=user).exclude(brand_id__in=wanted).delete()
    BrandMembership.objects.bulk_create(
        [BrandMembership(user=user, brand_id=pk, created_at=now, updated_at=now) for pk in sorted(wanted)],
        ignore_conflicts=True,
    )
