from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from adjoin.adapters import children, launch
from adjoin.testing.processes import running_for, wait_until

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
    wait_until(lambda: not running_for(tmp_path), within_seconds=5)


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
    wait_until(lambda: not running_for(tmp_path))


def test_a_program_that_is_not_there_is_told_apart_from_one_that_fails() -> None:
    done = children.run(["/nonexistent/program"])
    assert done.returncode == launch.COULD_NOT_LAUNCH
    assert "No such file" in done.stdout
