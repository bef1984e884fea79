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
from adjoin.people.terms import Role


@transaction.atomic
def create_brand(*, name: str, subdomain: str, now: datetime, **more: object) -> Brand:
    """A new brand with its own host. Raises `Invalid`."""
    name, subdomain = text.one_line(name)[:200], subdomain.strip().lower()
    if not name:
        raise Invalid.field("name", "Name: cannot be blank", "BlankValue")
    accounts.check_subdomain(subdomain)
    accounts.add_host(current.account(), addresses.host_of(subdomain))
    return Brand.objects.create(name=name, subdomain=subdomain, created_at=now, updated_at=now, **more)


def change_brand(
    *, brand: Brand, now: datetime, name: str | None = None, tagline: str | None = None, colour: str | None = None
) -> Brand:
    """The brand with another name or look; None leaves a part as it is. Raises `Invalid`."""
    name = brand.name if name is None else text.one_line(name)[:200]
    if not name:
        raise Invalid.field("name", "Name: cannot be blank", "BlankValue")
    brand.name = name
    brand.tagline = brand.tagline if tagline is None else text.one_line(tagline)[:200]
    brand.colour = brand.colour if colour is None else colour.lower()
    brand.updated_at = now
    brand.save(update_fields=["name", "tagline", "colour", "updated_at"])
    return brand


def default_brand() -> Brand:
    """The brand that answers at the account's own host."""
    return Brand.objects.get(is_default=True)


def works_for(*, user: User, brand: Brand) -> bool:
    """Whether the agent is in the brand: admins are in every one."""
    return user.role == Role.ADMIN or BrandMembership.objects.filter(user=user, brand=brand).exists()


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
