from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from adjoin.project.env import Environment
from adjoin.project.ready import django_ready, set_up

if TYPE_CHECKING:
    from adjoin.sharing.conformance.check import Options

HELP = "try a partner's sharing address, or send again after the desk looked like a copy"
CHECK_HELP = "try whether a partner's sharing address keeps to the protocol"
QUESTION = "This makes an invitation and test tickets at {}, and takes them back. Go on? [y/N] "


def add(parser: argparse.ArgumentParser) -> None:
    """`sharing check URL` and `sharing resume ACCOUNT`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help=CHECK_HELP)
    check.add_argument("url", help="the partner's sharing address, such as https://partner.example.com/sharing")
    check.add_argument(
        "--token", default="", help="<agreement uuid>:<access key> of an agreement in force; it stays in force"
    )
    check.add_argument("--yes", action="store_true", help="do not ask before something is written there")
    check.add_argument("--sender-url", default="", help="the sharing address to invite as")
    check.add_argument(
        "--wait", type=float, default=0, metavar="SECONDS", help="how long to wait for our invitation to be accepted"
    )
    resume = actions.add_parser("resume", help="say that this desk, which looks like a copy, is the one that sends")
    resume.add_argument("account", help="the account's subdomain")


def run(arguments: argparse.Namespace, environment: Environment) -> int:
    """Check or resume; the exit code."""
    return _resume(arguments, environment) if arguments.action == "resume" else _check(arguments, environment)


def _check(arguments: argparse.Namespace, environment: Environment) -> int:
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


def _resume(arguments: argparse.Namespace, environment: Environment) -> int:
    """0 where sending goes on, 1 where it had not stopped."""
    with django_ready(environment):
        from django.utils import timezone
        from django_tenants.utils import tenant_context

        from adjoin.accounts.models import Account
        from adjoin.kernel.acting import Acting, acting
        from adjoin.kernel.errors import NotFound
        from adjoin.sharing.delivery import copies

        account = Account.objects.filter(subdomain=arguments.account).first()
        if account is None:
            raise NotFound(f"There is no account {arguments.account}")
        with tenant_context(account), acting(Acting(name="adjoin sharing resume")):
            is_resumed = copies.resume(timezone.now())
        print(f"{account.name} talks to its partners again." if is_resumed else f"{account.name} had not stopped.")
        return 0 if is_resumed else 1
