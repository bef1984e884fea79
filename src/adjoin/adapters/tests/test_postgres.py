from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from adjoin.adapters import postgres, postgres_files
from adjoin.adapters.postgres import Server
from adjoin.adapters.postgres_errors import (
    AlreadyRunning,
    DatabaseTrouble,
    DatabaseUnreachable,
    FolderNotWritable,
    NoDiskSpace,
    NotADataFolder,
    ServerTooOld,
    WrongDataVersion,
)
from adjoin.testing.processes import running_for, wait_until, wait_until_none_run_for

# Starts a server, says so, and waits for what befalls it.
OWNER = """
import sys, time
from pathlib import Path
from adjoin.adapters.postgres import Server
server = Server(Path(sys.argv[1]))
print(server.start(), flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def new_cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that a server has made, run once and left: making one takes a second, copying it none."""
    folder = tmp_path_factory.mktemp("new") / "postgres"
    server = Server(folder)
    server.start()
    server.stop()
    return folder


@pytest.fixture
def folder(new_cluster: Path, tmp_path: Path) -> Path:
    return shutil.copytree(new_cluster, tmp_path / "postgres", symlinks=True)


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    server = Server(folder)
    server.start()
    yield server
    server.stop()


def remember(address: str, word: str) -> None:
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS words (word text)")
        connection.execute("INSERT INTO words VALUES (%s)", [word])


def words(address: str) -> list[str]:
    with psycopg.connect(address) as connection:
        return [word for (word,) in connection.execute("SELECT word FROM words")]


def start_in_another_process(folder: Path) -> subprocess.Popen[str]:
    owner = subprocess.Popen([sys.executable, "-c", OWNER, folder], stdout=subprocess.PIPE, text=True)
    assert owner.stdout
    assert owner.stdout.readline().startswith("postgresql://")
    return owner


def test_a_new_folder_becomes_a_database_that_knows_every_alphabet(tmp_path: Path) -> None:
    server = Server(tmp_path / "home" / "postgres")
    try:
        with psycopg.connect(server.start()) as connection:
            assert connection.execute("SELECT lower('ÄŁΩ'), current_database()").fetchone() == ("äłω", "adjoin")
    finally:
        server.stop()
    assert running_for(tmp_path) == []


def test_only_the_owner_of_the_folder_can_reach_the_server(server: Server, folder: Path) -> None:
    assert folder.stat().st_mode & 0o077 == 0
    with psycopg.connect(server.address) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_what_was_committed_survives_the_death_of_the_server(server: Server) -> None:
    remember(server.address, "kettle")
    assert server.pid
    os.kill(server.pid, signal.SIGKILL)
    wait_until(lambda: not server.is_running)
    assert words(server.start()) == ["kettle"]


def test_the_server_ends_with_the_process_that_started_it_even_when_that_is_killed(folder: Path) -> None:
    owner = start_in_another_process(folder)
    remember(Server(folder).address, "kettle")
    owner.kill()
    owner.communicate()
    wait_until_none_run_for(folder)

    server = Server(folder)
    try:
        assert words(server.start()) == ["kettle"]
    finally:
        server.stop()


def test_a_start_right_after_the_owner_was_killed_waits_for_the_old_server(folder: Path) -> None:
    owner = start_in_another_process(folder)
    remember(Server(folder).address, "kettle")
    owner.kill()
    server = Server(folder)
    try:
        assert words(server.start()) == ["kettle"]
    finally:
        server.stop()
        owner.communicate()


def test_a_second_start_on_the_same_folder_is_told_who_runs_it(server: Server, folder: Path) -> None:
    with pytest.raises(AlreadyRunning, match=f"pid {os.getpid()}"):
        Server(folder).start()
    assert server.is_running


def test_sessions_that_outlived_their_server_are_ended_first(folder: Path) -> None:
    first = Server(folder)
    first.start()
    first._release_lock()  # as if its owner had died without the kernel telling the server
    second = Server(folder)
    try:
        second.start()
        assert not first.is_running
    finally:
        second.stop()


