"""Publishing at a chosen moment, counting what was read, and having a model read what is published."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from adjoin.accounts.jobs import for_each_account, task
from adjoin.knowledge import counting, publishing, searches, understanding
from adjoin.knowledge.importing import running

READ = "articles"  # one job at a time asks the model


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


@task("knowledge.understand", retry=RetryStrategy(max_attempts=6, exponential_wait=4))
def understand() -> None:
    """Have the model read a few texts, and come back while more are waiting."""
    if understanding.read_some(timezone.now()):
        understand.defer(lock=READ)


@app.periodic(cron="37 2 * * *")
@app.task(name="knowledge.understand_everywhere")
def understand_everywhere(timestamp: int) -> None:
    """What was left in any account: the model is new, or its server did not answer for long."""
    for_each_account(understand)


@task("knowledge.forget_searches")
def forget_searches() -> None:
    """Let go of old counts of what was looked for."""
    searches.forget(timezone.now())


@app.periodic(cron="47 2 * * *")
@app.task(name="knowledge.forget_searches_everywhere")
def forget_searches_everywhere(timestamp: int) -> None:
    """In every account."""
    for_each_account(forget_searches)


@task("knowledge.import", retry=3)
def import_articles(*, import_id: int) -> None:
    """Make articles out of files."""
    running.run(import_id=import_id, clock=timezone.now)


def on_import_queued(*, import_id: int) -> None:
    """Files are to become articles."""
    import_articles.defer(import_id=import_id, lock=f"article-import-{import_id}")


def on_scheduled(*, translation_id: int, at: datetime) -> None:
    """A draft is to be published at a moment: come back then."""
    publish.defer(at=at, translation_id=translation_id)


def on_to_be_understood(*, translation_id: int) -> None:
    """Words that the model has not read are published."""
    if understanding.model() is not None:
        understand.defer(lock=READ)


def on_chosen() -> None:
    """Another model is to read everything."""
    if understanding.model() is not None:
        understand.defer(lock=READ)
