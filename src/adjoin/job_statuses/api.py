"""Jobs over the API: what is under way, and what came of it. Each of us sees the jobs they started, for a day."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from adjoin.job_statuses import serialize
from adjoin.job_statuses.models import JobStatus, JobStatusQuerySet
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.doors import signed_in
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import BadRequest, NotFound, TooManyValues
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say

router = Router(tags=["Job statuses"], auth=signed_in)
_NEWEST_FIRST = Sorts.of("created_at")


class JobStatusJson(Schema):
    """A job: how far it is, and what came of each item."""

    id: str
    job_type: str
    url: str
    total: int | None
    progress: int | None
    status: str
    message: str | None
    results: list[dict[str, Any]] | None


STARTED = describe.one("job_status", JobStatusJson)
MANY = describe.many("job_statuses", JobStatusJson)


def started(request: DeskRequest, job: JobStatus) -> HttpResponse:
    """The answer to a call that started a job."""
    return answers.answer({"job_status": serialize.job(job, answers.base(request))})


@router.get("/job_statuses", response=MANY, openapi_extra=describe.takes(*describe.PAGED))
def list_job_statuses(request: DeskRequest) -> HttpResponse:
    """The jobs you started within the last day."""
    page = paging.page(request, _own(request), _NEWEST_FIRST)
    return answers.answer(page.envelope("job_statuses", serialize.jobs(page.rows, answers.base(request))))


@router.get("/job_statuses/show_many", response=MANY, openapi_extra=describe.takes("ids"))
def show_many_job_statuses(request: DeskRequest) -> HttpResponse:
    """Up to 100 of your jobs by their ids; others are left out."""
    keys = reading.choices(request, "ids")
    if not keys:
        raise BadRequest(say("Parameter ids is required"))
    if len(keys) > reading.MANY_MAX:
        raise TooManyValues(reading.MANY_MAX)
    page = paging.whole(_own(request).filter(key__in=keys).order_by("pk"))
    return answers.answer(page.envelope("job_statuses", serialize.jobs(page.rows, answers.base(request))))


@router.get("/job_statuses/{job_key}", response=STARTED)
def show_job_status(request: DeskRequest, job_key: str) -> HttpResponse:
    """One job."""
    found = _own(request).filter(key=job_key.replace("\x00", "")).first()
    if found is None:
        raise NotFound
    return started(request, found)


def _own(request: DeskRequest) -> JobStatusQuerySet:
    return JobStatus.objects.of(request.actor.user_id, timezone.now())
