"""A pytest plugin: two accounts, made once a run; every test works in one of them and leaves no trace.

Acme stands there three times: empty, with the people of `testing.cast` at work, and with an agreement with Maker
besides. Which of them a test finds behind `acme.localhost` is decided by whether it asks for `cast` or `agreed`.

The database is made by the first process that needs it; the others that run tests beside it copy it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
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
PEOPLED = {"acme": "desk_acme_peopled"}
AGREED = {"acme": "desk_acme_agreed", "maker": "desk_maker_agreed"}


@pytest.fixture(scope="session")
def django_db_setup(
    database_server: str, django_test_environment: None, django_db_blocker: Any, quick_passwords: None
) -> Iterator[None]:
    """In place of pytest-django's own: a database brought up to date as `adjoin migrate` does it.

    The accounts `acme` and `maker` are in it, furnished and otherwise empty, and the schema of a peopled Acme."""
    from django.db import connection

    model, name = _names()
    with psycopg.connect(database_server, autocommit=True) as server, django_db_blocker.unblock():
        with _alone(server):
            if not _exists(server, model):
                draft = f"{name}_draft"
                server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
                connection.settings_dict["NAME"] = draft
                _found_accounts()
                connection.close()
                rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
                server.execute(rename.format(sql.Identifier(draft), sql.Identifier(model)))
            copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
            server.execute(copy.format(sql.Identifier(name), sql.Identifier(model)))
        connection.settings_dict["NAME"] = name
    yield
    with psycopg.connect(database_server, autocommit=True) as server, django_db_blocker.unblock(), _alone(server):
        connection.close()
        for done in (name, model):
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(done)))


def _names() -> tuple[str, str]:
    """The database that all processes of this run copy, and this one's copy."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", "")[:12] or str(os.getpid())
    return f"test_adjoin_{run}", f"test_adjoin_{run}_{os.getpid()}"


@contextmanager
def _alone(server: psycopg.Connection[Any]) -> Iterator[None]:
    """Nobody else makes or drops databases of a test run meanwhile."""
    server.execute("SELECT pg_advisory_lock(hashtext('adjoin tests'))")
    yield
    server.execute("SELECT pg_advisory_unlock(hashtext('adjoin tests'))")


def _exists(server: psycopg.Connection[Any], database: str) -> bool:
    return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is not None


def _found_accounts() -> None:
    from django.db import connection

    from adjoin.project import schemas
    from adjoin.testing import cast, partners

    schemas.migrate()
    with transaction.atomic():
        (acme,) = _open_accounts("acme")
        with tenant_context(acme):
            cast.build()
        _put_aside(PEOPLED, acme)
        acme, maker = _open_accounts("acme", "maker")
        with tenant_context(acme):
            cast.build()
            partners.build(maker)
        _put_aside(AGREED, acme, maker)
        connection.run_on_commit.clear()  # as in every test: nothing of it comes to be
    _open_accounts("acme", "maker")
    current.leave()


def _open_accounts(*subdomains: str) -> list[Account]:
    from adjoin.accounts.actions import create_account

    return [create_account(subdomain=name, name=name.capitalize(), now=NOW) for name in subdomains]


def _put_aside(names: dict[str, str], *accounts: Account) -> None:
    """Keep the schemas of accounts under names that no account has, for tests to have them stand for it."""
    from django.db import connection

    for account in accounts:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER SCHEMA {account.schema_name} RENAME TO {names[account.subdomain]}")
        type(account).objects.filter(pk=account.pk).delete()


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
    account = _account("acme", request)
    with tenant_context(account):
        yield account
    current.leave()


@pytest.fixture
def maker(db: None, request: pytest.FixtureRequest) -> Any:
    """The account `maker`, not in use: enter it with `tenant_context`."""
    return _account("maker", request)


def _account(subdomain: str, request: pytest.FixtureRequest) -> Account:
    """The account, with what was made for such tests behind it for the rest of this transaction."""
    from adjoin.accounts.models import Account, Domain

    account: Account = Account.objects.get(subdomain=subdomain)
    ready = AGREED if "agreed" in request.fixturenames else PEOPLED if "cast" in request.fixturenames else {}
    if subdomain in ready:
        account.schema_name = ready[subdomain]
        Account.objects.filter(pk=account.pk).update(schema_name=account.schema_name)
    if subdomain == "acme" and ready:
        # In bulk: `save` would first look which is the primary one.
        Domain.objects.bulk_create([Domain(domain=addresses.host_of("acme-outdoor"), tenant=account, is_primary=False)])
    return account
