"""A pytest plugin: two accounts, made once a run; every test works in one of them and leaves no trace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django_tenants.utils import tenant_context

from adjoin.accounts import current

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def django_db_setup(database_server: str, django_db_setup: None, django_db_blocker: Any) -> None:
    """The database with the accounts `acme` and `maker` in it, furnished and otherwise empty."""
    from adjoin.accounts.actions import create_account
    from adjoin.accounts.models import Account

    with django_db_blocker.unblock():
        for subdomain, name in (("acme", "Acme"), ("maker", "Maker")):
            if not Account.objects.filter(subdomain=subdomain).exists():
                create_account(subdomain=subdomain, name=name, now=NOW)
        current.leave()


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> None:
    """Tests sign in often; a slow hash protects nobody here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def now() -> datetime:
    """The moment at which tests happen."""
    return NOW


@pytest.fixture
def acme(db: None) -> Iterator[Any]:
    """The account `acme`, in use."""
    from adjoin.accounts.models import Account

    account = Account.objects.get(subdomain="acme")
    with tenant_context(account):
        yield account
    current.leave()


@pytest.fixture
def maker(db: None) -> Any:
    """The account `maker`, not in use: enter it with `tenant_context`."""
    from adjoin.accounts.models import Account

    return Account.objects.get(subdomain="maker")
