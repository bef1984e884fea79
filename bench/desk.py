"""A desk to measure: `adjoin serve` as its users start it, on a home and a port of its own."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import psutil

READY_SECONDS = 120
DRAIN_SECONDS = 300


@dataclass(frozen=True)
class Memory:
    """Megabytes of one part of the desk: its share (PSS) and all it can see (RSS)."""

    pss_mb: float
    rss_mb: float


class RunningDesk:
    """`adjoin serve`, started on entering and stopped on leaving. `ready_seconds` says how long it took."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = _free_port()
        self.ready_seconds = 0.0

    def __enter__(self) -> RunningDesk:
        environment = {**os.environ, **self.settings()}
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "serve.log").open("ab") as log:
            started = time.monotonic()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "adjoin.project.cli", "serve"], env=environment, stdout=log, stderr=log
            )
        try:
            self._wait_until_ready(started)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def settings(self) -> dict[str, str]:
        """The environment of every command on this desk."""
        return {"ADJOIN_HOME": str(self.home), "PORT": str(self.port), "DATABASE_URL": ""}

    def memory(self) -> dict[str, Memory]:
        """What each part takes now. PostgreSQL counts with all its processes."""
        pids = json.loads((self.home / "run.json").read_text())
        return {
            name: _memory(pids[key]) for name, key in (("web", "web"), ("worker", "worker"), ("postgres", "postgres"))
        }

    def busy_seconds(self) -> dict[str, float]:
        """Processor time of each part since it was started. PostgreSQL counts with all its processes."""
        pids = json.loads((self.home / "run.json").read_text())
        return {name: _busy(pids[name]) for name in ("web", "worker", "postgres")}

    def waiting_jobs(self) -> int:
        """Jobs that the worker has still to do."""
        lines = self.get("/metrics").decode().splitlines()
        states = ('adjoin_jobs{state="todo"}', 'adjoin_jobs{state="doing"}')
        return sum(int(float(line.rsplit(" ", 1)[1])) for line in lines if line.startswith(states))

    def drain(self) -> float:
        """Wait for the worker to do all its jobs; gives back the seconds."""
        started = time.monotonic()
        while self.waiting_jobs() and time.monotonic() - started < DRAIN_SECONDS:
            time.sleep(0.2)
        return time.monotonic() - started

    def get(self, path: str) -> bytes:
        """The body of an answer that belongs to no account. Raises `OSError` when there is none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers={"Host": f"localhost:{self.port}"})
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise ConnectionError(f"{path} answers {answer.status}")
            return body
        finally:
            connection.close()

    def _wait_until_ready(self, started: float) -> None:
        while True:
            try:
                self.get("/readyz")
                break
            except (OSError, http.client.HTTPException):
                if self._process.poll() is not None or time.monotonic() - started > READY_SECONDS:
                    raise RuntimeError(f"The desk does not start; see {self.home / 'serve.log'}") from None
                time.sleep(0.02)
        self.ready_seconds = time.monotonic() - started

    def _stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)


def _memory(pid: int) -> Memory:
    process = psutil.Process(pid)
    parts = [one.memory_full_info() for one in (process, *process.children(recursive=True))]
    return Memory(round(sum(one.pss for one in parts) / 1e6, 1), round(sum(one.rss for one in parts) / 1e6, 1))


def _busy(pid: int) -> float:
    """Of a process and those it started, also those that are over."""
    found = 0.0
    process = psutil.Process(pid)
    for one in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            found += times.user + times.system + times.children_user + times.children_system
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
