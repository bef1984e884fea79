"""Looking at, and waiting for, other processes in tests."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import psutil


def wait_until(is_so: Callable[[], object], *, within_seconds: float = 10) -> None:
    """Come back as soon as `is_so()` is true. Fails the test when it does not become so."""
    deadline = time.monotonic() + within_seconds
    while not is_so():
        assert time.monotonic() < deadline, f"still not so after {within_seconds} s: {is_so}"
        time.sleep(0.02)


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
