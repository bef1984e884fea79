"""`python -m adjoin.project.nursery`: loads the desk's code once, and forks web, worker and the migrations from it.

Loading takes seconds, forking milliseconds: what dies is back at once, and the processes share the memory of all that
they only read. It serves nobody and opens no connection, so there is nothing in it that a fork could spoil."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

from adjoin.adapters import forking
from adjoin.project import cli, logs
from adjoin.project.env import Environment
from adjoin.project.ready import set_up

_USED_BY_ALL = ("adjoin.project.urls", "adjoin.project.serving", "adjoin.project.worker", "granian.server.embed")
_OTHERS = {"opening": "adjoin.project.demo.opening"}  # what is no command of its own


def main() -> None:
    """Be the nursery until the supervisor goes away."""
    logs.configure({"level": Environment.read().log_level})
    forking.serve(int(sys.argv[1]), begin=set_up, load=_load, live=_live)


def _load() -> None:
    for module in _USED_BY_ALL:
        import_module(module)


def _live(name: str) -> int:
    if name in _OTHERS:
        code: int = import_module(_OTHERS[name]).main()
        return code
    return cli.run(argparse.Namespace(command=name))


if __name__ == "__main__":
    main()
