"""Sharing in the background: sending what waits, fetching files, and looking after both."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from django.db.models import Min, Q
from django.utils import timezone
from procrastinate.contrib.django import app

from adjoin.accounts import current
from adjoin.accounts.jobs import in_every_account, task
from adjoin.kernel import prepared
from adjoin.sharing.crossing import files
from adjoin.sharing.delivery import copies, rounds, sending
from adjoin.sharing.models import Delivery, ReceivedRequest
from adjoin.sharing.terms import DeliveryState

KEEP_SENT = timedelta(days=90)
_NOTIFY = prepared.Statement("SELECT pg_notify($1, $2)")
CHANNEL = "adjoin_sharing"  # PostgreSQL says there for which partner something waits; every worker listens


@task("sharing.deliver", priority=5)
def deliver(*, agreement_id: int, shared_ticket_id: int | None = None) -> None:
    """Send a partner what is due. Older jobs name a ticket too: it goes with the rest."""
    rounds.send_waiting(agreement_id, timezone.now)


@task("sharing.fetch_file")
def fetch_file(*, file_id: int) -> None:
    """Fetch a file of a partner's comment, and the others of that partner that wait."""
    files.fetch_waiting(file_id, timezone.now)


@app.periodic(cron="* * * * * */10")
@app.task(name="sharing.sweep")
def sweep(timestamp: int) -> None:
    """Start whatever is due, in every account: nothing waits for a word or a job that never came."""
    sweep_all()


def sweep_all() -> None:
    """The same, now."""
    in_every_account(start_what_is_due)


@app.periodic(cron="* * * * *")
@app.task(name="sharing.beat")
def beat(timestamp: int) -> None:
    """In every account: one more beat, so that a copy of the database can be told from the desk itself."""
    in_every_account(copies.beat)


@app.periodic(cron="17 4 * * *")
@app.task(name="sharing.tidy")
def tidy(timestamp: int) -> None:
    """Forget what was sent long ago, in every account."""
    in_every_account(forget_sent)


def forget_sent(now: datetime) -> None:
    """In this account: delete the rows of what came in, was sent or called off a season ago. Tickets keep theirs."""
    done = Delivery.objects.filter(state__in=(DeliveryState.SENT, DeliveryState.CANCELLED))
    done.filter(created_at__lt=now - KEEP_SENT).delete()
    ReceivedRequest.objects.filter(received_at__lt=now - KEEP_SENT).delete()


def start_what_is_due(now: datetime) -> None:
    """In this account: have what may go now be sent and fetched."""
    for agreement_id in sending.due_partners(now):
        _wake(agreement_id)
    just_named = Q(next_attempt_at=None, created_at__gte=now - timedelta(minutes=1))
    by_partner = files.due(now).exclude(just_named).order_by().values("shared_ticket__agreement_id")
    for file_id in by_partner.annotate(first=Min("pk")).values_list("first", flat=True):
        fetch_file.defer(file_id=file_id)


def on_queued(*, agreement_id: int, shared_ticket_id: int | None, at: datetime | None = None) -> None:
    """Something was put into a queue, or must be tried again at a later moment."""
    if at is None:
        _wake(agreement_id)
    else:
        deliver.defer(at=at, agreement_id=agreement_id)


def on_answered(*, agreement_id: int) -> None:
    """A partner is back: everything that waits for it goes now."""
    _wake(agreement_id)


def _wake(agreement_id: int) -> None:
    """Have a worker send what waits for a partner, once this transaction commits.

    No job: a row of its own for each update costs more than to send it. Should no worker hear it, the sweep does."""
    _NOTIFY.run(CHANNEL, json.dumps({"account": current.schema(), "agreement_id": agreement_id}))


def on_file_named(*, file_id: int, at: datetime | None = None) -> None:
    """A partner's comment names a file."""
    fetch_file.defer(at=at, file_id=file_id)
