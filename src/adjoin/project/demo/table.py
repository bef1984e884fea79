"""What the demo prints when it is ready."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from adjoin.project.demo.companies import COMPANIES, PASSWORD

_ROLES = {"admin": "admin", "agent": "agent", "end-user": "customer"}


def lines(document: dict[str, Any], *, portals: dict[str, list[tuple[str, str]]], mailbox: str, path: Path) -> str:
    """The addresses and who to sign in as, for a terminal. `portals` has brand names and addresses by subdomain."""
    rows = ["", "Adjoin is ready. Sign in with these addresses; the password is always " + PASSWORD, ""]
    names = {company.subdomain: company.name for company in COMPANIES}
    for account in document["accounts"]:
        rows.append(names[account["subdomain"]])
        rows.append(f"  workspace    {account['url']}/agent/")
        rows += [f"  {'help center':<13}{url}/hc/en/   ({name})" for name, url in portals[account["subdomain"]]]
        rows += [f"    {_ROLES[user['role']]:<9} {user['email']:<29} {user['about']}" for user in account["users"]]
        rows.append("")
    rows += [
        f"Mails the desk has sent   {mailbox}",
        f"API tokens                {path}",
        "",
        "Ctrl-C stops it. The next start goes on from here; make demo RESET=1 starts over.",
        "",
    ]
    return "\n".join(rows)