def test_a_process_id_that_came_round_again_does_not_keep_the_server_from_starting(folder: Path) -> None:
    (folder / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}\n0\n5432\n{folder}\n\n")
    server = Server(folder)
    try:
        assert server.start()
    finally:
        server.stop()


def test_a_path_too_long_for_a_socket_gets_a_private_short_one(new_cluster: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(new_cluster, tmp_path / ("long" * 30) / "postgres", symlinks=True)
    server = Server(folder)
    try:
        server.start()
        assert server.data.socket_folder.stat().st_mode & 0o077 == 0
    finally:
        server.stop()
        shutil.rmtree(server.data.socket_folder)


def test_half_a_cluster_left_by_a_crash_is_made_afresh(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    (folder / "base").mkdir(parents=True)
    (folder / "PG_VERSION").write_text("18\n")
    (tmp_path / "postgres.unfinished").touch()
    server = Server(folder)
    try:
        assert server.start()
    finally:
        server.stop()


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "holiday.jpg").touch()
    with pytest.raises(NotADataFolder, match="choose another folder with ADJOIN_HOME"):
        Server(tmp_path / "postgres").start()
    assert (tmp_path / "postgres" / "holiday.jpg").exists()


def test_data_of_another_version_is_refused_and_left_alone(folder: Path) -> None:
    (folder / "PG_VERSION").write_text("14\n")
    with pytest.raises(WrongDataVersion, match=r"made by PostgreSQL 14.*pg_dump"):
        Server(folder).start()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("not a folder")
    with pytest.raises(FolderNotWritable, match=f"{tmp_path}/home/postgres cannot be written"):
        Server(tmp_path / "home" / "postgres").start()


def test_a_lock_that_cannot_be_opened_is_named(folder: Path) -> None:
    (folder.parent / "postgres.lock").mkdir()
    with pytest.raises(FolderNotWritable, match=r"postgres\.lock cannot be written"):
        Server(folder).start()


def test_a_full_disk_is_noticed_before_the_database_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "free_bytes", lambda _folder: 12_000_000)
    with pytest.raises(NoDiskSpace, match="Only 12 MB are free"):
        Server(folder).start()


def test_the_servers_own_complaint_is_passed_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(postgres._SETTINGS, "shared_buffers", "plenty")
    with pytest.raises(DatabaseTrouble, match=r"PostgreSQL did not start: .*shared_buffers"):
        Server(folder).start()


def test_a_short_command_uses_the_server_that_runs_and_leaves_it_running(server: Server, folder: Path) -> None:
    with postgres.borrow(folder) as address:
        remember(address, "kettle")
    assert words(server.address) == ["kettle"]


def test_a_short_command_alone_starts_a_server_and_stops_it(folder: Path) -> None:
    with postgres.borrow(folder) as address:
        remember(address, "kettle")
    assert running_for(folder) == []


def test_a_database_that_does_not_answer_is_said_to_be_unreachable() -> None:
    with pytest.raises(DatabaseUnreachable, match="Check that PostgreSQL runs"):
        postgres.check_reachable("postgresql://127.0.0.1:1/adjoin", within_seconds=0.2)


def test_a_wrong_name_is_not_waited_for(server: Server) -> None:
    with pytest.raises(DatabaseUnreachable, match='database "nowhere" does not exist'):
        postgres.check_reachable(server.address.replace("/adjoin?", "/nowhere?"), within_seconds=60)


def test_a_server_that_is_too_old_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "server_version", lambda _address: 13)
    with pytest.raises(ServerTooOld, match="leads to PostgreSQL 13; Adjoin needs 15 or newer"):
        postgres.check_reachable("postgresql://anywhere")


def test_a_log_grown_big_is_set_aside(folder: Path) -> None:
    data = postgres_files.DataFolder(folder)
    data.log_path.write_bytes(b"x" * 10_000_001)
    with data.open_log() as log:
        log.write(b"new")
    assert data.log_path.read_bytes() == b"new"
