"""Service levels in the background: targets that are missed, and counting anew when what is promised changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from django.utils import timezone
from procrastinate.contrib.django import app

from adjoin.access import readable
from adjoin.access.actors import Actor
from adjoin.accounts.jobs import for_each_account, task
from adjoin.kernel.errors import DeskError
from adjoin.service_levels.models import Target
from adjoin.tickets import actions

BATCH = 500  # tickets of one job
log = structlog.get_logger("adjoin.service_levels")


@task("service_levels.breach")
def breach() -> None:
    """In this account: tell of every target that has been missed by now."""
    tell_missed(timezone.now())


@task("service_levels.recount")
def recount(after_id: int = 0) -> None:
    """Count some of the tickets that are not solved anew, and go on with the next."""
    last_id = recount_some(after_id, timezone.now())
    if last_id is not None:
        recount.defer(lock="service_levels", after_id=last_id)


def on_changed(*, now: datetime, **_: Any) -> None:
    """A policy or a schedule has changed."""
    recount.defer(lock="service_levels")


def tell_missed(now: datetime) -> int:
    """Tell of the targets that were missed before `now`, in the history of their tickets. Returns of how many."""
    told = 0
    living = readable.tickets(Actor.system()).exclude(status="closed").filter(frozen_by="").values("pk")
    missed = Target.objects.filter(breached_at=None, fulfilled_at=None, due_at__lt=now, ticket__in=living)
    ids = list(dict.fromkeys(missed.order_by("due_at").values_list("ticket_id", flat=True)[:10_000]))
    for ticket_id in ids:
        told += _count(ticket_id, now)
    return told


def recount_some(after_id: int, now: datetime) -> int | None:
    """Count the next tickets after that id; the last of them, None when there are no more."""
    rows = readable.tickets(Actor.system()).unsolved().filter(pk__gt=after_id).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:BATCH])
    for ticket_id in ids:
        _count(ticket_id, now)
    return ids[-1] if len(ids) == BATCH else None


def _count(ticket_id: int, now: datetime) -> int:
    try:
        actions.recount(ticket_id=ticket_id, now=now)
    except DeskError as error:  # one ticket must not stop the others
        log.warning("recount_failed", ticket_id=ticket_id, error=str(error))
        return 0
    return 1


@app.periodic(cron="* * * * *")
@app.task(name="service_levels.breach_everywhere")
def breach_everywhere(timestamp: int) -> None:
    """Start it in every account."""
    for_each_account(breach)
