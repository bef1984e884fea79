"""Running the jobs a test has caused, in the order in which they were enqueued."""

from __future__ import annotations

import json

from django.db import connection
from django_tenants.utils import schema_context
from procrastinate.contrib.django import app

JOBS_MAX = 1000  # a test that causes more is in a loop


def run_jobs() -> list[str]:
    """Run every waiting job, and those they cause, until none is left. Returns their names.

    Raises what a job raises. Jobs put off to a later moment run too."""
    names: list[str] = []
    while (found := _take()) is not None:
        name, arguments = found
        names.append(name)
        with schema_context("public"):
            app.tasks[name].func(**arguments)
        if len(names) > JOBS_MAX:
            raise RuntimeError("These jobs never end.")
    return names


def _take() -> tuple[str, dict[str, object]] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE id = (SELECT min(id) FROM procrastinate_jobs WHERE status = 'todo')"
            " RETURNING task_name, args::text"
        )
        row = cursor.fetchone()
    if row is None:
        return None
    return row[0], json.loads(row[1])
