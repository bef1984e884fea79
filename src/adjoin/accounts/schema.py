"""The PostgreSQL schema of a new account, built in one go.

Migrating an empty schema through all of history takes many times longer than making its tables, for Django renders
every model again after each step. Where history leads is known: the models of its last step, and the `Structure` that
steps add. A test holds the two ways against each other."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, router, transaction
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState
from django.db.models import Model
from django_tenants.utils import schema_context

from adjoin.kernel.structure import Structure


@transaction.atomic
def build(name: str) -> None:
    """Make the schema `name` with every table of an account, as migrating an empty one would.

    Raises `django.db.ProgrammingError` when there is one of that name."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {connection.ops.quote_name(name)}")
    with schema_context(name):
        loader = MigrationLoader(None)
        migrations, state = _in_order(loader), loader.project_state()
        with connection.schema_editor(atomic=False) as editor:
            for model in _models(state):
                editor.create_model(model)
        with connection.schema_editor(atomic=False) as editor:  # what they say of tables comes after the keys
            for migration in migrations:
                for operation in _structure(migration):
                    operation.database_forwards(migration.app_label, editor, state, state)
        recorder = MigrationRecorder(connection)
        recorder.ensure_schema()
        recorder.migration_qs.bulk_create(
            [recorder.Migration(app=migration.app_label, name=migration.name) for migration in migrations]
        )
        emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)


def _models(state: ProjectState) -> list[type[Model]]:
    """The models whose tables stand in an account's schema, as migrations leave them."""
    return [
        model
        for model in state.apps.get_models()
        if model._meta.can_migrate(connection) and router.allow_migrate_model(connection.alias, model)
    ]


def _in_order(loader: MigrationLoader) -> list[Migration]:
    """Every migration there is, each after the ones it depends on."""
    found: dict[tuple[str, str], Migration] = {}
    for leaf in sorted(loader.graph.leaf_nodes()):
        for key in loader.graph.forwards_plan(leaf):
            found.setdefault(key, loader.graph.nodes[key])
    return list(found.values())


def _structure(migration: Migration) -> Iterator[Structure]:
    """What a migration of an account's app adds to tables beyond what models say."""
    if router.allow_migrate(connection.alias, migration.app_label):
        yield from (operation for operation in migration.operations if isinstance(operation, Structure))
