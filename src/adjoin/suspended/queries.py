"""One of those that wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adjoin.access import readable
from adjoin.kernel.errors import NotFound

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.suspended.models import SuspendedTicket


def get(actor: Actor, suspended_id: int) -> SuspendedTicket:
    """One of them. Raises `NotFound`, also for one that is not for the actor."""
    found = readable.suspended_tickets(actor).select_related("brand", "author").filter(pk=suspended_id).first()
    if found is None:
        raise NotFound
    return found
