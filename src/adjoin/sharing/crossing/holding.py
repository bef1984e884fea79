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
    """What is held back of a ticket under one agreement. Two queries."""
    rows = HeldBack.objects.filter(agreement_id=agreement_id, ticket_id=ticket_id)
    whole = rows.filter(attachment=None).values_list("comment_id", flat=True)
    single = rows.exclude(attachment=None).values_list("attachment__pk", flat=True)
    return Held(frozenset(whole), frozenset(single))
