"""`adjoin doctor`: what could keep the desk from working, each with the way to mend it."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from adjoin.adapters import network, postgres
from adjoin.project import web
from adjoin.project.env import Environment
from adjoin.project.ready import django_ready
from adjoin.project.supervisor import running_pids

OLDEST_PYTHON = (3, 11)
LEAST_FREE_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Finding:
    """What one check found, in a sentence."""

    name: str
    is_ok: bool
    text: str


def examine(environment: Environment) -> Iterator[Finding]:
    """Check one thing after the other, from the ground up."""
    yield _python()
    yield _home(environment.home)
    yield _disk(environment.home)
    yield _port(environment)
    try:
        with django_ready(environment):
            yield Finding("database", True, f"PostgreSQL {postgres.server_version(os.environ['DATABASE_URL'])}")
            yield _migrations()
            yield _worker(environment)
    except postgres.DatabaseTrouble as error:
        yield Finding("database", False, str(error))
    yield _mail(environment.mail_url)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        return Finding("python", False, f"Python {version}. Install 3.11 or newer.")
    return Finding("python", True, f"Python {version}")


def _home(home: Path) -> Finding:
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            return Finding("home", True, str(home))
    except OSError as error:
        advice = "Change its owner, or choose another folder with ADJOIN_HOME."
        return Finding("home", False, f"{home} cannot be written ({error.strerror}). {advice}")


def _disk(home: Path) -> Finding:
    folder = next(path for path in (home, *home.parents) if path.exists())
    free = postgres.free_bytes(folder)
    if free < LEAST_FREE_BYTES:
        return Finding("disk", False, f"Only {free / 1e6:.0f} MB are free for {home}. Free at least 1 GB.")
    return Finding("disk", True, f"{free / 1e9:.0f} GB free")


def _port(environment: Environment) -> Finding:
    pid = running_pids(environment).get("web")
    if pid and _is_alive(pid):
        return Finding("port", True, f"this desk is running, pid {pid}")
    try:
        web.check_port(environment.bind, environment.port)
    except web.PortTaken as error:
        return Finding("port", False, str(error))
    return Finding("port", True, f"{environment.port} is free")


def _migrations() -> Finding:
    from adjoin.project import schemas

    missing = schemas.missing_migrations()
    if missing:
        return Finding("migrations", False, f"{len(missing)} are missing. Run: adjoin migrate")
    return Finding("migrations", True, "all applied")


def _worker(environment: Environment) -> Finding:
    from adjoin.project import worker_lock

    alive = worker_lock.count_alive()
    if alive:
        return Finding("worker", True, f"{alive} running")
    if environment.database_url or running_pids(environment):
        return Finding("worker", False, "None is running, so no mail leaves and nothing is shared. Run: adjoin worker")
    return Finding("worker", True, "not running; adjoin serve starts one")


def _mail(url: str) -> Finding:
    parts = urlsplit(url)
    if parts.scheme in ("file", "console"):
        return Finding("mail", True, f"kept on this machine ({parts.scheme}:). Set ADJOIN_MAIL_URL to send it")
    host, port = parts.hostname or "", parts.port or 587
    reason = network.why_unreachable(host, port)
    if reason:
        return Finding("mail", False, f"{host}:{port} does not answer ({reason}). Check ADJOIN_MAIL_URL.")
    return Finding("mail", True, f"{host}:{port} answers")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
