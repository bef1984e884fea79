from __future__ import annotations

import argparse

from adjoin.project.env import Environment
from adjoin.project.ready import django_ready

HELP = "bring the database up to date"


def add(_parser: argparse.ArgumentParser) -> None:
    """It takes no arguments."""


def run(_arguments: argparse.Namespace, environment: Environment) -> int:
    """Migrate every schema that is behind."""
    with django_ready(environment):
        from adjoin.project import schemas

        schemas.migrate()
    return 0
