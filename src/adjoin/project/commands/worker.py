from __future__ import annotations

import argparse

from adjoin.project.env import Environment
from adjoin.project.ready import django_ready

HELP = "run a worker process, for a desk on several machines"


def add(_parser: argparse.ArgumentParser) -> None:
    """It takes no arguments: everything comes from the environment."""


def run(_arguments: argparse.Namespace, environment: Environment) -> int:
    """Work until told to stop."""
    with django_ready(environment):
        from adjoin.project import schemas, worker

        schemas.wait_until_current()
        return worker.run(environment)
