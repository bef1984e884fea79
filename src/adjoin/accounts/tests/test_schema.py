"""An account's schema is built in one go, and is what migrating step by step would have made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django_tenants.utils import schema_context

from adjoin.accounts import schema
from adjoin.accounts.actions import create_account
from adjoin.accounts.models import Account
from adjoin.testing.accounts import NOW

BUILT, MIGRATED = "desk_built", "desk_migrated"
IN_CATALOGUE = {
    "columns": """
        SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, is_identity
        FROM information_schema.columns WHERE table_schema = %s""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = %s",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = %s::regnamespace""",
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(pg_trigger.oid) FROM pg_trigger
        JOIN pg_class ON pg_class.oid = tgrelid WHERE relnamespace = %s::regnamespace AND NOT tgisinternal""",
    "functions": "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = %s::regnamespace",
}
IN_TABLES = {
    "migrations": "SELECT app, name FROM django_migrations",
    "permissions": """
        SELECT codename, app_label, model FROM auth_permission
        JOIN django_content_type ON django_content_type.id = content_type_id""",
}


@pytest.fixture(scope="module")
def both_ways(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A schema built in one go, and one migrated through all of history."""
    with django_db_blocker.unblock():
        try:
            schema.build(BUILT)
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE SCHEMA {MIGRATED}")
            call_command("migrate_schemas", schema_name=MIGRATED, interactive=False, verbosity=0)
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP SCHEMA IF EXISTS {BUILT} CASCADE; DROP SCHEMA IF EXISTS {MIGRATED} CASCADE")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [*IN_CATALOGUE, *IN_TABLES])
def test_a_schema_built_in_one_go_is_as_if_migrated(both_ways: None, kind: str) -> None:
    built, migrated = _what_is_in(BUILT, kind), _what_is_in(MIGRATED, kind)
    assert built
    assert built - migrated == set()
    assert migrated - built == set()


@pytest.mark.django_db
def test_an_account_that_cannot_be_furnished_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_now: object) -> None:
        raise RuntimeError("no chairs")

    monkeypatch.setattr("adjoin.accounts.actions._furnishers", [fail])
    with pytest.raises(RuntimeError, match="no chairs"):
        create_account(subdomain="hollow", name="Hollow", now=NOW)
    assert not Account.objects.filter(subdomain="hollow").exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = 'desk_hollow'")
        assert cursor.fetchone() == (0,)


def _what_is_in(name: str, kind: str) -> set[tuple[Any, ...]]:
    """What there is of a kind in a schema, without the schema's name."""
    with schema_context(name), connection.cursor() as cursor:
        if kind in IN_TABLES:
            cursor.execute(IN_TABLES[kind])
        else:
            cursor.execute(IN_CATALOGUE[kind], [name])
        return {
            tuple(value.replace(name, "desk") if isinstance(value, str) else value for value in row)
            for row in cursor.fetchall()
        }
