"""`?dry_run=true` on a call that changes who reads articles: it answers with who would come and go, and
saves nothing."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse

from adjoin.access.api import dry_run
from adjoin.kernel.api import answers
from adjoin.kernel.api.answers import Json
from adjoin.kernel.requests import DeskRequest
from adjoin.knowledge import readership
from adjoin.knowledge.readership import Moved, Person, Readers


def answer_if_asked(
    request: DeskRequest, readers: Callable[[], Readers], change: Callable[[], object]
) -> HttpResponse | None:
    """200 with who would come and go by `change()`, undone, if the call says `dry_run=true`; None: go on and do it.

    Raises what `change` raises, so that a dry run fails where the call itself would."""
    if not dry_run.is_asked(request):
        return None
    return answers.answer({"dry_run": True, **_body(readership.moved_by(readers, change))})


def _body(moved: Moved) -> Json:
    """`{"gains": {"people", "everybody", "examples": [{"user_id", "name"}]}, "losses": …}`; `everybody` are those, too,
    who have not signed in."""
    return {
        "gains": _side(moved.came, moved.some_who_came, everybody=moved.strangers > 0),
        "losses": _side(moved.went, moved.some_who_went, everybody=moved.strangers < 0),
    }


def _side(people: int, some: list[Person], *, everybody: bool) -> Json:
    return {"people": people, "everybody": everybody, "examples": [one._asdict() for one in some]}
