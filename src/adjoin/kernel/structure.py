"""SQL in migrations that belongs to the tables themselves: triggers, functions, special indexes."""

from __future__ import annotations

from django.db.migrations import RunSQL


class Structure(RunSQL):
    """`RunSQL` that a schema built from the models needs as well, unlike a step that only moves data along."""
