"""A child of the supervisor: a program that should always run, and the pauses between its starts."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

_PAUSES_SECONDS = (0.0, 0.2, 0.5, 1.0, 2.0, 5.0)
_STEADY_SECONDS = 3  # having run for so long, it is forgiven its earlier ends


class Program(Protocol):
    """Something with a process."""

    @property
    def pid(self) -> int | None:
        """Its process id, None while it does not run."""

    def start(self) -> object:
        """Start it, or raise."""


class Child:
    """One program to keep running. `ends_in_a_row` counts how often it ended soon after its start."""

    def __init__(self, name: str, program: Program, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = name
        self.program = program
        self.ends_in_a_row = 0
        self._clock = clock
        self._started_at = 0.0
        self._start_again_at: float | None = None

    def start(self) -> None:
        """Start the program, or raise what it raises."""
        self._start_again_at = None
        self._started_at = self._clock()
        self.program.start()

    def has_ended(self) -> bool:
        """True once for each time it ends."""
        return self._start_again_at is None and self.program.pid is None

    def plan_restart(self) -> float:
        """Choose when to start again; gives back in how many seconds. At once the first time, then later and later."""
        if self._clock() - self._started_at > _STEADY_SECONDS:
            self.ends_in_a_row = 0
        pause = _PAUSES_SECONDS[min(self.ends_in_a_row, len(_PAUSES_SECONDS) - 1)]
        self.ends_in_a_row += 1
        self._start_again_at = self._clock() + pause
        return pause

    @property
    def can_start(self) -> bool:
        """Whether what the program needs for its start is there."""
        return getattr(self.program, "can_start", True)

    def is_due(self) -> bool:
        """Whether the pause after its end is over, and it can start."""
        return self._start_again_at is not None and self._clock() >= self._start_again_at and self.can_start
