"""What came of a job over tickets, in words."""

from __future__ import annotations

from dataclasses import dataclass

from adjoin.job_statuses.models import JobStatus
from adjoin.kernel.errors import NotFound
from adjoin.tickets import bulk

PROBLEMS_MAX = 10  # told one by one
_DONE = {bulk.CREATE: "created", bulk.UPDATE: "changed", bulk.DELETE: "deleted", bulk.MERGE: "merged"}


@dataclass(frozen=True)
class Outcome:
    """ "3 changed, 1 could not be found." and, for the refused ones, what kept each from it."""

    sentence: str
    is_whole: bool  # nothing went wrong
    problems: list[str]
    more_problems: int


def of(job: JobStatus) -> Outcome:
    """What came of a finished job."""
    results = list(job.results.order_by("index").values_list("data", flat=True))
    failed = [one for one in results if not one.get("success")]
    missing = [one for one in failed if one.get("error") == NotFound.code]
    refused = [one for one in failed if one.get("error") != NotFound.code]
    parts = [f"{len(results) - len(failed):,} {_DONE.get(job.kind, 'done')}"]
    parts += [f"{len(missing):,} could not be found"] if missing else []
    parts += [f"{len(refused):,} could not be {_DONE.get(job.kind, 'done')}"] if refused else []
    parts += [f"{job.total - len(results):,} left as they are"] if job.total > len(results) else []
    told = [f"#{one['id']}: {one['details']}" if "id" in one else str(one["details"]) for one in refused]
    return Outcome(f"{', '.join(parts)}.", not failed, told[:PROBLEMS_MAX], max(0, len(told) - PROBLEMS_MAX))
