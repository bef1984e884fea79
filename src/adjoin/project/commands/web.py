from __future__ import annotations

import argparse
from importlib import import_module

from adjoin.project import web
from adjoin.project.env import Environment
from adjoin.project.ready import django_ready

HELP = "run a web process, for a desk on several machines"


def add(_parser: argparse.ArgumentParser) -> None:
    """It takes no arguments: everything comes from the environment."""


def run(_arguments: argparse.Namespace, environment: Environment) -> int:
    """Serve until told to stop."""
    with django_ready(environment):
        from adjoin.project import schemas

        import_module("adjoin.project.urls")  # every page and the API: now, not at the first request
        schemas.wait_until_current()
        web.run(environment)
    return 0
