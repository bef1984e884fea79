"""Every change to brands and to who works for them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from adjoin.accounts import actions as accounts
from adjoin.accounts import addresses, current
from adjoin.brands import hosts
from adjoin.brands.models import Brand, BrandMembership, PreviousBrand
from adjoin.kernel import record, text
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.people import sender_lists
from adjoin.people.models import User
from adjoin.people.terms import Role

_COLOUR = re.compile(r"#[0-9a-f]{6}")


class How(StrEnum):
    """What is done with some brands of an agent."""

    ADD = "add"
    REMOVE = "remove"
    SET = "set"


@transaction.atomic
def create_brand(*, name: str, subdomain: str, now: datetime, **more: Any) -> Brand:
    """A new brand with its own host, and nobody in it but the admins. Raises `Invalid`."""
    name, subdomain = _name(name), subdomain.strip().lower()
    accounts.check_subdomain(subdomain)
    accounts.add_host(current.account(), addresses.host_of(subdomain))
    row = Brand.objects.create(name=name, subdomain=subdomain, created_at=now, updated_at=now, **_clean(more))
    record.changed(Did.CREATED, "brand", row.pk, row.name, now=now, subdomain=(None, subdomain))
    return row


@transaction.atomic
def change_brand(*, brand: Brand, now: datetime, subdomain: str | None = None, **fields: Any) -> Brand:
    """The brand with another name, host, look or signature, in use or not. What is None stays as it is.

    Raises `Invalid`, also for another host of the default brand or its end: the account itself answers there."""
    brand = Brand.objects.select_for_update().get(pk=brand.pk)
    fields = _clean({name: value for name, value in fields.items() if value is not None})
    if brand.is_default and not fields.get("is_active", True):
        raise Invalid.field(
            "active", _("%(name)s answers at the account's own host and stays in use.") % {"name": brand.name}
        )
    subdomain = brand.subdomain if subdomain is None else subdomain.strip().lower()
    if subdomain != brand.subdomain:
        _move(brand, subdomain)
        fields["subdomain"] = subdomain
    changes = record.differences(brand, fields)
    for name, value in fields.items():
        setattr(brand, name, value)
    brand.updated_at = now
    brand.save(update_fields=[*fields, "updated_at"])
    record.changed(Did.UPDATED, "brand", brand.pk, brand.name, now=now, **changes)
    return brand


@transaction.atomic
def map_host(*, brand: Brand, host: str, now: datetime) -> Brand:
    """The brand at a host name of its own, beside its subdomain; with "" at that one only. Raises `Invalid`."""
    brand = Brand.objects.select_for_update().get(pk=brand.pk)
    before, after = brand.host_mapping, hosts.cleaned(host) if host else None
    if before == after:
        return brand
    if after:
        accounts.claim_host(current.account(), after)
    if before:
        accounts.remove_host(current.account(), before)
    brand.host_mapping, brand.updated_at = after, now
    brand.save(update_fields=["host_mapping", "updated_at"])
    record.changed(Did.UPDATED, "brand", brand.pk, brand.name, now=now, host_mapping=(before, after))
    return brand


@transaction.atomic
def follow_account(*, now: datetime) -> None:
    """The account has another subdomain: its default brand answers there too."""
    brand, subdomain = default_brand(), current.account().subdomain
    if brand.subdomain == subdomain:
        return
    record.changed(Did.UPDATED, "brand", brand.pk, brand.name, now=now, subdomain=(brand.subdomain, subdomain))
    Brand.objects.filter(pk=brand.pk).update(subdomain=subdomain, updated_at=now)


@transaction.atomic
def delete_brand(*, brand: Brand, now: datetime) -> None:
    """Remove a brand that has no tickets, and its host. Raises `Invalid` for the default one and for one in use."""
    if brand.is_default:
        raise Invalid.field("base", _("%(name)s is the default brand, which cannot be deleted.") % {"name": brand.name})
    brand_id, name, mapped = brand.pk, brand.name, brand.host_mapping
    try:
        with transaction.atomic():
            brand.delete()
    except ProtectedError as error:
        raise Invalid.field("base", _("%(name)s has tickets. Deactivate it instead.") % {"name": name}) from error
    for host in filter(None, (addresses.host_of(brand.subdomain), mapped)):
        accounts.remove_host(current.account(), host)
    record.changed(Did.DELETED, "brand", brand_id, name, now=now)


def default_brand() -> Brand:
    """The brand that answers at the account's own host."""
    return Brand.objects.get(is_default=True)


