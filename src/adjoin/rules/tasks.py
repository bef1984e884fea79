"""Automations in the background. Every ten minutes, so that an hour that comes is never missed; each acts once."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from adjoin.accounts.jobs import for_each_account, task
from adjoin.rules import automating, macro_files, macro_uses, usage


@task("rules.automate")
def automate() -> None:
    """Let the automations of this account act."""
    automating.run_all(timezone.now)


@task("rules.forget")
def forget() -> None:
    """In this account: let go of what is no longer needed."""
    automating.forget(timezone.now())
    usage.tidy(timezone.now())
    macro_uses.tidy(timezone.now())
    macro_files.tidy(timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="rules.automate_everywhere")
def automate_everywhere(timestamp: int) -> None:
    """Start it in every account."""
    for_each_account(automate)


@app.periodic(cron="23 3 * * *")
@app.task(name="rules.tidy")
def tidy(timestamp: int) -> None:
    """Forget in every account."""
    for_each_account(forget)
