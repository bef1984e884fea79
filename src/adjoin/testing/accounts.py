"""A pytest plugin: two accounts, made once a run; every test works in one of them and leaves no trace."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django_tenants.utils import tenant_context
from psycopg import sql

from adjoin.accounts import current

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def django_db_setup(database_server: str, django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """In place of pytest-django's own: a database brought up to date as `adjoin migrate` does it.

    The accounts `acme` and `maker` are in it, furnished and otherwise empty."""
    from django.db import connection

    name = f"test_adjoin_{os.getpid()}"  # each of the processes that run tests side by side has its own
    with psycopg.connect(database_server, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        with django_db_blocker.unblock():
            connection.settings_dict["NAME"] = name
            _found_accounts()
        yield
        with django_db_blocker.unblock():
            connection.close()
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _found_accounts() -> None:
    from adjoin.accounts.actions import create_account
    from adjoin.project import schemas

    schemas.migrate()
    for subdomain, name in (("acme", "Acme"), ("maker", "Maker")):
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
