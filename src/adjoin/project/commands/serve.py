from __future__ import annotations

import argparse

from adjoin.project.env import Environment
from adjoin.project.supervisor import Supervisor

HELP = "run the whole desk on this machine: PostgreSQL, web and worker"


def add(_parser: argparse.ArgumentParser) -> None:
    """It takes no arguments: everything comes from the environment."""


def run(_arguments: argparse.Namespace, environment: Environment) -> int:
    """Serve until told to stop."""
    return Supervisor(environment).run()
