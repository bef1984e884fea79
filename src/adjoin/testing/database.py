"""A pytest plugin: the database of a test run, and the settings that must be there before Django reads them.

The run gets an embedded PostgreSQL of its own in a folder that goes away with it, or the server that
ADJOIN_TEST_DATABASE_URL names. It starts with the first test that asks for a database, or before the processes that run
tests side by side, which share it.
"""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from adjoin.adapters import postgres

gc.disable()  # until all is loaded: while modules and tests are gathered, next to nothing can go
_home = Path(tempfile.mkdtemp(prefix="adjoin-test-"))
_server = postgres.Server(_home / "postgres", is_durable=False)
_given_address = os.environ.get("ADJOIN_TEST_DATABASE_URL", "")

_OF_TESTS = ("ADJOIN_TEST_DATABASE_URL", "ADJOIN_CHROMIUM", "ADJOIN_PICTURES")
for _name in [name for name in os.environ if name.startswith("ADJOIN_") or name in ("DATABASE_URL", "PORT")]:
    if _name not in _OF_TESTS:
        del os.environ[_name]  # a developer's own desk must not shape what the tests see
os.environ["DJANGO_SETTINGS_MODULE"] = "adjoin.project.settings"
os.environ["ADJOIN_HOME"] = str(_home)
(_home / "secret_key").write_text("only-for-tests")  # the same for all that share a database
os.environ["DATABASE_URL"] = _given_address or _server.address


def pytest_collection_finish() -> None:
    """Everything is loaded: have the collector leave it alone, which would else look through it all the time."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Processes that run tests side by side start after this, and find the server's address as if it was given."""
    if not _given_address:
        os.environ["ADJOIN_TEST_DATABASE_URL"] = _server.start()


@pytest.fixture(scope="session")
def database_server() -> Iterator[str]:
    """The address of the test run's PostgreSQL server, which is running."""
    if _given_address:
        postgres.check_reachable(_given_address)
    yield _given_address or _server.start()
    _clean_up(os.getpid())  # here too: processes that run tests side by side end without a farewell


def _clean_up(owner_pid: int) -> None:
    if os.getpid() == owner_pid:  # a fork of ours must not take our database away
        _server.stop()
        shutil.rmtree(_home, ignore_errors=True)


atexit.register(_clean_up, os.getpid())  # pytest's own hooks do not run when it fails to start
