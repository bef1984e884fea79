"""The whole desk as a person starts it, and what it survives. Most tests share one desk, and leave it running."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adjoin.testing.processes import running_for, wait_until, wait_until_none_run_for

START_SECONDS = 60  # generous: other programs may have the machine too


class Desk:
    """`adjoin` on a home and a port of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    def adjoin(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "adjoin.project.cli", *arguments],
            env=self.environment() | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "ADJOIN_HOME")}
        return kept | {"ADJOIN_HOME": str(self.home), "PORT": str(self.port)}

    def start(self) -> None:
        log = (self.home.parent / "serve.log").open("ab")
        command = [sys.executable, "-m", "adjoin.project.cli", "serve"]
        with log:
            self.process = subprocess.Popen(command, env=self.environment(), stderr=log, stdout=log)
        wait_until(self.is_ready, within_seconds=START_SECONDS)

    def is_ready(self) -> bool:
        assert self.process
        assert self.process.poll() is None, (self.home.parent / "serve.log").read_text()
        return self.answers("/readyz")

    def answers(self, path: str) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def pid(self, name: str) -> int:
        return int(json.loads((self.home / "run.json").read_text())[name])

    def kill(self, name: str) -> None:
        """SIGKILL one of the processes, and wait for another to take its place."""
        killed = self.pid(name)
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: self._pid_now(name) not in (None, killed), within_seconds=15)

    def _pid_now(self, name: str) -> Any:
        return json.loads((self.home / "run.json").read_text())[name]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(tmp_path_factory.mktemp("desk") / "home")
    desk.start()
    yield desk
    if desk.process and desk.process.poll() is None:
        desk.process.terminate()
        desk.process.wait(20)


def test_an_account_is_opened_and_listed_while_the_desk_runs(desk: Desk) -> None:
    done = desk.adjoin(
        *("account", "create", "acme", "--name", "Acme", "--admin-email", "ada@acme.example", "--admin-name", "Ada")
    )
    assert done.returncode == 0, done.stderr
    assert f"http://acme.localhost:{desk.port}" in done.stdout
    assert desk.adjoin("account", "list").stdout == f"acme\tAcme\thttp://acme.localhost:{desk.port}\n"


def test_the_doctor_finds_nothing_wrong(desk: Desk) -> None:
    done = desk.adjoin("doctor")
    assert (done.returncode, "wrong" in done.stdout, "1 running" in done.stdout) == (0, False, True), done.stdout


def test_a_second_desk_on_the_same_home_is_told_who_runs_there(desk: Desk) -> None:
    done = desk.adjoin("serve")
    assert done.returncode == 1
    assert f"adjoin: Adjoin is already running on {desk.home}, pid {desk.pid('pid')}." in done.stderr
    assert desk.answers("/readyz")


def test_a_second_desk_on_the_same_port_is_told_how_to_choose_another(desk: Desk, tmp_path: Path) -> None:
    done = desk.adjoin("serve", ADJOIN_HOME=str(tmp_path / "home"))
    assert done.returncode == 1
    assert f"adjoin: Port {desk.port} is taken by another program." in done.stderr
    assert f"PORT={desk.port + 1}" in done.stderr
    assert running_for(tmp_path) == []


@pytest.mark.parametrize("name", ["web", "postgres", "worker", "nursery"])
def test_what_is_killed_comes_back(desk: Desk, name: str) -> None:
    desk.kill(name)
    wait_until(desk.is_ready, within_seconds=START_SECONDS)


def test_when_the_desk_itself_is_killed_nothing_is_left_running_and_the_next_start_has_everything(desk: Desk) -> None:
    assert desk.process
    desk.process.kill()
    desk.process.wait()
    wait_until_none_run_for(desk.home)

    desk.start()
    assert "acme\tAcme" in desk.adjoin("account", "list").stdout


def test_told_to_stop_it_stops_within_ten_seconds_and_leaves_nothing_running(desk: Desk) -> None:
    assert desk.process
    desk.process.send_signal(signal.SIGTERM)
    assert desk.process.wait(10) == 0
    assert running_for(desk.home) == []
    assert not (desk.home / "run.json").exists()


def test_a_database_out_of_reach_is_explained(tmp_path: Path) -> None:
    done = Desk(tmp_path / "home").adjoin("serve", DATABASE_URL="postgresql://127.0.0.1:1/adjoin")
    assert done.returncode == 1
    assert "adjoin: The database does not answer: " in done.stderr
    assert "Check that PostgreSQL runs and that DATABASE_URL" in done.stderr


def test_a_home_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = Desk(tmp_path / "file" / "home").adjoin("serve")
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert "ADJOIN_HOME" in done.stderr
    assert "Traceback" not in done.stderr
