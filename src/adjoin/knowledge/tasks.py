"""Publishing at a chosen moment."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from adjoin.accounts.jobs import task
from adjoin.knowledge import publishing


@task("knowledge.publish", retry=3)
def publish(*, translation_id: int) -> None:
    """Publish what is due."""
    publishing.publish_due(translation_id=translation_id, now=timezone.now())


def on_scheduled(*, translation_id: int, at: datetime) -> None:
    """A draft is to be published at a moment: come back then."""
    publish.defer(at=at, translation_id=translation_id)
