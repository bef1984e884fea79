"""The rules as tables for people: `docs/access.md` is written from these, and the rules themselves are read here."""

from __future__ import annotations

from collections.abc import Iterable

from adjoin.access import grants, permissions
from adjoin.access.grants import ADMIN, AGENT, END_USER, PARTNER, SYSTEM
from adjoin.access.permissions import REFUSALS, Permission

KINDS = {
    SYSTEM: "the desk itself",
    ADMIN: "admins",
    AGENT: "agents",
    END_USER: "end users",
    PARTNER: "partners",
}


def markdown() -> str:
    """The three tables in Markdown: what lets people in, what keeps them out, who may do what."""
    parts = {"What lets somebody in": _grants(), "What keeps them out": _walls(), "Who may do what": _rights()}
    return "\n".join(f"### {title}\n\n{table}" for title, table in parts.items())


def _grants() -> str:
    return _table(
        ("grant", "for", "lets them in because", "private notes"),
        (
            (f"`{grant.name}`", _kinds(grant.speaks_for), grant.sentence, _notes(grant))
            for grant in sorted(grants.GRANTS, key=lambda grant: min(map(list(KINDS).index, grant.speaks_for)))
        ),
    )


def _walls() -> str:
    return _table(
        ("wall", "stands before", "is passed where"),
        ((f"`{wall.name}`", _names(sorted(wall.before)) or "every grant", wall.sentence) for wall in grants.WALLS),
    )


def _rights() -> str:
    return _table(
        ("permission", "who has it", "others are told"),
        ((f"`{one}`", _holders(one), REFUSALS[one]) for one in Permission),
    )


def _holders(permission: Permission) -> str:
    return "; ".join(right.sentence for right in permissions.RIGHTS if right.permission is permission)


def _notes(grant: grants.Grant) -> str:
    if grant.speaks_for == {PARTNER}:
        return "as agreed"
    return "yes" if grant.reads_private else "no"


def _kinds(kinds: Iterable[str]) -> str:
    return ", ".join(name for kind, name in KINDS.items() if kind in kinds)


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
