from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from adjoin.adapters import children, launch
from adjoin.testing.processes import wait_until, wait_until_none_run_for

# Starts a child that sleeps in the folder, then waits.
PARENT = """
import sys, time
from adjoin.adapters import children
children.spawn(["/bin/sh", "-c", 'cd "$0" && touch started && exec sleep 60', sys.argv[1]])
time.sleep(60)
"""
# The same on a system whose kernel cannot tell a child that its parent died.
PARENT_WITHOUT_PRCTL = f"""
import sys
from adjoin.adapters import children
launcher = "import sys; sys.argv[0] = %r; code = open(%r).read().replace('sys.platform != \\"linux\\"', 'True'); " \
    "exec(compile(code, %r, 'exec'))" % (({launch.__file__!r},) * 3)
original = children._launched
children._launched = lambda *given: [sys.executable, "-I", "-S", "-c", launcher, *original(*given)[4:]]
{PARENT.replace("import sys, time", "import time")}
"""


@pytest.mark.parametrize("script", [PARENT, PARENT_WITHOUT_PRCTL], ids=["kernel", "guardian"])
def test_a_child_ends_when_its_parent_is_killed(script: str, tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", script, tmp_path])
    wait_until((tmp_path / "started").exists)
    parent.kill()
    parent.wait()
    wait_until_none_run_for(tmp_path)


def test_a_child_that_ends_by_itself_gives_its_exit_code(tmp_path: Path) -> None:
    child = children.spawn(["/bin/sh", "-c", "exit 7"])
    assert child.wait(10) == 7


def test_a_child_that_will_not_stop_is_killed_with_all_it_started(tmp_path: Path) -> None:
    script = 'cd "$0"; trap "" TERM; sleep 60 & touch started; wait; wait'
    child = children.spawn(["/bin/sh", "-c", script, tmp_path])
    wait_until((tmp_path / "started").exists)
    started_at = time.monotonic()
    assert children.stop(child, signal.SIGTERM, within_seconds=0.3) is False
    assert time.monotonic() - started_at < 5
    wait_until_none_run_for(tmp_path)


def test_a_program_that_is_not_there_is_told_apart_from_one_that_fails() -> None:
    done = children.run(["/nonexistent/program"])
    assert done.returncode == launch.COULD_NOT_LAUNCH
    assert "No such file" in done.stdout


# Forks a child that first waits until it is an orphan, then asks to end with its parent.
ORPHAN = """
import os, signal, sys, time
from pathlib import Path
from adjoin.adapters import launch
folder, parent = Path(sys.argv[1]), os.getpid()
if os.fork():
    os._exit(0)
while os.getppid() == parent:
    time.sleep(0.01)
(folder / "orphan").touch()
launch.end_with_parent(parent, signal.SIGKILL)
(folder / "lives on").touch()
time.sleep(60)
"""


def test_a_child_whose_parent_died_before_it_could_ask_ends_too(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", ORPHAN, tmp_path], check=True)
    wait_until((tmp_path / "orphan").exists)
    wait_until_none_run_for(tmp_path)
    assert not (tmp_path / "lives on").exists()
