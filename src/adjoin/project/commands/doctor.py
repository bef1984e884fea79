from __future__ import annotations

import argparse

from adjoin.project import doctor
from adjoin.project.env import Environment

HELP = "look for what is wrong, and say how to mend it"


def add(_parser: argparse.ArgumentParser) -> None:
    """It takes no arguments."""


def run(_arguments: argparse.Namespace, environment: Environment) -> int:
    """Print one line a check; 1 when something is wrong."""
    is_well = True
    for finding in doctor.examine(environment):
        print(f"{'ok   ' if finding.is_ok else 'wrong'}  {finding.name:<10}  {finding.text}", flush=True)
        is_well = is_well and finding.is_ok
    return 0 if is_well else 1
