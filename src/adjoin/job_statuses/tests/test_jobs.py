"""What jobs promise: each item once, one after another, whatever happens to the worker or to the others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from adjoin.job_statuses import actions, kinds
from adjoin.job_statuses.actions import TooManyJobs
from adjoin.job_statuses.kinds import Task
from adjoin.job_statuses.models import JobStatus
from adjoin.kernel import acting
from adjoin.kernel.acting import Acting
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.people import actions as people
from adjoin.people.models import Group
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs


@pytest.fixture
def groups(cast: Cast) -> Iterator[Any]:
    """A sort of job that makes groups; `groups(["a", "b"])` starts one for ana. Some names go wrong."""

    def step(task: Task) -> dict[str, Any]:
        name = str(task.item)
        people.create_group(name=f"{name} by {acting.who().name}", now=task.now)
        if name == "refused":
            raise Invalid.field("name", "Name: is refused")
        if name == "hidden":
            raise NotFound
        if name == "broken":
            raise LookupError(name)
        return {"index": task.index, "name": name, "success": True, "status": "Created"}

    def start(names: list[str], who: str = "ana") -> JobStatus:
        return actions.start("test_groups", user_id=cast.users[who].pk, items=names, now=timezone.now())

    kinds.add("test_groups", step, failure="GroupCreate")
    yield start
    del kinds._kinds["test_groups"]


def _made() -> list[str]:
    return sorted(Group.objects.filter(name__contains=" by ").values_list("name", flat=True))


def test_a_job_does_every_item_and_says_how_far_it_is(api: Caller, groups: Any) -> None:
    with acting.acting(Acting(name="Ana")):
        job = groups(["a", "refused", "hidden", "b"])
    waiting = api.as_("ana").get(f"/job_statuses/{job.key}").json()["job_status"]
    assert list(waiting) == ["id", "job_type", "url", "total", "progress", "status", "message", "results"]
    assert (waiting["status"], waiting["total"], waiting["progress"], waiting["results"]) == ("queued", 4, 0, None)
    run_jobs()
    done = api.as_("ana").get(f"/job_statuses/{job.key}.json").json()["job_status"]
    assert (done["status"], done["progress"], done["id"][:3]) == ("completed", 4, "V3-")
    assert done["results"] == [
        {"index": 0, "name": "a", "success": True, "status": "Created"},
        {
            "index": 1,
            "success": False,
            "error": "GroupCreate",
            "status": "Failed",
            "details": "Name: is refused",
            "errors": {"name": ["Name: is refused"]},
        },
        {"index": 2, "success": False, "error": "RecordNotFound", "status": "Failed", "details": "Not found"},
        {"index": 3, "name": "b", "success": True, "status": "Created"},
    ]
    assert _made() == ["a by Ana", "b by Ana"]  # what failed left nothing behind


def test_a_job_that_was_broken_off_goes_on_where_it_was(groups: Any) -> None:
    job = groups(["a", "b", "c"])
    moments = iter([timezone.now(), timezone.now()])

    def clock() -> Any:
        if (moment := next(moments, None)) is None:
            raise OperationalError("the database went away")
        return moment

    with pytest.raises(OperationalError):
        actions.run(job_id=job.pk, clock=clock)
    job.refresh_from_db()
    assert (job.state, job.progress) == ("working", 2)
    for _ in range(2):  # a job may run twice
        actions.run(job_id=job.pk, clock=timezone.now)
    job.refresh_from_db()
    assert (job.state, job.results.count()) == ("completed", 3)
    assert _made() == ["a by System", "b by System", "c by System"]


def test_a_mistake_of_ours_stops_the_job_and_says_so(groups: Any) -> None:
    job = groups(["a", "broken", "b"])
    with pytest.raises(LookupError):
        actions.run(job_id=job.pk, clock=timezone.now)
    job.refresh_from_db()
    assert (job.state, job.message) == ("failed", "Stopped by a mistake of ours. What was done stays done.")
    assert _made() == ["a by System"]


def test_everybody_sees_their_own_jobs_for_a_day(api: Caller, groups: Any) -> None:
    first, second, others = groups(["a"]), groups(["b"]), groups(["c"], "ben")
    listed = api.as_("ana").get("/job_statuses").json()["job_statuses"]
    assert [job["id"] for job in listed] == [first.key, second.key]
    many = api.as_("ana").get("/job_statuses/show_many", ids=f"{second.key},{others.key},V3-none").json()
    assert [job["id"] for job in many["job_statuses"]] == [second.key]
    unseen, unknown = (api.as_("ana").get(f"/job_statuses/{key}") for key in (others.key, "V3-none"))
    assert (unseen.status_code, unseen.content) == (unknown.status_code, unknown.content)
    assert unseen.status_code == 404
    JobStatus.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert api.as_("ana").get(f"/job_statuses/{first.key}").status_code == 404
    groups(["d"])
    assert JobStatus.objects.count() == 1  # old ones go


def test_no_more_than_thirty_jobs_at_once(groups: Any) -> None:
    for _ in range(30):
        groups(["a"])
    with pytest.raises(TooManyJobs):
        groups(["a"])
