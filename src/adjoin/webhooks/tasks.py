"""Webhooks in the background: calling what is due, and forgetting what was called long ago."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from adjoin.accounts.jobs import in_every_account, task
from adjoin.webhooks import calling
from adjoin.webhooks.models import Call

KEPT = timedelta(days=7)  # of the log, as Zendesk has it


@task("webhooks.call")
def call(*, webhook_id: int, ticket_id: int | None = None) -> None:
    """Make the calls of one webhook about one ticket."""
    calling.drain(webhook_id, ticket_id, timezone.now)


@app.periodic(cron="* * * * * */20")
@app.task(name="webhooks.sweep")
def sweep(timestamp: int) -> None:
    """Start every call that is due, in every account: nothing waits for a job that was never made."""
    in_every_account(start_what_is_due)


@app.periodic(cron="41 4 * * *")
@app.task(name="webhooks.tidy")
def tidy(timestamp: int) -> None:
    """Forget old calls, in every account."""
    in_every_account(forget)


def start_what_is_due(now: datetime) -> None:
    """In this account: give up what is too old, and jobs for what may be called now."""
    calling.give_up_old(now)
    for webhook_id, ticket_id in calling.due_queues(now):
        call.defer(webhook_id=webhook_id, ticket_id=ticket_id)


def forget(now: datetime) -> None:
    """In this account: the log of the last week is kept."""
    Call.objects.filter(created_at__lt=now - KEPT).exclude(state="waiting").delete()


def on_queued(*, webhook_id: int, ticket_id: int | None, at: datetime | None = None) -> None:
    """Something is to be called, or to be tried again at a later moment."""
    call.defer(at=at, webhook_id=webhook_id, ticket_id=ticket_id)
