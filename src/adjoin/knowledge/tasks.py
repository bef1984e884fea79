"""Publishing at a chosen moment, and counting what was read."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from adjoin.accounts.jobs import for_each_account, task
from adjoin.knowledge import counting, publishing


@task("knowledge.publish", retry=3)
def publish(*, translation_id: int) -> None:
    """Publish what is due."""
    publishing.publish_due(translation_id=translation_id, now=timezone.now())


@task("knowledge.count_readings")
def count_readings() -> None:
    """In this account: add up what was read."""
    counting.gather(timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="knowledge.count")
def count(timestamp: int) -> None:
    """Add up in every account."""
    for_each_account(count_readings)


def on_scheduled(*, translation_id: int, at: datetime) -> None:
    """A draft is to be published at a moment: come back then."""
    publish.defer(at=at, translation_id=translation_id)
