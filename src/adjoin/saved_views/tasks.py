"""Counting big views in the background."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils import timezone

from adjoin.access import actors
from adjoin.accounts.jobs import task
from adjoin.saved_views import queries

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.saved_views.queries import Count


@task("saved_views.count")
def count(*, view_id: int, user_id: int) -> None:
    """Count a view for somebody, unless that was done a moment ago: many pages ask for it."""
    actor = actors.load(user_id)
    view = queries.visible(actor).active().filter(pk=view_id).first()
    if view is None:
        return
    found = queries.counted(actor, [view], timezone.now())[view.pk]
    if not found.is_fresh:
        queries.count_again(actor, view, timezone.now())


def count_later(actor: Actor, found: Mapping[int, Count]) -> None:
    """Have those counted that are big and were not counted lately."""
    for pk, one in found.items():
        if not one.is_fresh and actor.user_id is not None:
            count.defer(view_id=pk, user_id=actor.user_id, lock=f"view-{pk}-{actor.user_id}")
