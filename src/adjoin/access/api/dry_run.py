"""`?dry_run=true` on a call that changes who reads what: it answers with who would gain and lose, and saves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone

from adjoin.access import diff
from adjoin.access.diff import Diff, Side
from adjoin.job_statuses import kinds
from adjoin.job_statuses.kinds import Task
from adjoin.kernel.api import answers, reading
from adjoin.kernel.api.answers import Json
from adjoin.kernel.errors import DeskError
from adjoin.kernel.requests import DeskRequest

TAKES = "dry_run"  # for the description of a call


def is_asked(request: DeskRequest) -> bool:
    """Whether the call is to be tried only. Raises `Invalid` for what is neither true nor false."""
    asked = reading.words(request, "dry_run")
    return bool(asked) and reading.flag("dry_run", asked)


def answer_if_asked(
    request: DeskRequest, change: Callable[[], object], user_ids: Iterable[int], joined: tuple[int, int] | None = None
) -> HttpResponse | None:
    """200 with the gains and losses of `change()`, undone, if the call says `dry_run=true`; None: go on and do it.

    Raises what `change` raises, so that a dry run fails where the call itself would."""
    if not is_asked(request):
        return None
    found = diff.of(change, user_ids=user_ids, asked_by=request.actor, joined=joined)
    return answers.answer({"dry_run": True, **body(found)})


def answer_for_job(
    request: DeskRequest, kind: str, items: Sequence[Any], user_ids: Callable[[], Iterable[int]]
) -> HttpResponse | None:
    """The same for a call that would start a job: its items are dealt with at once, as the job would, and undone.

    An item that fails changes nothing, as in the job."""
    if not is_asked(request):
        return None

    def change() -> None:
        for index, item in enumerate(items):
            with suppress(DeskError), transaction.atomic():
                kinds.get(kind).step(Task(request.actor.user_id or 0, index, item, {}, timezone.now()))

    return answer_if_asked(request, change, sorted(set(user_ids())))


def body(found: Diff) -> Json:
    """`{"gains": {"people", "tickets", "examples": [{"user_id", "name", "tickets", "examples"}]}, "losses": …}`."""
    return {"gains": _side(found.gains), "losses": _side(found.losses)}


def _side(side: Side) -> Json:
    examples = [
        {
            "user_id": one.user_id,
            "name": one.name,
            "tickets": one.tickets,
            "examples": [{"id": pk, "subject": subject} for pk, subject in one.subjects],
        }
        for one in side.examples
    ]
    return {"people": side.people, "tickets": side.tickets, "examples": examples}
