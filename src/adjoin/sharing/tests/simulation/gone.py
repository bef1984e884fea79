"""What must be nowhere any more: redacted words and files, single comments taken back, copies that were recalled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from adjoin.sharing.terms import AgreementStatus, OnUnshare, ShareState
from adjoin.sharing.tests.simulation.memory import Memory
from adjoin.sharing.tests.simulation.world import Desk, World

if TYPE_CHECKING:
    from adjoin.sharing.tests.simulation.truth import Copy

_EVERYWHERE = """
    SELECT 'comment' FROM tickets_comment WHERE body LIKE %(like)s OR html_body LIKE %(like)s
    UNION ALL SELECT 'history' FROM tickets_event WHERE data::text LIKE %(like)s
    UNION ALL SELECT 'delivery' FROM sharing_delivery WHERE payload::text LIKE %(like)s
    UNION ALL SELECT 'request' FROM sharing_receivedrequest WHERE payload::text LIKE %(like)s
"""


def check(world: World, copies: dict[str, Copy], memory: Memory) -> None:
    """Raises `AssertionError` with what is still somewhere."""
    by_uuid = {uuid: pair for pair, uuid in memory.agreements.items()}
    for secret, (author, words, in_force) in memory.redacted.items():
        for name, copy in copies.items():
            way = _way(words, name, author, copies, by_uuid)
            is_file = not secret.startswith("zq")
            if way is None or (is_file and not way <= in_force):
                continue
            found = secret in copy.all_files if is_file else _finds(world.desks[name], secret)
            assert not found, f"{name} keeps what {author} redacted beside {words!r}: {found}"
    for name, uuid, words in memory.recalled:
        other = next((one for one in by_uuid.get(uuid, ()) if one != name), None)
        if other is not None and copies[other].standing.get(uuid) == AgreementStatus.ACCEPTED:
            assert words not in copies[other].words, f"{other} keeps {words!r}, which {name} took back"
    for name, copy in copies.items():
        for uuid, shared in copy.shares.items():
            if shared.state == ShareState.RECALLED:
                assert shared.agreement.on_unshare == OnUnshare.RECALL
                left = [words for words, under in copy.came.items() if under == uuid and words in copy.words]
                assert not left, f"{name} keeps {left} of a recalled copy"


def _way(
    words: str, name: str, author: str, copies: dict[str, Copy], by_uuid: dict[str, tuple[str, str]]
) -> set[str] | None:
    """The agreements by which words came from their author, all in force; None where they cannot be asked back."""
    way: set[str] = set()
    while name != author:
        uuid = copies[name].came.get(words, "")
        pair = by_uuid.get(uuid)
        if pair is None or uuid in way or copies[name].standing[uuid] != AgreementStatus.ACCEPTED:
            return None
        way.add(uuid)
        name = next(one for one in pair if one != name)
    return way


def _finds(desk: Desk, secret: str) -> list[str]:
    """Where the words still are at a desk."""
    with desk.open(), connection.cursor() as cursor:
        cursor.execute(_EVERYWHERE, {"like": f"%{secret}%"})
        return sorted({row[0] for row in cursor.fetchall()})
