from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from adjoin.project import cli, doctor, web
from adjoin.project.env import Environment


def adjoin(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "adjoin.project.cli", *arguments]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_setting_that_makes_no_sense_is_explained() -> None:
    done = adjoin("serve", PORT="eighty")
    assert (done.returncode, done.stderr) == (1, "adjoin: PORT is 'eighty'. It takes a whole number.\n")


def test_help_names_every_command() -> None:
    text = adjoin("--help").stdout
    assert [name for name in cli.COMMANDS if name not in text] == []


def test_misuse_is_not_trouble() -> None:
    assert adjoin("dance").returncode == 2


def test_a_taken_port_is_named_with_the_way_out(taken_port: int) -> None:
    with pytest.raises(web.PortTaken, match=f"Port {taken_port} is taken.*PORT={taken_port + 1}"):
        web.check_port("127.0.0.1", taken_port)


def test_an_address_that_is_not_ours_is_named() -> None:
    with pytest.raises(web.PortTaken, match=r"cannot listen on 192\.0\.2\.1:8000"):
        web.check_port("192.0.2.1", 8000)


def test_the_doctor_says_what_is_wrong_and_how_to_mend_it(
    tmp_path: Path, taken_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ADJOIN_HOME", str(tmp_path / "file" / "home"))
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/adjoin")
    monkeypatch.setenv("ADJOIN_MAIL_URL", "smtp://127.0.0.1:1")
    monkeypatch.setenv("PORT", str(taken_port))
    findings = {finding.name: finding for finding in doctor.examine(Environment.read())}
    assert {name for name, finding in findings.items() if not finding.is_ok} == {"home", "port", "database", "mail"}
    assert "choose another folder with ADJOIN_HOME" in findings["home"].text
    assert "Check ADJOIN_MAIL_URL" in findings["mail"].text


def test_ctrl_c_is_heeded_also_where_a_shell_started_us_in_the_background(capsys: pytest.CaptureFixture[str]) -> None:
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with pytest.raises(SystemExit):
            cli.main(["--help"])
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, former)
    assert "demo" in capsys.readouterr().out
