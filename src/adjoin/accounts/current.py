"""The account whose schema this thread works in."""

from __future__ import annotations

from django.db import connection

from adjoin.accounts import addresses
from adjoin.accounts.models import Account


def account() -> Account:
    """The account in use. Raises `LookupError` outside of any account."""
    tenant = connection.tenant
    if isinstance(tenant, Account):
        return tenant
    found = Account.objects.filter(schema_name=connection.schema_name).first()
    if found is None:
        raise LookupError("No account has been chosen.")
    return found


def schema() -> str:
    """The PostgreSQL schema in use: `public` outside of any account."""
    return str(connection.schema_name)


def url() -> str:
    """The account's own address, without a slash at the end: `http://acme.localhost:8000`."""
    return addresses.url_of(addresses.host_of(account().subdomain))
