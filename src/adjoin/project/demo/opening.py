"""`python -m adjoin.project.demo.opening`: run once the desk answers, at every start of the demo.

At the first it makes the companies partners; at each it writes `demo.json` and prints who to sign in as."""

from __future__ import annotations

import sys
from typing import Any

from adjoin.project import logs
from adjoin.project.demo import state
from adjoin.project.env import Environment
from adjoin.project.ready import django_ready


def main() -> int:
    """Open the doors; gives back the exit code."""
    environment = Environment.read()
    logs.configure({"level": environment.log_level})
    with django_ready(environment):
        _open(environment)
    return 0


def _open(environment: Environment) -> None:
    from adjoin.accounts.addresses import url_of
    from adjoin.accounts.models import Account
    from adjoin.project.demo import partnership, people_file, table

    former = {one["subdomain"]: one for one in state.read_former(environment).get("accounts", ())}
    if state.is_unfinished(environment):
        partnership.become_partners()
        state.finish(environment)
    for subdomain, one in former.items():
        partnership.follow_address(Account.objects.get(subdomain=subdomain), str(one.get("url", "")))
    document: dict[str, Any] = {"accounts": people_file.accounts(former)}
    state.write(environment, document)
    print(
        table.lines(
            document,
            portals=people_file.portals(),
            mailbox=f"{url_of(environment.domain)}/mail/",
            path=environment.home / "demo.json",
        ),
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
