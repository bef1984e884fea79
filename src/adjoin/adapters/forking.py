"""A nursery: a process that loads code once and forks others from it.

Its owner talks to it over a socket: it sends a name and gets back the id of the new process, a `pidfd`, by which it
sees the end of a process that is not its own child, and a pipe that holds its exit code then. Only Linux has a `pidfd`;
see `is_available`. It loads in two steps, and says after each that it is ready: what needs only the first need not
wait for the second."""

from __future__ import annotations

import ctypes
import gc
import os
import select
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from adjoin.adapters import children, launch

READY = b"ready"
ANSWER_SECONDS = 30.0  # it may be loading
FIRST_ASK_SECONDS = 0.3  # so long the second step waits for whoever needs only the first
_STEPS = 2
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
        self._steps = 0  # which it has loaded
        self._asking = threading.Lock()

    @property
    def pid(self) -> int | None:
        """Its process id, None while it does not run."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def has_begun(self) -> bool:
        """Whether it can fork what needs only the first step."""
        return self._loaded() >= 1

    @property
    def is_ready(self) -> bool:
        """Whether it has loaded everything and can fork."""
        return self._loaded() >= _STEPS

    def start(self) -> None:
        """Start it; comes back at once, long before it is ready."""
        self._close()
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            program = [*self._program, str(theirs.fileno())]
            self._process = children.spawn(program, pass_fds=[theirs.fileno()])

    def fork(self, name: str) -> tuple[int, int, int]:
        """The process id, the pidfd and the pipe of a new process that lives as `name`. Raises `NurseryGone`."""
        if not self.has_begun:
            raise NurseryGone("It is still loading.")
        with self._asking:
            try:
                answer, handles = self._ask(name)
            except OSError as error:
                raise NurseryGone(str(error)) from error
        if len(handles) != 2:
            raise NurseryGone("It could not fork.")
        return int(answer), handles[0], handles[1]

    def stop(self, within_seconds: float) -> None:
        """End it, and with it whatever still runs of what it forked."""
        if self._process:
            children.stop(self._process, signal.SIGTERM, within_seconds=within_seconds)
        self._close()

    def _close(self) -> None:
        if self._channel:
            self._channel.close()
        self._channel, self._steps = None, 0

    def _loaded(self) -> int:
        """How many steps it has loaded; 0 when it does not run."""
        with self._asking:
            while self._steps < _STEPS and self._channel and select.select([self._channel], [], [], 0)[0]:
                if self._channel.recv(len(READY)) != READY:
                    break  # it is gone
                self._steps += 1
        return self._steps if self.pid is not None else 0

    def _ask(self, name: str) -> tuple[bytes, list[int]]:
        if self._channel is None:
            raise OSError("It is gone.")
        self._channel.settimeout(ANSWER_SECONDS)
        self._channel.send(name.encode())
        while True:
            answer, handles, _flags, _address = socket.recv_fds(self._channel, 32, 2)
            if answer != READY:
                return answer, handles
            self._steps += 1


class Forked:
    """A process that a nursery forks: what lives as `name`. An early one needs only what is loaded first."""

    def __init__(self, name: str, nursery: Nursery, *, is_early: bool = False) -> None:
        self.name = name
        self._nursery = nursery
        self._is_early = is_early
        self._pid = 0
        self._handle: int | None = None  # a pidfd: readable once the process has ended
        self._pipe: int | None = None  # then it holds the exit code, unless the process was killed

    @property
    def pid(self) -> int | None:
        """Its process id, None while it does not run."""
        return self._pid if self._handle is not None and not self._ends_within(0) else None

    @property
    def can_start(self) -> bool:
        return self._nursery.has_begun if self._is_early else self._nursery.is_ready

    @property
    def exit_code(self) -> int:
        """Of the process that has ended; 1 when it was killed."""
        try:
            return (os.read(self._pipe, 1) if self._pipe is not None else b"")[0]
        except (IndexError, BlockingIOError):
            return 1

    def start(self) -> None:
        """Start it. Raises `NurseryGone`."""
        self._forget()
        self._pid, self._handle, self._pipe = self._nursery.fork(self.name)

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
        for number in (self._handle, self._pipe):
            if number is not None:
                os.close(number)
        self._handle = self._pipe = None


def serve(number: int, *, begin: Callable[[], None], load: Callable[[], None], live: Callable[[str], int]) -> None:
    """Be the nursery: `begin`, `load`, and fork what is asked for at socket `number`, until its other end is closed.

    Each fork calls `live(name)` in a session of its own and ends with its exit code. What is asked for first may be
    forked before `load`. Neither of the two may start threads."""
    channel, nursery_pid = socket.socket(fileno=number), os.getpid()
    gc.disable()  # here nothing goes that came; it would be looked through again and again
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them: their pidfd says when they end
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda _number, _frame: os._exit(0))
    begin()
    channel.send(READY)
    if select.select([channel], [], [], FIRST_ASK_SECONDS)[0] and (name := channel.recv(32).decode()):
        _fork(channel, name, live, nursery_pid)
    load()
    gc.collect()
    gc.freeze()  # what is never collected is never written to, and stays shared
    channel.send(READY)
    while name := channel.recv(32).decode():
        _fork(channel, name, live, nursery_pid)


def _fork(channel: socket.socket, name: str, live: Callable[[str], int], nursery_pid: int) -> None:
    """Fork what lives as `name`, and tell the owner."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        channel.close()
        os.close(reading)
        _live(name, live, nursery_pid, writing)
    os.close(writing)
    os.set_blocking(reading, False)
    handles = [reading]
    try:
        handles.insert(0, os.pidfd_open(pid))
    except OSError:  # it ended within a moment
        channel.send(str(pid).encode())
    else:
        socket.send_fds(channel, [str(pid).encode()], handles)
    for handle in handles:
        os.close(handle)


def _live(name: str, live: Callable[[str], int], nursery_pid: int, pipe: int) -> NoReturn:
    code = 1
    try:
        _stand_alone(name, nursery_pid)
        code = live(name)
    except Exception:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(pipe, bytes([code & 0xFF]))
        os._exit(code)


def _stand_alone(name: str, nursery_pid: int) -> None:
    """Be a process like one just started, which ends with the nursery."""
    gc.enable()
    os.setsid()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    launch.end_with_parent(nursery_pid, signal.SIGTERM)
    ctypes.CDLL(None).prctl(_PR_SET_NAME, name.encode(), 0, 0, 0)
