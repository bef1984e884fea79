"""Clients that ask one thing again and again, each over one connection of its own.

They are threads of one process, for a request costs them a fifth of a millisecond. `Measured.client_cpu` says how much
of one core they took, so that a reader can see that they held nothing up."""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import resource
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ask:
    """One request."""

    path: str
    method: str = "GET"
    body: dict[str, Any] | None = None


@dataclass(frozen=True)
class Measured:
    """How a scenario went: milliseconds for a request, requests a second, and the clients' share of one core."""

    clients: int
    requests: int
    p50_ms: float
    p95_ms: float
    per_second: float
    client_cpu: float


class Client:
    """Somebody over one persistent connection: with the API token at the API, with the cookie at the pages."""

    def __init__(self, port: int, host: str, *, token: str, cookie: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._address = f"{host}:{port}"
        self._token, self._cookie = token, cookie

    def ask(self, ask: Ask) -> dict[str, Any]:
        """The answer, as JSON. Raises `RuntimeError` for anything but success."""
        status, body = self.send(ask)
        if not 200 <= status < 300:
            raise RuntimeError(f"{ask.method} {ask.path} answers {status}: {body[:300]!r}")
        found: dict[str, Any] = json.loads(body or b"{}")
        return found

    def send(self, ask: Ask) -> tuple[int, bytes]:
        """Status and body of the answer."""
        body = None if ask.body is None else json.dumps(ask.body).encode()
        self._connection.request(ask.method, ask.path, body, self._headers(ask))
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def close(self) -> None:
        self._connection.close()

    def _headers(self, ask: Ask) -> dict[str, str]:
        if ask.path.startswith("/api/"):
            own = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        else:
            own = {"Cookie": self._cookie}
        return {"Host": self._address, **own}


def measure(
    connect: Callable[[], Client], make: Callable[[random.Random], Ask], *, clients: int, seconds: float
) -> Measured:
    """Have that many clients ask what `make` gives them, for so long. The same seeds give the same questions.

    Raises `RuntimeError` when one answer is not a success: only work that was done is measured."""
    times: list[list[float]] = [[] for _ in range(clients)]
    errors: list[Exception] = []
    ready = threading.Barrier(clients + 1)

    def work(place: int) -> None:
        chance, client = random.Random(place), connect()
        try:
            _ask(client, make(chance))  # the connection, and the thread behind it, are there
            ready.wait()
            end = time.perf_counter() + seconds
            while time.perf_counter() < end and not errors:
                ask = make(chance)
                started = time.perf_counter()
                _ask(client, ask)
                times[place].append(time.perf_counter() - started)
        except (OSError, RuntimeError, http.client.HTTPException, threading.BrokenBarrierError) as error:
            errors.append(error)
            ready.abort()
        finally:
            client.close()

    threads = [threading.Thread(target=work, args=[place]) for place in range(clients)]
    for thread in threads:
        thread.start()
    with contextlib.suppress(threading.BrokenBarrierError):
        ready.wait()
    started, cpu = time.perf_counter(), _cpu_seconds()
    for thread in threads:
        thread.join()
    if errors:
        raise RuntimeError(str(errors[0])) from errors[0]
    took = time.perf_counter() - started
    return _summary(clients, sorted(one for mine in times for one in mine), took, (_cpu_seconds() - cpu) / took)


def _ask(client: Client, ask: Ask) -> None:
    status, body = client.send(ask)
    if not 200 <= status < 300:
        raise RuntimeError(f"{ask.method} {ask.path} answers {status}: {body[:300]!r}")


def _summary(clients: int, times: list[float], took: float, cpu: float) -> Measured:
    twentieths = statistics.quantiles(times, n=20) if len(times) > 1 else times * 19
    return Measured(
        clients=clients,
        requests=len(times),
        p50_ms=round(twentieths[9] * 1000, 1),
        p95_ms=round(twentieths[18] * 1000, 1),
        per_second=round(len(times) / took, 1),
        client_cpu=round(cpu, 3),
    )


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
