"""What somebody held back from a partner."""

from __future__ import annotations

from dataclasses import dataclass

from adjoin.sharing.models import HeldBack


@dataclass(frozen=True)
class Held:
    """Ids of comments, and of single files, that do not cross until they are released."""

    comments: frozenset[int] = frozenset()
    files: frozenset[int] = frozenset()


def held(agreement_id: int, ticket_id: int) -> Held:
    """What is held back of a ticket under one agreement. One query."""
    rows = HeldBack.objects.filter(agreement_id=agreement_id, ticket_id=ticket_id)
    found = list(rows)
    whole = frozenset(row.comment_id for row in found if row.attachment_id is None)
    return Held(whole, frozenset(row.attachment_id for row in found if row.attachment_id is not None))
