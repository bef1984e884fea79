"""`adjoin demo`: the whole desk with two example companies in it, which share tickets with each other.

What needs Django runs in processes of its own (`history`, `opening`), so that this one stays a small supervisor."""

from __future__ import annotations

import signal
import sys

from adjoin.adapters import children, postgres
from adjoin.project import supervisor, web
from adjoin.project.demo import state
from adjoin.project.env import Environment
from adjoin.project.supervisor import CannotServe, Supervisor

STOP_SECONDS = 5


def run(environment: Environment, *, is_reset: bool) -> int:
    """Serve the example companies until told to stop, making them on the first start; gives back the exit code.

    Raises `DatabaseTrouble`, `PortTaken` and `CannotServe`."""
    web.check_port(environment.bind, environment.port)
    _check_alone(environment)
    if is_reset:
        _start_over(environment)
    state.put_aside(environment)
    if state.is_unfinished(environment) or not state.read_former(environment):
        print("Making two example companies with a year of history. This happens once.", flush=True)
        _run("history")
    desk = Supervisor(environment)
    return desk.run(when_ready=lambda: desk.run_aside("opening") if desk.nursery else _run("opening"))


def _check_alone(environment: Environment) -> None:
    """Raises `AlreadyRunning` before anything that a running desk on this home needs is touched."""
    if not environment.database_url:
        server = postgres.Server(environment.home / "postgres")
        server.reserve()
        server.stop()


def _start_over(environment: Environment) -> None:
    if environment.database_url:
        state.begin(environment)  # the database is not ours to remove; `history` takes the two accounts out of it
        return
    supervisor.forget_everything(environment)
    state.forget(environment)


def _run(name: str) -> None:
    """Run one of our modules to its end. Raises `CannotServe`; Ctrl-C ends it too."""
    process = children.spawn([sys.executable, "-m", f"adjoin.project.demo.{name}"])
    try:
        code = process.wait()
    except BaseException:
        children.stop(process, signal.SIGTERM, within_seconds=STOP_SECONDS)
        raise
    if code != 0:
        raise CannotServe("The example companies could not be made ready. The reason is above.")
