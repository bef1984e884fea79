"""Measuring a desk through its real API: `make bench`, or `python -m bench.run`.

Fills a fresh home unless `--home` names a filled one, starts `adjoin serve` on it, asks with 1 and with 8 clients,
prints a table and writes `bench/results/<moment>.json`."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from bench import scenarios
from bench.clients import Client, Measured, measure
from bench.desk import Memory, RunningDesk
from bench.load import Desk

RESULTS = Path(__file__).parent / "results"


def run(home: Path, *, seconds: float, only: str, clients: list[int]) -> dict[str, Any]:
    """Measure everything whose name has `only` in it on a filled home; what comes back is what the JSON file holds."""
    filled = Desk.read(home)
    with RunningDesk(home) as desk:
        world = scenarios.World(_connect(desk, filled, "agent"), filled.tickets)
        desk.drain()
        memory = {"before": desk.memory()}
        rows = [
            {"name": scenario.name, **_measure(desk, filled, scenario, count, seconds)}
            for scenario in scenarios.all_of(world)
            if only in scenario.name
            for count in clients
        ]
        memory["after"] = desk.memory()
        _show_memory(memory)
        return {
            "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "tickets": filled.tickets,
            "cores": os.cpu_count(),
            "ready_seconds": round(desk.ready_seconds, 2),
            "scenarios": rows,
            "memory": {
                moment: {name: asdict(part) for name, part in parts.items()} for moment, parts in memory.items()
            },
        }


def _connect(desk: RunningDesk, filled: Desk, reader: str) -> Client:
    who = filled.readers[reader]
    return Client(desk.port, f"{filled.subdomain}.localhost", token=who.token, cookie=who.cookie)


def _measure(
    desk: RunningDesk, filled: Desk, scenario: scenarios.Scenario, clients: int, seconds: float
) -> dict[str, Any]:
    """One row, and how long the worker then needed for the jobs that were left. `load` is that of the whole machine."""
    connect = partial(_connect, desk, filled, scenario.reader)
    measured = measure(connect, scenario.make, clients=clients, seconds=seconds)
    jobs = desk.waiting_jobs()
    drained = round(desk.drain(), 1)
    _show(scenario.name, measured, f"{jobs} jobs, {drained} s" if jobs else "")
    return {**asdict(measured), "jobs_left": jobs, "jobs_seconds": drained, "load": round(os.getloadavg()[0], 1)}


def _show(name: str, measured: Measured, note: str) -> None:
    print(
        f"{name:38}{measured.clients:>2} clients  p50 {measured.p50_ms:>7.1f} ms  p95 {measured.p95_ms:>7.1f} ms"
        f"{measured.per_second:>8.1f}/s  of {measured.requests:<6} client CPU {measured.client_cpu:4.0%}  {note}",
        flush=True,
    )


def _show_memory(memory: dict[str, dict[str, Memory]]) -> None:
    for moment, parts in memory.items():
        told = ", ".join(f"{name} {part.pss_mb:.0f} MB (RSS {part.rss_mb:.0f})" for name, part in parts.items())
        print(f"memory {moment}: {told}")


@contextmanager
def filled_home(home: Path | None, tickets: int) -> Iterator[Path]:
    """The home asked for, or one in a temporary folder, with that many tickets."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        chosen = home or Path(folder)
        if not (chosen / "bench.json").exists():
            settings = {**os.environ, **RunningDesk(chosen).settings()}
            command = [sys.executable, "-m", "bench.load", "--tickets", str(tickets)]
            subprocess.run(command, env=settings, check=True)
        yield chosen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--home", type=Path, help="a home to fill, or one that is filled already")
    parser.add_argument("--seconds", type=float, default=5, help="how long each scenario is asked")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--only", default="", help="scenarios with this in their name")
    asked = parser.parse_args()
    with filled_home(asked.home, asked.tickets) as home:
        found = run(home, seconds=asked.seconds, only=asked.only, clients=asked.clients)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{found['measured_at'].replace(':', '').replace('+0000', 'Z')}.json"
    path.write_text(json.dumps(found, indent=1))
    print(f"All figures are in {path}")


if __name__ == "__main__":
    main()
