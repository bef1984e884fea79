"""Child processes that end when we end, even when we are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from adjoin.adapters import launch

Process = subprocess.Popen[bytes]


def spawn(
    program: Sequence[str | Path],
    *,
    run_as: str = launch.SAME_USER,
    death_signal: signal.Signals = signal.SIGTERM,
    environment: Mapping[str, str] | None = None,
    output: IO[bytes] | int | None = None,
    pass_fds: Sequence[int] = (),
) -> Process:
    """Start `program` (an absolute path and its arguments) in a session of its own, so that Ctrl-C reaches only us.

    It gets `death_signal` when the calling *thread* ends, so call this from one that lives as long as the child should.
    `run_as` is one of `adapters.launch`; `output` takes what it prints, ours being the default; the file descriptors
    `pass_fds` stay open in it under their numbers."""
    return subprocess.Popen(
        _launched(program, run_as, death_signal),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env=environment,
        start_new_session=True,
        pass_fds=pass_fds,
    )


def run(
    program: Sequence[str | Path], *, run_as: str = launch.SAME_USER, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `program` to its end, as `spawn` would, and give back its exit code and what it printed."""
    return subprocess.run(
        _launched(program, run_as, signal.SIGKILL),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        start_new_session=True,
        check=False,
        text=True,
        errors="replace",
    )


def stop(process: Process, number: signal.Signals, *, within_seconds: float) -> bool:
    """Send the signal and wait; kill what has not ended `within_seconds`. True when it ended by itself."""
    if process.poll() is None:
        process.send_signal(number)
    try:
        process.wait(within_seconds)
    except subprocess.TimeoutExpired:
        kill(process)
        return False
    return True


def kill(process: Process) -> None:
    """End the process and its group at once."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _launched(program: Sequence[str | Path], run_as: str, death_signal: signal.Signals) -> list[str]:
    launcher = [sys.executable, "-I", "-S", launch.__file__]
    return [*launcher, str(os.getpid()), str(int(death_signal)), run_as, *map(str, program)]
