"""Keeping every schema up to date with the code: the public one, and one for each account."""

from __future__ import annotations

import time
from functools import cache

import psycopg
import structlog
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import OperationalError, connection, router
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django_tenants.utils import schema_context

from adjoin.accounts.models import Account
from adjoin.project import database

_log = structlog.get_logger(__name__)
_LOCK = 0x61646A6F  # "adjo"
PUBLIC = "public"
WAIT_SECONDS = 0.2
AWAY_SECONDS = 60


def migrate() -> None:
    """Migrate the schemas that are behind. Two processes may ask at once: one migrates, the other waits for it."""
    with psycopg.connect(**database.parameters() | {"autocommit": True}) as waiting:
        waiting.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        if missing_migrations():
            _migrate_public()
        for schema in Account.objects.order_by("schema_name").values_list("schema_name", flat=True):
            if missing_migrations(schema):
                _migrate(schema)


def wait_until_current() -> None:
    """Come back when whoever migrates is done, so that new code never works on old tables.

    A database that goes away meanwhile is waited for like one that is behind, for a minute."""
    gives_up_at = time.monotonic() + AWAY_SECONDS
    while True:
        try:
            if _is_current():
                return
            _log.info("waiting_for_migrations")
        except (psycopg.OperationalError, OperationalError):
            if time.monotonic() > gives_up_at:
                raise
            connection.close()
        time.sleep(WAIT_SECONDS)


def _is_current() -> bool:
    if missing_migrations():
        return False
    with psycopg.connect(**database.parameters() | {"autocommit": True}) as waiting:
        # The accounts' schemas come after the public one.
        waiting.execute("SELECT pg_advisory_lock_shared(%s)", [_LOCK])
    return True


def missing_migrations(schema: str = PUBLIC) -> list[str]:
    """The migrations this code has and `schema` lacks, as `app.name`. Raises `DatabaseError`."""
    table = connection.ops.quote_name(schema) + ".django_migrations"
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
        if not cursor.fetchone()[0]:
            return sorted(_on_disk())
        cursor.execute(f"SELECT app || '.' || name FROM {table}")  # noqa: S608 (quoted above)
        return sorted(_on_disk() - {name for (name,) in cursor.fetchall()})


def _migrate_public() -> None:
    """Migrate what stands in the public schema, and note the rest as done there: it has nothing to do.

    Leaving the accounts' apps out takes a third of the time, for Django renders every model after each step."""
    with schema_context(PUBLIC):
        executor = MigrationExecutor(connection)
        executor.recorder.ensure_schema()
        leaves = executor.loader.graph.leaf_nodes()
        executor.migrate([leaf for leaf in leaves if router.allow_migrate(connection.alias, leaf[0])])
        done = executor.recorder.applied_migrations()
        for app, name in sorted(executor.loader.disk_migrations.keys() - done.keys()):
            executor.recorder.record_applied(app, name)
        emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
    _log.info("migrated", schema=PUBLIC)


def _migrate(schema: str) -> None:
    call_command("migrate_schemas", schema_name=schema, interactive=False, verbosity=0)
    _log.info("migrated", schema=schema)


@cache
def _on_disk() -> frozenset[str]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(f"{app}.{name}" for app, name in loader.disk_migrations)
