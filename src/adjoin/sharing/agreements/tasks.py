"""Agreements in the background: desks that move, theirs and ours."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from adjoin.accounts.jobs import in_every_account, task
from adjoin.kernel import outbox
from adjoin.sharing.agreements import closing, moves
from adjoin.sharing.delivery import copies


@task("sharing.verify_move")
def verify_move(*, agreement_id: int) -> None:
    """Find out whether a partner has moved where it says."""
    moves.verify(agreement_id, timezone.now())


@task("sharing.close_tickets", retry=10)
def close_tickets(*, agreement_id: int) -> None:
    """Bring some tickets of an ended agreement to their end, and come back for the rest."""
    if closing.close_some(agreement_id, timezone.now()):
        on_ended(agreement_id=agreement_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="sharing.announce_moves")
def announce_moves(timestamp: int) -> None:
    """In every account: tell partners of a new address of ours, and see to what ended agreements left undone.

    A copy of a desk keeps quiet."""
    in_every_account(_look_after)


def _look_after(now: datetime) -> None:
    if not copies.is_paused():
        moves.announce(now)
    outbox.publish("sharing.looked_after", now=now)
    for agreement_id in closing.unfinished():
        on_ended(agreement_id=agreement_id)


def on_ended(*, agreement_id: int) -> None:
    """An agreement has ended, whoever ended it."""
    close_tickets.defer(agreement_id=agreement_id, lock=f"sharing.close:{agreement_id}")


def on_moved(*, agreement_id: int) -> None:
    """A partner says that it has moved."""
    verify_move.defer(agreement_id=agreement_id)
