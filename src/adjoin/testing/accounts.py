"""A pytest plugin: two accounts, made once a run; every test works in one of them and leaves no trace.

Acme stands there twice: empty, and with the people of `testing.cast` at work. Which of the two a test finds behind
`acme.localhost` is decided by whether it asks for `cast`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.conf import settings
from django.db import transaction
from django_tenants.utils import tenant_context
from psycopg import sql

from adjoin.accounts import addresses, current

if TYPE_CHECKING:
    from adjoin.accounts.models import Account

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
PEOPLED = "desk_acme_peopled"


@pytest.fixture(scope="session")
def django_db_setup(
    database_server: str, django_test_environment: None, django_db_blocker: Any, quick_passwords: None
) -> Iterator[None]:
    """In place of pytest-django's own: a database brought up to date as `adjoin migrate` does it.

    The accounts `acme` and `maker` are in it, furnished and otherwise empty, and the schema of a peopled Acme."""
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
    _people_a_schema()
    for subdomain, name in (("acme", "Acme"), ("maker", "Maker")):
        create_account(subdomain=subdomain, name=name, now=NOW)
    current.leave()


def _people_a_schema() -> None:
    """Make an Acme with the cast in it, and put its schema aside under a name that no account has."""
    from django.db import connection

    from adjoin.accounts.actions import create_account
    from adjoin.accounts.models import Account
    from adjoin.testing import cast

    with transaction.atomic():
        account = create_account(subdomain="acme", name="Acme", now=NOW)
        with tenant_context(account):
            cast.build()
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER SCHEMA {account.schema_name} RENAME TO {PEOPLED}")
        Account.objects.filter(pk=account.pk).delete()
        connection.run_on_commit.clear()  # as in every test: nothing of it comes to be


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> None:
    """Tests sign in often; a slow hash protects nobody here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def now() -> datetime:
    """The moment at which tests happen."""
    return NOW


@pytest.fixture
def acme(db: None, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The account `acme`, in use."""
    from adjoin.accounts.models import Account

    account = Account.objects.get(subdomain="acme")
    if "cast" in request.fixturenames:
        account = _peopled(account)
    with tenant_context(account):
        yield account
    current.leave()


def _peopled(account: Account) -> Account:
    """The account, with the people of the cast behind it for the rest of this transaction."""
    from adjoin.accounts import actions

    account.schema_name = PEOPLED
    account.save(update_fields=["schema_name"])
    actions.add_host(account, addresses.host_of("acme-outdoor"))
    return account


@pytest.fixture
def maker(db: None) -> Any:
    """The account `maker`, not in use: enter it with `tenant_context`."""
    from adjoin.accounts.models import Account

    return Account.objects.get(subdomain="maker")
