"""How long a desk takes to start: `python -m bench.startup`. From an empty home, from a kept one, after a kill."""

from __future__ import annotations

import json
import os
import signal
import tempfile
import time
from pathlib import Path

from bench.desk import RunningDesk

ROUNDS = 3


def main() -> None:
    for name, seconds in measure().items():
        print(f"{name:16} {' '.join(f'{one:5.1f} s' for one in seconds)}")


def measure() -> dict[str, list[float]]:
    """Seconds until the desk is ready to answer, for each way to start and each round."""
    found: dict[str, list[float]] = {"empty home": [], "kept home": [], "after SIGKILL": []}
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            home = Path(folder) / "home"
            for kind in found:
                with RunningDesk(home) as desk:
                    found[kind].append(round(desk.ready_seconds, 2))
                    if kind == "kept home":
                        _kill(home)
    return found


def _kill(home: Path) -> None:
    """End the supervisor the hard way; PostgreSQL and the others go with it."""
    pids = json.loads((home / "run.json").read_text())
    os.kill(pids["pid"], signal.SIGKILL)
    time.sleep(1)


if __name__ == "__main__":
    main()