def works_for(*, user: User, brand: Brand) -> bool:
    """Whether the agent is in the brand: admins are in every one."""
    return user.role == Role.ADMIN or BrandMembership.objects.filter(user=user, brand=brand).exists()


@transaction.atomic
def set_brands_of(*, user: User, brands: Iterable[Brand], now: datetime) -> None:
    """Make `brands` the ones `user` works for, and no others. Raises `Invalid` for end users.

    Admins work for all, whatever is said here; it is kept for the day on which they are no admin any more."""
    if not user.is_agent:
        raise Invalid.field("user_id", _("%(name)s is an end user. Only agents work for brands.") % {"name": user.name})
    User.objects.select_for_update().get(pk=user.pk)
    before = _names_by_id(user)
    wanted = {brand.pk: brand.name for brand in brands}
    if wanted.keys() == before.keys():
        return
    BrandMembership.objects.filter(user=user).exclude(brand_id__in=wanted).delete()
    BrandMembership.objects.bulk_create(
        [BrandMembership(user=user, brand_id=pk, created_at=now, updated_at=now) for pk in sorted(wanted)],
        ignore_conflicts=True,
    )
    moved = (sorted(before.values()), sorted(wanted.values()))
    record.changed(Did.UPDATED, "user", user.pk, user.name, now=now, brands=moved)


@transaction.atomic
def change_brands(*, users: Iterable[User], brands: Iterable[Brand], how: How, now: datetime) -> int:
    """Add, remove or set brands of many agents at once, and say for how many something changed.

    Admins stay as they are, in every brand. Raises `Invalid` for end users."""
    named, changed = list(brands), 0
    for user in sorted(users, key=lambda one: one.pk):  # always in this order, so that two such changes never wait
        if user.is_admin:  # for each other
            continue
        before = list(Brand.objects.filter(memberships__user=user))
        after = _combined(before, named, how)
        if {brand.pk for brand in before} != {brand.pk for brand in after}:
            set_brands_of(user=user, brands=after, now=now)
            changed += 1
    return changed


@transaction.atomic
def leave_brands(*, user: User, now: datetime) -> None:
    """Who is an agent no more works for no brand. Which ones those were is remembered."""
    before = _names_by_id(user)
    PreviousBrand.objects.filter(user=user).delete()
    PreviousBrand.objects.bulk_create([PreviousBrand(user=user, brand_id=pk) for pk in sorted(before)])
    BrandMembership.objects.filter(user=user).delete()
    record.changed(Did.UPDATED, "user", user.pk, user.name, now=now, brands=(sorted(before.values()), []))


def _combined(before: list[Brand], named: list[Brand], how: How) -> list[Brand]:
    ids = {brand.pk for brand in named}
    if how is How.SET:
        return named
    others = [brand for brand in before if brand.pk not in ids]
    return others if how is How.REMOVE else [*others, *named]


def _names_by_id(user: User) -> dict[int, str]:
    return dict(BrandMembership.objects.filter(user=user).values_list("brand_id", "brand__name"))


def _move(brand: Brand, subdomain: str) -> None:
    if brand.is_default:
        raise Invalid.field(
            "subdomain", _("%(name)s answers at the account's own host, which stays.") % {"name": brand.name}
        )
    accounts.check_subdomain(subdomain)
    accounts.add_host(current.account(), addresses.host_of(subdomain))
    accounts.remove_host(current.account(), addresses.host_of(brand.subdomain))


def _clean(fields: dict[str, Any]) -> dict[str, Any]:
    """The columns as they are kept. Raises `Invalid`."""
    if "name" in fields:
        fields["name"] = _name(fields["name"])
    if "tagline" in fields:
        fields["tagline"] = text.one_line(fields["tagline"])[:200]
    if "allowlist" in fields:
        fields["allowlist"] = fields["allowlist"].strip()
        sender_lists.read(fields["allowlist"], "")
    if "colour" in fields:
        fields["colour"] = fields["colour"].strip().lower()
        if not _COLOUR.fullmatch(fields["colour"]):
            raise Invalid.field("colour", _("Colour: write it like #0b7a75"), "InvalidFormat")
    return fields


def _name(name: str) -> str:
    name = text.one_line(name)[:200]
    if not name:
        raise Invalid.field("name", _("Name: cannot be blank"), "BlankValue")
    return name
