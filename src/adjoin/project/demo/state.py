"""How far the demo on a home has come: `demo.unfinished` lies there while its past is being made.

Standard library only, for the supervisor's process stays small."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from adjoin.project.env import Environment


def is_unfinished(environment: Environment) -> bool:
    """Whether somebody began to make the example companies here and was interrupted."""
    return _mark(environment).exists()


def begin(environment: Environment) -> None:
    """From here on until `finish`, what is in the database is half made."""
    environment.home.mkdir(parents=True, exist_ok=True)
    _mark(environment).touch()


def finish(environment: Environment) -> None:
    """All is made."""
    _mark(environment).unlink(missing_ok=True)


def put_aside(environment: Environment) -> None:
    """Take `demo.json` away, whose being there says that the desk is ready; its secrets are kept for the next one."""
    if _file(environment).exists():
        _file(environment).replace(_former(environment))


def write(environment: Environment, document: dict[str, Any]) -> None:
    """Write `demo.json`, whole or not at all: everything is ready."""
    draft = environment.home / f".demo.json.{os.getpid()}"
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    draft.replace(_file(environment))
    _former(environment).unlink(missing_ok=True)


def read_former(environment: Environment) -> dict[str, Any]:
    """`demo.json` of the last time; empty when there is none."""
    return _read(_former(environment))


def forget(environment: Environment) -> None:
    """Remove every file of the demo."""
    for path in (_mark(environment), _file(environment), _former(environment)):
        path.unlink(missing_ok=True)


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _mark(environment: Environment) -> Path:
    return environment.home / "demo.unfinished"


def _file(environment: Environment) -> Path:
    return environment.home / "demo.json"


def _former(environment: Environment) -> Path:
    return environment.home / "demo.former.json"
