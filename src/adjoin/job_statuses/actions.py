"""Starting jobs and doing them, one item after another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import structlog
from django.db import DataError, IntegrityError, transaction

from adjoin.job_statuses import kinds
from adjoin.job_statuses.kinds import Kind, Task
from adjoin.job_statuses.models import KEPT, JobResult, JobStatus, State
from adjoin.kernel import ids, outbox, wording
from adjoin.kernel.acting import Acting, acting, who
from adjoin.kernel.errors import DeskError, Invalid, NotFound, TooMany
from adjoin.kernel.wording import of_error, say

JOBS_MAX = 30  # waiting or at work in an account, as Zendesk has it
_RETRY_SECONDS = 10
_SWEEP = 20  # old jobs that starting a new one takes away
log = structlog.get_logger("adjoin.jobs")


class TooManyJobs(TooMany):
    """As many jobs as there can be at once."""

    code = "TooManyJobs"


@transaction.atomic
def start(
    kind: str,
    *,
    user_id: int,
    items: Sequence[Any],
    now: datetime,
    arguments: Mapping[str, Any] | None = None,
) -> JobStatus:
    """A new job of somebody's, which begins once this transaction commits. `items` and `arguments` are JSON.

    Raises `TooManyJobs`."""
    kinds.get(kind)
    if JobStatus.objects.unfinished().filter(created_at__gt=now - KEPT).count() >= JOBS_MAX:
        raise TooManyJobs(
            say("%(most)s jobs are waiting or at work. Try again when one is done.") % {"most": JOBS_MAX},
            retry_after_seconds=_RETRY_SECONDS,
        )
    _sweep(now)
    job = JobStatus.objects.create(
        key=f"V3-{ids.new_secret(16)}",
        kind=kind,
        user_id=user_id,
        items=list(items),
        arguments=dict(arguments or {}),
        acting=asdict(who()),
        total=len(items),
        created_at=now,
        updated_at=now,
    )
    outbox.publish("job_status.queued", job_id=job.pk)
    return job


def run(*, job_id: int, clock: Callable[[], datetime]) -> None:
    """Do what is left of a job: a run that was broken off goes on where it was. A finished job does nothing.

    An item that is refused fails alone. What goes wrong otherwise stops the job, says so in it, and rises."""
    job = JobStatus.objects.filter(pk=job_id).unfinished().first()
    if job is None:
        return
    kind = kinds.get(job.kind)
    try:
        with acting(Acting(**job.acting)):
            while _next(job_id, kind, clock()):
                pass
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, AssertionError):
        JobStatus.objects.filter(pk=job_id).update(
            state=State.FAILED,
            message=say("Stopped by a mistake of ours. What was done stays done."),
            updated_at=clock(),
        )
        raise


@transaction.atomic
def _next(job_id: int, kind: Kind, now: datetime) -> bool:
    """Deal with one item; returns whether there was one."""
    job = JobStatus.objects.select_for_update().get(pk=job_id)
    if job.is_finished:
        return False
    if job.progress == job.total:
        return _complete(job, now)
    result = _result(kind, Task(job.user_id, job.progress, job.items[job.progress], job.arguments, now))
    JobResult.objects.create(job=job, index=job.progress, data=result)
    job.progress, job.state, job.updated_at = job.progress + 1, State.WORKING, now
    job.save(update_fields=["progress", "state", "updated_at"])
    return True


def _result(kind: Kind, task: Task) -> dict[str, Any]:
    try:
        with transaction.atomic():
            return kind.step(task)
    except DeskError as error:
        failed = _failed(error)
    except (DataError, IntegrityError) as error:
        log.warning("job_item_failed", kind=kind.name, index=task.index, error=str(error).splitlines()[0])
        failed = {
            "details": say("A value is out of range, cannot be stored, or was written by somebody else meanwhile.")
        }
    item_id = task.item.get("id") if isinstance(task.item, dict) else task.item
    named = {"id": item_id} if isinstance(item_id, int) else {}
    return {
        "index": task.index,
        **named,
        "success": False,
        "error": kind.failure,
        "status": "Failed",
        **wording.kept_all(failed),
    }


def _failed(error: DeskError) -> dict[str, Any]:
    if isinstance(error, NotFound):
        return {"error": error.code, "details": of_error(error)}
    if not isinstance(error, Invalid):
        return {"details": of_error(error)}
    fields = {field: [sentence for _, sentence in problems] for field, problems in error.details.items()}
    return {"details": of_error(error), "errors": fields}


def _complete(job: JobStatus, now: datetime) -> bool:
    job.state, job.updated_at = State.COMPLETED, now
    job.message = say("Completed at %(moment)s") % {"moment": now.strftime("%Y-%m-%d %H:%M:%S +0000")}
    job.items, job.arguments = [], {}  # what it was asked is nobody's concern any more
    job.save(update_fields=["state", "updated_at", "message", "items", "arguments"])
    return False


def _sweep(now: datetime) -> None:
    old = JobStatus.objects.filter(created_at__lte=now - KEPT).order_by("created_at")
    locked = old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:_SWEEP]
    JobStatus.objects.filter(pk__in=list(locked)).delete()
