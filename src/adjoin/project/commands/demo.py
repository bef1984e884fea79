from __future__ import annotations

import argparse
import os

from adjoin.project import logs
from adjoin.project.env import Environment

HELP = "run the whole desk with two example companies in it"


def add(parser: argparse.ArgumentParser) -> None:
    """`--reset` starts over."""
    parser.add_argument("--reset", action="store_true", help="throw away what is in ADJOIN_HOME and start over")


def run(arguments: argparse.Namespace, _environment: Environment) -> int:
    """Serve the example companies until told to stop."""
    os.environ["ADJOIN_DEMO"] = "1"
    os.environ.setdefault("ADJOIN_PRIVATE_PARTNERS", "1")  # the two share tickets over this machine's own address
    os.environ.setdefault("ADJOIN_LOG_LEVEL", "warning")  # the table is what people shall read
    environment = Environment.read()
    logs.configure({"level": environment.log_level})
    from adjoin.project import demo

    return demo.run(environment, is_reset=arguments.reset)
