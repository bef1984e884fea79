"""`adjoin serve`: PostgreSQL, the web process and the worker, kept running until somebody says stop.

Web and worker are forked by the `nursery` where the system can do that, and started each by itself elsewhere.

This process stays small (it never imports Django) and does little, so that it hardly ever fails itself. Should it be
killed all the same, the kernel ends its children.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from ipaddress import ip_address
from types import FrameType

import structlog

from adjoin.adapters import children, forking, postgres
from adjoin.adapters.forking import Forked, Nursery, NurseryGone
from adjoin.project import web
from adjoin.project.child import Child
from adjoin.project.env import Environment

_log = structlog.get_logger(__name__)

READY_SECONDS = 60
STOP_SECONDS = 3  # for each of the three, so that all is over within ten
MOST_ENDS_BEFORE_READY = 5
_LOOK_SECONDS = 0.1
_NURSERY = [sys.executable, "-m", "adjoin.project.nursery"]


class CannotServe(Exception):
    """A part of the desk does not start; the message says which."""


class Command:
    """One of our own commands as a child process."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.process: children.Process | None = None

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process and self.process.poll() is None else None

    @property
    def exit_code(self) -> int:
        """Of the process that has ended."""
        return self.process.returncode if self.process and self.process.returncode is not None else 1

    def start(self) -> None:
        self.process = children.spawn([sys.executable, "-m", "adjoin.project.cli", self.name])

    def stop(self, within_seconds: float = STOP_SECONDS) -> None:
        if self.process:
            children.stop(self.process, signal.SIGTERM, within_seconds=within_seconds)


