"""Agreements in the background: desks that move, theirs and ours."""

from __future__ import annotations

from django.db import close_old_connections
from django.utils import timezone
from django_tenants.utils import tenant_context
from procrastinate.contrib.django import app

from adjoin.accounts.jobs import task
from adjoin.accounts.models import Account
from adjoin.sharing.agreements import moves
from adjoin.sharing.delivery import copies


@task("sharing.verify_move")
def verify_move(*, agreement_id: int) -> None:
    """Find out whether a partner has moved where it says."""
    moves.verify(agreement_id, timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="sharing.announce_moves")
def announce_moves(timestamp: int) -> None:
    """In every account: tell partners of a new address of ours. A copy of a desk keeps quiet."""
    close_old_connections()
    try:
        for account in Account.objects.order_by("pk"):
            with tenant_context(account):
                if not copies.is_paused():
                    moves.announce(timezone.now())
    finally:
        close_old_connections()


def on_moved(*, agreement_id: int) -> None:
    """A partner says that it has moved."""
    verify_move.defer(agreement_id=agreement_id)
