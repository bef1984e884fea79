"""A nursery: a process that loads code once and forks others from it.

Its owner talks to it over a socket: it sends a name and gets back the id of the new process with a `pidfd`, by which it
sees the end of a process that is not its own child. Only Linux has those; see `is_available`."""

from __future__ import annotations

import ctypes
import gc
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from adjoin.adapters import children, launch

READY = b"ready"
ANSWER_SECONDS = 5.0
_PR_SET_NAME = 15


class NurseryGone(OSError):
    """The nursery does not answer; it is about to be started again."""


def is_available() -> bool:
    """Whether this system can tell us of the end of a process that is not our child."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


class Nursery:
    """A nursery as its owner has it. `program` becomes one by calling `serve` with the number that is its last word."""

    def __init__(self, program: Sequence[str | Path]) -> None:
        self._program = program
        self._process: children.Process | None = None
        self._channel: socket.socket | None = None
        self._is_ready = False

    @property
    def pid(self) -> int | None:
        """Its process id, None while it does not run."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def is_ready(self) -> bool:
        """Whether it has loaded everything and can fork."""
        if not self._is_ready and self._channel and select.select([self._channel], [], [], 0)[0]:
            self._is_ready = self._channel.recv(len(READY)) == READY
        return self._is_ready and self.pid is not None

    def start(self) -> None:
        """Start it; comes back at once, long before it is ready."""
        self._close()
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            program = [*self._program, str(theirs.fileno())]
            self._process = children.spawn(program, pass_fds=[theirs.fileno()])

    def fork(self, name: str) -> tuple[int, int]:
        """The process id and the pidfd of a new process that lives as `name`. Raises `NurseryGone`."""
        if not self.is_ready or self._channel is None:
            raise NurseryGone("It is still loading.")
        try:
            self._channel.settimeout(ANSWER_SECONDS)
            self._channel.send(name.encode())
            answer, handles, _flags, _address = socket.recv_fds(self._channel, 32, 1)
        except OSError as error:
            raise NurseryGone(str(error)) from error
        if not handles:
            raise NurseryGone("It could not fork.")
        return int(answer), handles[0]

    def stop(self, within_seconds: float) -> None:
        """End it, and with it whatever still runs of what it forked."""
        if self._process:
            children.stop(self._process, signal.SIGTERM, within_seconds=within_seconds)
        self._close()

    def _close(self) -> None:
        if self._channel:
            self._channel.close()
        self._channel, self._is_ready = None, False


class Forked:
    """A process that a nursery forks: what lives as `name`."""

    def __init__(self, name: str, nursery: Nursery) -> None:
        self.name = name
        self._nursery = nursery
        self._pid = 0
        self._handle: int | None = None  # a pidfd: readable once the process has ended

    @property
    def pid(self) -> int | None:
        """Its process id, None while it does not run."""
        return self._pid if self._handle is not None and not self._ends_within(0) else None

    @property
    def can_start(self) -> bool:
        return self._nursery.is_ready

    def start(self) -> None:
        """Start it. Raises `NurseryGone`."""
        self._forget()
        self._pid, self._handle = self._nursery.fork(self.name)

    def stop(self, within_seconds: float) -> None:
        """Ask it to end, and wait; kill it when it takes longer than `within_seconds`."""
        if self._handle is not None and not self._ends_within(0):
            signal.pidfd_send_signal(self._handle, signal.SIGTERM)
            if not self._ends_within(within_seconds):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)
                self._ends_within(within_seconds)
        self._forget()

    def _ends_within(self, seconds: float) -> bool:
        assert self._handle is not None
        return bool(select.select([self._handle], [], [], seconds)[0])

    def _forget(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
        self._handle = None


def serve(number: int, *, load: Callable[[], None], live: Callable[[str], int]) -> None:
    """Be the nursery: `load`, then fork whatever is asked for at socket `number`, until its other end is closed.

    Each fork calls `live(name)` in a session of its own and ends with its exit code. `load` must start no threads."""
    channel, nursery_pid = socket.socket(fileno=number), os.getpid()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them: their pidfd says when they end
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda _number, _frame: os._exit(0))
    load()
    gc.collect()
    gc.freeze()  # what is never collected is never written to, and stays shared
    channel.send(READY)
    while name := channel.recv(32).decode():
        pid = os.fork()
        if pid == 0:
            channel.close()
            _live(name, live, nursery_pid)
        _tell(channel, pid)


def _tell(channel: socket.socket, pid: int) -> None:
    try:
        handle = os.pidfd_open(pid)
    except OSError:  # it ended within a moment
        channel.send(str(pid).encode())
        return
    socket.send_fds(channel, [str(pid).encode()], [handle])
    os.close(handle)


def _live(name: str, live: Callable[[str], int], nursery_pid: int) -> NoReturn:
    code = 1
    try:
        _stand_alone(name, nursery_pid)
        code = live(name)
    except Exception:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _stand_alone(name: str, nursery_pid: int) -> None:
    """Be a process like one just started, which ends with the nursery."""
    os.setsid()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    launch.end_with_parent(nursery_pid, signal.SIGTERM)
    ctypes.CDLL(None).prctl(_PR_SET_NAME, name.encode(), 0, 0, 0)
