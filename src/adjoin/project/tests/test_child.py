from __future__ import annotations

import pytest

from adjoin.project.child import Child


class Program:
    """Something that can be started, and ended by the test."""

    def __init__(self) -> None:
        self.pid: int | None = None
        self.is_broken = False
        self.can_start = True

    def start(self) -> None:
        if self.is_broken:
            raise OSError("no memory")
        self.pid = 42


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_what_ends_soon_after_each_start_is_started_later_and_later() -> None:
    child, program, clock = _started()
    pauses = [_end(child, program, clock, after_seconds=1) for _ in range(7)]
    assert pauses == [0.0, 0.2, 0.5, 1.0, 2.0, 5.0, 5.0]


def test_what_has_run_for_a_while_is_started_again_at_once() -> None:
    child, program, clock = _started()
    for _ in range(4):
        _end(child, program, clock, after_seconds=1)
    assert _end(child, program, clock, after_seconds=4) == 0.0


def test_an_end_is_noticed_once_and_the_pause_is_kept() -> None:
    child, program, clock = _started()
    _end(child, program, clock, after_seconds=1)
    program.pid = None
    assert child.has_ended()
    assert child.plan_restart() == 0.2
    assert (child.has_ended(), child.is_due()) == (False, False)
    clock.now += 0.3
    assert child.is_due()


def test_what_needs_something_first_is_not_due_before_that_is_there() -> None:
    child, program, clock = _started()
    program.can_start = False
    program.pid = None
    assert child.has_ended()
    clock.now += child.plan_restart() + 1
    assert not child.is_due()
    program.can_start = True
    assert child.is_due()


def test_what_cannot_be_started_is_tried_again() -> None:
    child, program, _clock = _started()
    program.pid = None
    program.is_broken = True
    with pytest.raises(OSError, match="no memory"):
        child.start()
    assert child.has_ended()


def _started() -> tuple[Child, Program, Clock]:
    program, clock = Program(), Clock()
    child = Child("web", program, clock)
    child.start()
    return child, program, clock


def _end(child: Child, program: Program, clock: Clock, *, after_seconds: float) -> float:
    clock.now += after_seconds
    program.pid = None
    assert child.has_ended()
    pause = child.plan_restart()
    clock.now += pause
    child.start()
    return pause
