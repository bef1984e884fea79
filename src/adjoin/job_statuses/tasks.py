"""Doing jobs in the background."""

from __future__ import annotations

from django.utils import timezone
from procrastinate import RetryStrategy

from adjoin.accounts.jobs import task
from adjoin.job_statuses import actions


@task("job_statuses.run", retry=RetryStrategy(max_attempts=5, exponential_wait=3))
def run(*, job_id: int) -> None:
    """Do one job from where it stands."""
    actions.run(job_id=job_id, clock=timezone.now)


def on_queued(*, job_id: int) -> None:
    """Somebody started a job."""
    run.defer(lock=f"job-{job_id}", job_id=job_id)
