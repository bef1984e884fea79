"""How long an import of 100,000 people takes, and how much memory: `python -m bench.imports [ROWS]`.

The file goes through the API into an empty desk with 1,000 organizations; a tenth of them have mail domains, which
place a tenth of the people besides. It is checked, written and undone."""

from __future__ import annotations

import base64
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from functools import cache
from pathlib import Path
from typing import Any

import psutil

from bench.desk import RunningDesk

ROWS = 100_000
ORGANIZATIONS = 1_000
EMAIL, PASSWORD, HOST = "ada@bench.example", "kettle-and-tent-42", "bench.localhost"
PATH = "/api/adjoin/v1/imports"


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, RunningDesk(Path(folder) / "home") as desk:
        _open_account(desk)
        peak = _Peak(desk)
        _tell(f"{ORGANIZATIONS:,} organizations", _import(desk, "organizations", _organizations()), peak)
        seconds, import_id = _import(desk, "users", _people(rows))
        _tell(f"{rows:,} people", (seconds, import_id), peak)
        print(f"undone in {_until(desk, _ask(desk, 'POST', f'{PATH}/{import_id}/undo')['id'], 'undone'):.0f} s; {peak}")
        peak.stop()


def _tell(what: str, found: tuple[dict[str, float], int], peak: _Peak) -> None:
    times = ", ".join(f"{step} in {seconds:.0f} s" for step, seconds in found[0].items())
    print(f"{what}: {times}; {peak}")


def _import(desk: RunningDesk, kind: str, content: str) -> tuple[dict[str, float], int]:
    """Seconds of each step, and the id of the import."""
    boundary = "bench"
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="kind"\r\n\r\n{kind}\r\n']
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{kind}.csv"\r\n\r\n{content}\r\n'
    )
    parts.append(f"--{boundary}--\r\n")
    import_id = _ask(desk, "POST", PATH, "".join(parts), f"multipart/form-data; boundary={boundary}")["id"]
    checked = _until(desk, import_id, "ready")
    _ask(desk, "POST", f"{PATH}/{import_id}/run")
    return {"checked": checked, "written": _until(desk, import_id, "done")}, import_id


def _until(desk: RunningDesk, import_id: int, status: str) -> float:
    """Seconds until the import stands there. Raises `RuntimeError` when it has problems."""
    started = time.monotonic()
    while True:
        row = _ask(desk, "GET", f"{PATH}/{import_id}")
        if row["status"] == status:
            return time.monotonic() - started
        if row["status"] == "wrong":
            raise RuntimeError(row["message"] or str(row["lines"][:3]))
        time.sleep(0.5)


def _ask(desk: RunningDesk, method: str, path: str, body: str = "", kind: str = "application/json") -> dict[str, Any]:
    found: dict[str, Any] = _answer(desk, f"Bearer {_token(desk)}", method, path, body, kind)["import"]
    return found


@cache
def _token(desk: RunningDesk) -> str:
    """A token of the admin's: a password would cost more to check than the question."""
    login = base64.b64encode(f"{EMAIL}:{PASSWORD}".encode()).decode()
    body = json.dumps({"api_token": {"name": "bench"}})
    path = "/api/adjoin/v1/users/me/api_tokens"
    return str(_answer(desk, f"Basic {login}", "POST", path, body, "application/json")["api_token"]["token"])


def _answer(desk: RunningDesk, login: str, method: str, path: str, body: str, kind: str) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=300)
    headers = {"Host": f"{HOST}:{desk.port}", "Authorization": login, "Content-Type": kind}
    connection.request(method, path, body.encode(), headers)
    answer = connection.getresponse()
    told = answer.read()
    connection.close()
    if answer.status >= 300:
        raise RuntimeError(f"{method} {path} answers {answer.status}: {told[:300]!r}")
    found: dict[str, Any] = json.loads(told)
    return found


def _open_account(desk: RunningDesk) -> None:
    words = ["account", "create", "bench", "--name", "Bench", "--admin-email", EMAIL, "--admin-name", "Ada Bench"]
    words += ["--admin-password", PASSWORD]
    environment = {**os.environ, **desk.settings()}
    subprocess.run(
        [sys.executable, "-m", "adjoin.project.cli", *words], env=environment, check=True, capture_output=True
    )


def _organizations() -> str:
    lines = [
        f"Company {number},{f'company{number}.com' if number % 10 == 0 else ''}" for number in range(ORGANIZATIONS)
    ]
    return "\n".join(["name,domain_names", *lines])


def _people(rows: int) -> str:
    def line(number: int) -> str:
        company = number % ORGANIZATIONS
        address, other = f"person{number}@company{company}.com", (company + 1) % ORGANIZATIONS
        return f"Person {number},{address},P-{number},Company {other},yes,vip"

    return "\n".join(["name,email,external_id,organization,verified,tags", *map(line, range(rows))])


class _Peak:
    """The most memory that web and worker took, looked at twice a second."""

    def __init__(self, desk: RunningDesk) -> None:
        self._desk, self._most, self._is_over = desk, {"web": 0.0, "worker": 0.0}, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._is_over.set()
        self._thread.join()

    def __str__(self) -> str:
        return ", ".join(f"{name} at most {most:.0f} MB" for name, most in self._most.items())

    def _look(self) -> None:
        while not self._is_over.wait(0.5):
            try:
                memory = self._desk.memory()
            except psutil.NoSuchProcess:  # a connection of PostgreSQL has just ended
                continue
            self._most = {name: max(most, memory[name].pss_mb) for name, most in self._most.items()}


if __name__ == "__main__":
    main()
