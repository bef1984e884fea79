"""Looking at, and waiting for, other processes in tests."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil


def wait_until(is_so: Callable[[], object], *, within_seconds: float = 10) -> None:
    """Come back as soon as `is_so()` is true. Fails the test when it does not become so."""
    deadline = time.monotonic() + within_seconds
    while not is_so():
        assert time.monotonic() < deadline, f"still not so after {within_seconds} s: {is_so}"
        time.sleep(0.02)


def wait_until_none_run_for(folder: Path, *, within_seconds: float = 10) -> None:
    """Come back once nothing works in `folder` any more. Fails the test with the processes that do."""
    deadline = time.monotonic() + within_seconds
    while left := running_for(folder):
        assert time.monotonic() < deadline, f"still running after {within_seconds} s: {left}"
        time.sleep(0.1)  # looking at every process there is takes a while itself


def kill_all_running_for(folder: Path) -> None:
    """End whatever works in `folder`, at once."""
    for process in running_for(folder):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    wait_until_none_run_for(folder)


def running_for(folder: Path) -> list[psutil.Process]:
    """The living processes that work in `folder` or have it in their command line or environment."""
    return [process for process in psutil.process_iter() if _has_to_do_with(process, folder)]


def _has_to_do_with(process: psutil.Process, folder: Path) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE or process == psutil.Process():
            return False
        traces = [process.cwd(), *process.cmdline(), process.environ().get("ADJOIN_HOME", "")]
    except psutil.Error:
        return False
    return any(str(folder) in trace for trace in traces)
