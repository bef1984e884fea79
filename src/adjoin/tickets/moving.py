"""Whether a change would take tickets out of the sight of who makes it: asked before it is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any

from adjoin.access import assignable, readable
from adjoin.access.actors import Actor
from adjoin.tickets.models import Ticket

FIELDS = ("brand_id", "group_id", "assignee_id")


def is_lost_by(actor: Actor, ticket: Ticket, changes: Mapping[str, Any]) -> bool:
    """Whether `actor` works on `ticket` now, and could not read it any more after `changes`, rules left aside."""
    moved = {name: changes[name] for name in FIELDS if name in changes}
    if not moved or actor.is_admin or not assignable.could_read(actor, ticket):
        return False
    after = copy(ticket)
    for name, value in moved.items():
        setattr(after, name, int(value) if value else None)
    return not assignable.could_read(actor, after)


def lost_by(actor: Actor, ids: Iterable[int], changes: Mapping[str, Any]) -> int:
    """How many of these tickets `actor` would lose."""
    if actor.is_admin or not any(name in changes for name in FIELDS):
        return 0
    rows = readable.tickets(actor).filter(pk__in=list(ids)).iterator()
    return sum(is_lost_by(actor, ticket, changes) for ticket in rows)