class Supervisor:
    """Starts everything, keeps it running, stops it in order."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.server = None if environment.database_url else postgres.Server(environment.home / "postgres")
        self.nursery = Nursery(_NURSERY) if forking.is_available() else None
        self.web, self.worker = self._command("web"), self._command("worker")
        self.children = [Child("web", self.web), Child("worker", self.worker)]
        if self.nursery:
            self.children.insert(0, Child("nursery", self.nursery))
        if self.server:
            self.children.insert(0, Child("postgres", self.server))
        self._is_ready = False
        self._started_at = time.monotonic()
        self._exit_code: int | None = None

    def _command(self, name: str, *, is_early: bool = False) -> Command | Forked:
        return Forked(name, self.nursery, is_early=is_early) if self.nursery else Command(name)

    def run(self, when_ready: Callable[[], None] | None = None) -> int:
        """Serve until SIGTERM, SIGINT or SIGHUP; gives back the exit code.

        `when_ready` is called once the desk answers, in a thread of its own, with DATABASE_URL set; when it raises, the
        desk stops. Raises `DatabaseTrouble`, `PortTaken` and `CannotServe`."""
        self._heed_signals()
        try:
            self._start()
            while self._exit_code is None:
                self._look_after_children()
                if not self._is_ready:
                    self._check_ready(when_ready)
                time.sleep(_LOOK_SECONDS)
        finally:
            self._stop()
        return self._exit_code

    def stop(self, exit_code: int = 0) -> None:
        """Have `run` stop everything and come back. May be called from any thread."""
        if self._exit_code is None:
            self._exit_code = exit_code

    def run_aside(self, name: str) -> None:
        """Run to its end what the nursery knows by `name`. Raises `CannotServe` when it fails."""
        assert self.nursery
        program = Forked(name, self.nursery)
        program.start()
        self._wait_for(program, "What runs at the start did not work. The reason is above.")

    def _heed_signals(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup means it
                signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self.stop(0)
        _log.info("stopping", signal=signal.Signals(number).name)

    def _start(self) -> None:
        if self.server:
            self.server.reserve()
        web.check_port(self.environment.bind, self.environment.port)
        os.environ["ADJOIN_HOME"] = str(self.environment.home)
        if self.server:
            os.environ["DATABASE_URL"] = self.server.address
        for child in self.children:
            if child.program is self.nursery:
                child.start()  # it loads while the database starts
        self._start_database()
        migrated = self._command("migrate", is_early=True)
        self._start_when_able(Child("migrate", migrated))
        for child in self.children:  # they wait for the migrations by themselves, and load their code meanwhile
            if child.program.pid is None:
                self._start_when_able(child)
        self._write_pids()
        self._wait_for(migrated, "The database could not be brought up to date. The reason is above.")
        self._started_at = time.monotonic()

    def _start_when_able(self, child: Child) -> None:
        while self._exit_code is None:
            if child.can_start:
                child.start()
                return
            if self.nursery and self.nursery.pid is None:
                raise CannotServe("The nursery process does not start. The reason is above.")
            time.sleep(_LOOK_SECONDS / 4)

    def _start_database(self) -> None:
        if self.server is None:
            postgres.check_reachable(self.environment.database_url)
            return
        self.children[0].start()
        _log.info("postgres_started", pid=self.server.pid)

    def _wait_for(self, command: Command | Forked, failure: str) -> None:
        while command.pid is not None:
            if self._exit_code is not None:
                command.stop(STOP_SECONDS)
                return
            time.sleep(_LOOK_SECONDS / 2)
        if self._exit_code is None and command.exit_code != 0:
            raise CannotServe(failure)

    def _look_after_children(self) -> None:
        for child in self.children:
            if child.has_ended():
                pause = child.plan_restart()
                _log.warning("child_ended", child=child.name, starts_again_in_seconds=pause)
                if not self._is_ready and child.ends_in_a_row > MOST_ENDS_BEFORE_READY:
                    raise CannotServe(f"The {child.name} process does not start. The reason is above.")
                self._write_pids()
            if child.is_due():
                self._start_again(child)

    def _start_again(self, child: Child) -> None:
        try:
            child.start()
        except (postgres.DatabaseTrouble, NurseryGone) as error:
            _log.error("child_did_not_start", child=child.name, reason=str(error))
            return
        _log.info("child_started", child=child.name, pid=child.program.pid)
        self._write_pids()

    def _check_ready(self, when_ready: Callable[[], None] | None) -> None:
        if not _answers(self.environment):
            if time.monotonic() - self._started_at > READY_SECONDS:
                raise CannotServe(f"The desk does not answer after {READY_SECONDS} s. The reason may be above.")
            return
        self._is_ready = True
        _log.info(
            "ready", url=f"{self.environment.scheme}://{self.environment.domain}{self.environment.public_url_suffix}"
        )
        if when_ready:
            threading.Thread(target=self._call, args=[when_ready], name="when ready", daemon=True).start()

    def _call(self, when_ready: Callable[[], None]) -> None:
        try:
            when_ready()
        except Exception:
            if self._exit_code is None:
                _log.exception("start_up_failed")
                self.stop(1)

    def _write_pids(self) -> None:
        pids = {"pid": os.getpid(), **{child.name: child.program.pid for child in self.children}}
        path = self.environment.home / "run.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".run.json.{os.getpid()}")
        draft.write_text(json.dumps(pids))
        draft.replace(path)

    def _stop(self) -> None:
        self.web.stop(STOP_SECONDS)
        self.worker.stop(STOP_SECONDS)
        if self.nursery:
            self.nursery.stop(STOP_SECONDS)
        if self.server:
            self.server.stop(within_seconds=STOP_SECONDS)
        if running_pids(self.environment).get("pid") == os.getpid():  # else it is another desk's
            (self.environment.home / "run.json").unlink()
            _log.info("stopped")


def running_pids(environment: Environment) -> dict[str, int | None]:
    """The process ids of the desk on this home, as `run.json` has them: `pid`, `web`, `worker`, `postgres`."""
    try:
        found: dict[str, int | None] = json.loads((environment.home / "run.json").read_text())
    except (OSError, ValueError):
        return {}
    return found


def forget_everything(environment: Environment) -> None:
    """Remove the desk's data, so that the next start is a first one. Raises `AlreadyRunning` while one runs on it."""
    server = postgres.Server(environment.home / "postgres")
    server.reserve()
    try:
        for name in ("postgres", "files", "mail"):
            shutil.rmtree(environment.home / name, ignore_errors=True)
        for name in ("demo.json", "run.json", "postgres.log", "postgres.unfinished"):
            (environment.home / name).unlink(missing_ok=True)
    finally:
        server.stop()


def _reachable_at(bind: str) -> str:
    """Where a server that listens on `bind` answers: one on all addresses does on the loopback one."""
    try:
        address = ip_address(bind)
    except ValueError:
        return bind
    if not address.is_unspecified:
        return bind
    return "::1" if address.version == 6 else "127.0.0.1"


def _answers(environment: Environment) -> bool:
    connection = http.client.HTTPConnection(_reachable_at(environment.bind), environment.port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": environment.domain})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
