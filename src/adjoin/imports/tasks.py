"""Imports in the background: checking, writing, undoing, and forgetting what is no longer needed."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from adjoin.accounts.jobs import for_each_account, task
from adjoin.imports import actions, forgetting


@task("imports.check", retry=3)
def check(*, import_id: int) -> None:
    """Say of each line what would become of it."""
    actions.check(import_id=import_id, clock=timezone.now)


@task("imports.run", retry=3)
def run(*, import_id: int) -> None:
    """Write what was checked."""
    actions.run(import_id=import_id, clock=timezone.now)


@task("imports.undo", retry=3)
def undo(*, import_id: int) -> None:
    """Take it back."""
    actions.take_back(import_id=import_id, clock=timezone.now)


STEPS = {"check": check, "run": run, "undo": undo}


def on_queued(*, import_id: int, step: str) -> None:
    """Something is to be done with an import: one thing after the other."""
    STEPS[step].defer(import_id=import_id, lock=f"import-{import_id}")


@task("imports.forget")
def forget() -> None:
    """In this account: let go of files, reports and what undoing would have needed, a day after."""
    forgetting.forget(now=timezone.now())


@app.periodic(cron="41 * * * *")
@app.task(name="imports.tidy")
def tidy(timestamp: int) -> None:
    """Forget in every account."""
    for_each_account(forget)
