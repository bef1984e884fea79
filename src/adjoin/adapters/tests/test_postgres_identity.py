from __future__ import annotations

import os
import pwd
import subprocess
from pathlib import Path
from typing import Any

import pytest

from adjoin.adapters import children, launch, postgres_identity
from adjoin.adapters.postgres_errors import CannotBecomeAnybody
from adjoin.adapters.postgres_files import DataFolder


class System:
    """A machine on which we are root, and on which only some identities can be had."""

    def __init__(self, *possible: str) -> None:
        self.possible = possible
        self.owners: list[tuple[int, int]] = []

    def run(self, _program: Any, *, run_as: str) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 0 if run_as in self.possible else launch.COULD_NOT_LAUNCH)

    def chown(self, _folder: Path, uid: int, gid: int) -> None:
        self.owners.append((uid, gid))


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    (tmp_path / "postgres").mkdir()
    return DataFolder(tmp_path / "postgres")


def on(system: System, monkeypatch: pytest.MonkeyPatch, data: DataFolder, owner: int = 0) -> str:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "chown", system.chown)
    monkeypatch.setattr(children, "run", system.run)
    monkeypatch.setattr(Path, "stat", lambda self: os.stat_result([0o40700, 1, 1, 1, owner, owner, 0, 0, 0, 0]))
    monkeypatch.setattr(DataFolder, "is_initialised", owner != 0)
    return postgres_identity.choose(data)


def test_an_ordinary_user_stays_who_they_are(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert postgres_identity.choose(data) == launch.SAME_USER


def test_root_enters_a_namespace_where_it_may(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    system = System(launch.OWN_NAMESPACE, "65534:65534")
    assert on(system, monkeypatch, data) == launch.OWN_NAMESPACE
    assert system.owners == []


def test_where_it_may_not_a_new_folder_is_handed_to_somebody_without_rights(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pwd, "getpwnam", _only_nobody)
    system = System("65534:65534")
    assert on(system, monkeypatch, data) == "65534:65534"
    assert system.owners == [(65534, 65534)]


def test_a_folder_that_has_an_owner_keeps_it(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    system = System(launch.OWN_NAMESPACE, "1000:1000")
    assert on(system, monkeypatch, data, owner=1000) == "1000:1000"
    assert system.owners == []


def test_when_nobody_can_reach_the_folder_it_is_root_s_again_and_the_way_out_is_told(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pwd, "getpwnam", _only_nobody)
    system = System()
    with pytest.raises(CannotBecomeAnybody, match="Run Adjoin as an ordinary user"):
        on(system, monkeypatch, data)
    assert system.owners == [(65534, 65534), (0, 0)]


def _only_nobody(name: str) -> Any:
    if name != "nobody":
        raise KeyError(name)
    return pwd.struct_passwd(["nobody", "x", 65534, 65534, "", "/", "/bin/false"])
