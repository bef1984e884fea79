"""Jobs as the API shows them, in Zendesk's keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from adjoin.job_statuses.models import JobResult, JobStatus
from adjoin.kernel import wording
from adjoin.kernel.api.answers import Json


def told(data: dict[str, Any]) -> dict[str, Any]:
    """What became of one item, in the language spoken now."""
    said: dict[str, Any] = {name: wording.tell_all(data[name]) for name in ("details", "errors") if name in data}
    return {**data, **said} if not data.get("success") else data


def job(row: JobStatus, base: str) -> Json:
    """One job; `results` once there are any."""
    return jobs([row], base)[0]


def jobs(rows: Sequence[JobStatus], base: str) -> list[Json]:
    """Jobs with their results. One query for any number of them."""
    results = defaultdict(list)
    for job_id, data in (
        JobResult.objects.filter(job__in=rows).order_by("job_id", "index").values_list("job_id", "data")
    ):
        results[job_id].append(told(data))
    return [
        {
            "id": row.key,
            "job_type": row.kind,
            "url": f"{base}/job_statuses/{row.key}.json",
            "total": row.total,
            "progress": row.progress,
            "status": row.state,
            "message": row.message or None,
            "results": results[row.pk] or None,
        }
        for row in rows
    ]
