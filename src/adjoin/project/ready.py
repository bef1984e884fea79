"""Django, set up with a database behind it, for commands that need one."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

from adjoin.adapters import postgres
from adjoin.project.env import Environment


@contextmanager
def django_ready(environment: Environment) -> Iterator[None]:
    """Set Django up inside the block; the embedded PostgreSQL runs for as long. Raises `DatabaseTrouble`."""
    if environment.database_url:
        postgres.check_reachable(environment.database_url)
        set_up()
        yield
        return
    with postgres.borrow(environment.home / "postgres") as address:
        os.environ["DATABASE_URL"] = address
        set_up()
        try:
            yield
        finally:
            _close_connections()


def set_up() -> None:
    """`django.setup()` with our settings. DATABASE_URL must be in the environment already."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "adjoin.project.settings"
    with _kept():
        import django

        django.setup()


@contextmanager
def _kept() -> Iterator[None]:
    """What is loaded inside the block stays: the collector does not look through it, neither now nor later."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()  # a gentle stop waits for them
