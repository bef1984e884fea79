"""Opening an account, and where it lives."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django_tenants.utils import schema_context, tenant_context

from adjoin.accounts import addresses, schema
from adjoin.accounts.models import Account, Domain
from adjoin.kernel import languages
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say

RESERVED = {"www", "api", "mail", "public", "static", "admin", "localhost"}
_SUBDOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]{0,55}[a-z0-9])?")
_furnishers: list[Callable[[datetime], None]] = []


def furnish(furnisher: Callable[[datetime], None]) -> None:
    """Have `furnisher(now)` called inside each new account, while its language is spoken: default brand, groups,
    triggers, views."""
    if furnisher not in _furnishers:
        _furnishers.append(furnisher)


def check_subdomain(subdomain: str) -> None:
    """Raises `Invalid` when `subdomain` cannot be a host name of ours, or is taken."""
    if not _SUBDOMAIN.fullmatch(subdomain) or subdomain in RESERVED:
        raise Invalid.field(
            "subdomain",
            say("%(subdomain)s cannot be used. Use letters, digits and hyphens.") % {"subdomain": repr(subdomain)},
        )
    with schema_context("public"):
        if Domain.objects.filter(domain=addresses.host_of(subdomain)).exists():
            raise Invalid.field(
                "subdomain",
                say("%(subdomain)s is taken. Choose another.") % {"subdomain": repr(subdomain)},
                "DuplicateValue",
            )


@transaction.atomic
def create_account(*, subdomain: str, name: str, now: datetime, language: str = languages.FIRST) -> Account:
    """A new, furnished account with its own schema, or nothing at all. Raises `Invalid`. Takes a second.

    What it begins with is named in its language, which the default brand speaks, too."""
    check_subdomain(subdomain)
    with schema_context("public"):
        account = Account(
            subdomain=subdomain, name=name, schema_name=f"desk_{subdomain.replace('-', '_')}", created_at=now
        )
        account.save()
        schema.build(account.schema_name)
        add_host(account, addresses.host_of(subdomain), is_primary=True)
    with tenant_context(account), translation.override(language):
        for furnisher in _furnishers:
            furnisher(now)
    return account


@transaction.atomic
def rename_account(account: Account, subdomain: str) -> None:
    """Let the account live at another subdomain. Its old host goes on leading to it. Raises `Invalid`."""
    check_subdomain(subdomain)
    with schema_context("public"):
        Domain.objects.filter(tenant=account).update(is_primary=False)
        add_host(account, addresses.host_of(subdomain), is_primary=True)
        Account.objects.filter(pk=account.pk).update(subdomain=subdomain)
    account.subdomain = subdomain


def add_host(account: Account, host: str, *, is_primary: bool = False) -> None:
    """Let `host` lead to `account`."""
    with schema_context("public"):
        Domain.objects.get_or_create(domain=host, defaults={"tenant": account, "is_primary": is_primary})


def claim_host(account: Account, host: str) -> None:
    """Let `host` lead to `account`. Raises `Invalid` where it leads to one already."""
    with schema_context("public"):
        _, is_new = Domain.objects.get_or_create(domain=host, defaults={"tenant": account, "is_primary": False})
    if not is_new:
        raise Invalid.field(
            "host_mapping", say("%(host)s is taken. Choose another.") % {"host": host}, "DuplicateValue"
        )


def remove_host(account: Account, host: str) -> None:
    """Have `host` lead to `account` no more. Its first host stays."""
    with schema_context("public"):
        Domain.objects.filter(domain=host, tenant=account, is_primary=False).delete()
