"""What calls that write many people, organizations or memberships have in common: their items, and the job."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from adjoin.access.api import dry_run
from adjoin.job_statuses import actions as jobs
from adjoin.job_statuses.api import started
from adjoin.kernel.api import reading
from adjoin.kernel.errors import BadRequest, TooManyValues
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say


def start(
    request: DeskRequest, kind: str, items: list[dict[str, Any]], concerned: Callable[[], Iterable[int]] | None = None
) -> HttpResponse:
    """A job, or what it would do to who reads what; `concerned` are those it could move."""
    if concerned and (tried := dry_run.answer_for_job(request, kind, items, concerned)) is not None:
        return tried
    user_id = request.actor.user_id or 0  # agents only: there is one
    return started(request, jobs.start(kind, user_id=user_id, items=items, now=timezone.now()))


def listed(request: DeskRequest, key: str) -> list[dict[str, Any]]:
    """The items of a body. Raises `BadRequest`, `TooManyValues`."""
    items = reading.body(request).get(key)
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise BadRequest(say("Parameter %(key)s is required and must be a list of objects") % {"key": key})
    if len(items) > reading.MANY_MAX:
        raise TooManyValues(reading.MANY_MAX)
    return items


def named(request: DeskRequest) -> list[dict[str, Any]] | None:
    """What `ids` or `external_ids` name; None without either. Raises `TooManyValues`."""
    if reading.choices(request, "ids"):
        return [{"id": pk} for pk in reading.ids(request)]
    external_ids = reading.choices(request, "external_ids")
    if len(external_ids) > reading.MANY_MAX:
        raise TooManyValues(reading.MANY_MAX)
    return [{"external_id": one} for one in external_ids] or None
