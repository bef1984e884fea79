"""What happens each night: metadata of providers is read anew, our next key made in time, old sessions removed."""

from __future__ import annotations

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from adjoin.accounts.jobs import for_each_account, task
from adjoin.sign_in import devices, refreshing, refusals
from adjoin.sign_in.models import Provider
from adjoin.sign_in.saml import keys
from adjoin.sign_in.terms import Kind


@task("sign_in.refresh_metadata")
def refresh_metadata() -> None:
    """Read what identity providers say of themselves, and make our own next key when it is time."""
    now = timezone.now()
    if Provider.objects.filter(kind=Kind.SAML).exists():
        keys.tidy(now)
    refreshing.all_due(now)


@task("sign_in.forget_sessions")
def forget_sessions() -> None:
    """Remove sessions that have ended, the browsers that had them, and what was noted of refusals."""
    devices.forget_ended(timezone.now())
    refusals.forget_old(timezone.now())


@app.periodic(cron="27 3 * * *")
@app.task(name="sign_in.daily_everywhere")
def daily_everywhere(timestamp: int) -> None:
    """Both in every account, each night."""
    close_old_connections()
    for_each_account(refresh_metadata)
    for_each_account(forget_sessions)
