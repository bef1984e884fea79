"""How many tickets views have, and having the big ones counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from adjoin.kernel import outbox
from adjoin.saved_views import queries
from adjoin.saved_views.queries import Count

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.saved_views.models import View


def counts(actor: Actor, views: Sequence[View], now: datetime) -> dict[int, Count]:
    """By view id. What is big and was not counted lately is counted by a job, for the next time."""
    found = queries.counted(actor, views, now)
    for pk, one in found.items():
        if not one.is_fresh and actor.user_id is not None:
            outbox.publish("view.uncounted", view_id=pk, user_id=actor.user_id)
    return found
