"""A pytest plugin: Adjoin as a person starts it, in processes of its own, and what people and programs do with it."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from adjoin.adapters import launch
from adjoin.testing import zenpy_session
from adjoin.testing.processes import kill_all_running_for, running_for, wait_until

START_SECONDS = 240  # generous: other programs may have the machine too
STOP_SECONDS = 20
SHARE = "0.05"  # of the demo's tickets: enough to be a desk, quick to make


class DeskProcess:
    """`adjoin serve` or `adjoin demo` on a home and a port of its own."""

    def __init__(self, home: Path, command: str = "serve", **environment: str) -> None:
        self.home = home
        self.command = command
        self.log = home.parent / f"{home.name}.log"
        self.port = _free_port()
        self.more_environment = environment
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *arguments: str) -> float:
        """Start it and come back once it is ready; gives back after how many seconds."""
        began = time.monotonic()
        is_former = (self.home / "demo.json").exists()
        self.begin(*arguments)
        if is_former and self.command == "demo":  # the last one's, until the new process puts it aside
            wait_until(lambda: self._has_ended() or not (self.home / "demo.json").exists(), within_seconds=60)
        self.wait()
        return time.monotonic() - began

    def begin(self, *arguments: str) -> None:
        """Start it and come back at once."""
        self.home.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            # By way of `launch`, so that a test run that is cut off leaves no desk running.
            ending = [sys.executable, launch.__file__, str(os.getpid()), str(int(signal.SIGTERM)), launch.SAME_USER]
            command = [*ending, sys.executable, "-m", "adjoin.project.cli", self.command, *arguments]
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)

    def wait(self) -> None:
        """Come back once it is ready."""
        wait_until(self._is_ready, within_seconds=START_SECONDS)

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """Stop it as Ctrl-C does. Fails the test unless it ends well and leaves no process."""
        assert self.process
        self.process.send_signal(number)
        assert self.process.wait(STOP_SECONDS) == 0
        assert running_for(self.home) == []

    def kill(self) -> None:
        """End whatever is left of it, so that no test leaves a desk behind."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        kill_all_running_for(self.home)

    def run(self, *arguments: str) -> str:
        """What another `adjoin` command on the same home prints."""
        command = [sys.executable, "-m", "adjoin.project.cli", *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "ADJOIN_HOME")}
        return kept | {
            "ADJOIN_HOME": str(self.home),
            "PORT": str(self.port),
            "ADJOIN_PRIVATE_PARTNERS": "1",
            **self.more_environment,
        }

    @property
    def printed(self) -> str:
        """Everything it has said so far."""
        return self.log.read_text(errors="replace")

    @property
    def people(self) -> dict[str, dict[str, Any]]:
        """Who can sign in, as `demo.json` has them, by the first word of their address."""
        accounts = json.loads((self.home / "demo.json").read_text())["accounts"]
        return {
            user["email"].split("@")[0]: {**user, "subdomain": account["subdomain"]}
            for account in accounts
            for user in account["users"]
        }

    def pid(self, name: str) -> int | None:
        """The process id of `pid` (itself), `web`, `worker` or `postgres`; None while it has none."""
        try:
            found = json.loads((self.home / "run.json").read_text()).get(name)
        except (OSError, ValueError):
            return None
        return int(found) if found else None

    def backends(self) -> list[psutil.Process]:
        """The processes in which PostgreSQL serves one connection each."""
        try:
            return list(psutil.Process(self.pid("postgres")).children())
        except psutil.Error:
            return []

    def url(self, subdomain: str, path: str = "/") -> str:
        return f"http://{subdomain}.localhost:{self.port}{path}"

    def zenpy(self, name: str) -> Any:
        """The client zenpy as somebody of the demo uses it."""
        who = self.people[name]
        return zenpy_session.client(self.port, email=who["email"], token=who["api_token"], subdomain=who["subdomain"])

    def api(self, name: str, *, host: str = "") -> Api:
        """The API as somebody of the demo uses it."""
        who = self.people[name]
        return Api(self.port, host or who["subdomain"], f"{who['email']}/token", who["api_token"])

    def _has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def _is_ready(self) -> bool:
        assert self.process
        assert self.process.poll() is None, self.printed[-4000:]
        if self.command == "demo":
            return (self.home / "demo.json").exists()
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/readyz", timeout=5).ok
        except requests.RequestException:
            return False


class Api:
    """The API of one account as one person uses it. A failure is an `AssertionError` with what was answered."""

    def __init__(self, port: int, subdomain: str, user: str, secret: str) -> None:
        self.host = f"http://{subdomain}.localhost:{port}"
        self.base = f"{self.host}/api/v2"
        self.session = zenpy_session.session(port)
        self.session.auth = (user, secret)

    def get(self, path: str, **parameters: Any) -> Any:
        return self._call("GET", path, params=parameters)

    def post(self, path: str, data: Any) -> Any:
        return self._call("POST", path, json=data)

    def put(self, path: str, data: Any) -> Any:
        return self._call("PUT", path, json=data)

    def _call(self, method: str, path: str, **more: Any) -> Any:
        address = f"{self.host}{path}" if path.startswith("/api/") else f"{self.base}{path}"
        answer = self.session.request(method, address, timeout=30, **more)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json() if answer.content else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def ready_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which `adjoin demo` has been made and stopped, for tests to copy. Made once, whoever asks first."""
    is_side_by_side = "PYTEST_XDIST_WORKER" in os.environ
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if is_side_by_side else base
    home = folder / "ready-home"
    with (folder / "ready-home.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            desk = DeskProcess(folder / "making" / "home", "demo", ADJOIN_DEMO_SHARE=SHARE)
            try:
                desk.start()
                desk.stop()
            finally:
                desk.kill()
            desk.home.rename(home)
    return home


@pytest.fixture(scope="package")
def demo(ready_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    """`adjoin demo`, running; shared by the tests of a folder, each of which leaves it running."""
    desk = DeskProcess(tmp_path_factory.mktemp("demo") / "home", "demo", ADJOIN_DEMO_SHARE=SHARE)
    shutil.copytree(ready_home, desk.home)
    try:
        desk.start()
        yield desk
    finally:
        desk.kill()
