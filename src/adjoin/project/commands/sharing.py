from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from adjoin.project.env import Environment
from adjoin.project.ready import set_up

if TYPE_CHECKING:
    from adjoin.sharing.conformance.check import Options

HELP = "try whether a partner's sharing address keeps to the protocol"
QUESTION = "This makes an invitation and test tickets at {}, and takes them back. Go on? [y/N] "


def add(parser: argparse.ArgumentParser) -> None:
    """`sharing check URL`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help=HELP)
    check.add_argument("url", help="the partner's sharing address, such as https://partner.example.com/sharing")
    check.add_argument(
        "--token", default="", help="<agreement uuid>:<access key> of an agreement in force; it stays in force"
    )
    check.add_argument("--yes", action="store_true", help="do not ask before something is written there")
    check.add_argument("--sender-url", default="", help="the sharing address to invite as")
    check.add_argument(
        "--wait", type=float, default=0, metavar="SECONDS", help="how long to wait for our invitation to be accepted"
    )


def run(arguments: argparse.Namespace, environment: Environment) -> int:
    """Print one line for each thing tried; 0 when nothing is broken, 1 when something is."""
    # The check asks no database; Django wants an address all the same.
    os.environ.setdefault("DATABASE_URL", environment.database_url or "postgresql://127.0.0.1:1/none")
    set_up()
    from adjoin.sharing.conformance.check import Options

    options = Options(
        url=arguments.url,
        token=arguments.token,
        may_write=arguments.yes or _agrees(arguments.url),
        wait_seconds=arguments.wait,
        **({"sender_url": arguments.sender_url} if arguments.sender_url else {}),
    )
    return check(options)


def check(options: Options) -> int:
    """Run the check and print what came of it. Returns the exit code."""
    from adjoin.sharing.conformance import check as checking
    from adjoin.sharing.conformance.report import Outcome

    report = checking.run(options, tell=lambda words: print(words, flush=True))
    for line in report.lines:
        print(line)
    counts = {outcome: sum(line.outcome == outcome for line in report.lines) for outcome in Outcome}
    print("\n" + ", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count))
    return 0 if report.is_well else 1


def _agrees(url: str) -> bool:
    """Whether the person at the keyboard says so; nobody at the keyboard has not."""
    return sys.stdin.isatty() and input(QUESTION.format(url)).strip().lower() in ("y", "yes")
