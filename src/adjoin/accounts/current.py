"""The account whose schema this thread works in."""

from __future__ import annotations

from typing import Any

from django.db import connection

from adjoin.accounts import addresses
from adjoin.accounts.models import Account

_tenancy: Any = connection  # django-tenants adds to it what Django's types do not know


def account() -> Account:
    """The account in use. Raises `LookupError` outside of any account."""
    tenant = _tenancy.tenant
    if isinstance(tenant, Account):
        return tenant
    found: Account | None = Account.objects.filter(schema_name=schema()).first()
    if found is None:
        raise LookupError("No account has been chosen.")
    return found


def schema() -> str:
    """The PostgreSQL schema in use: `public` outside of any account."""
    return str(_tenancy.schema_name)


def url() -> str:
    """The account's own address, without a slash at the end: `http://acme.localhost:8000`."""
    return addresses.url_of(addresses.host_of(account().subdomain))


def enter(account: Account) -> None:
    """Work in `account` from here on, in this thread. Tests and the middleware do; jobs use `tenant_context`."""
    if schema() == account.schema_name:
        _tenancy.tenant = account  # the connection is there already: nothing need be asked of PostgreSQL
    else:
        _tenancy.set_tenant(account)


def leave() -> None:
    """Work outside of any account again."""
    _tenancy.set_schema_to_public()
