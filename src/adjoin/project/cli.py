"""The command `adjoin`."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from importlib import import_module

from adjoin.adapters.postgres import DatabaseTrouble
from adjoin.kernel.errors import DeskError
from adjoin.project import logs
from adjoin.project.env import BadSetting, Environment
from adjoin.project.supervisor import CannotServe
from adjoin.project.web import PortTaken

COMMANDS = ("serve", "web", "worker", "migrate", "account", "access", "sharing", "doctor", "demo")


def main(arguments: list[str] | None = None) -> None:
    """Run one command and end the process with its exit code: 0 for well done, 1 for trouble, 2 for misuse."""
    # A shell that starts us in the background has us ignore Ctrl-C; whoever sends it by hand means it all the same.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    parsed = _parser().parse_args(arguments)
    sys.exit(run(parsed))


def run(parsed: argparse.Namespace) -> int:
    """The exit code of the command. Trouble we know how to explain becomes one sentence on standard error."""
    try:
        environment = Environment.read()
        logs.configure({"level": environment.log_level})
        logging.captureWarnings(True)
        code: int = import_module(f"adjoin.project.commands.{parsed.command}").run(parsed, environment)
        return code
    except (BadSetting, CannotServe, DatabaseTrouble, DeskError, PortTaken) as error:
        print(f"adjoin: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="adjoin", description="The help desk for companies that support customers together."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in COMMANDS:
        module = import_module(f"adjoin.project.commands.{name}")
        module.add(commands.add_parser(name, help=module.HELP, description=module.HELP))
    return parser


if __name__ == "__main__":
    main()
