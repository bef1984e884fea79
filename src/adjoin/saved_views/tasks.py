"""Counting big views in the background."""

from __future__ import annotations

from django.utils import timezone

from adjoin.access import actors
from adjoin.accounts.jobs import task
from adjoin.saved_views import queries


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


def on_uncounted(*, view_id: int, user_id: int) -> None:
    """A view is big, and was not counted lately: one count after the other."""
    count.defer(view_id=view_id, user_id=user_id, lock=f"view-{view_id}-{user_id}")
