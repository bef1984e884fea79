"""The page between a form and its effect: who gains and who loses, before anything is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from adjoin.access import diff
from adjoin.access.diff import Diff
from adjoin.kernel.requests import DeskRequest

CONFIRMED = "confirmed"


@dataclass(frozen=True)
class Words:
    """How the page speaks: a heading that says what is about to happen, the room it is in, and the way back."""

    heading: str
    section: str
    back: str  # path
    notes: tuple[str, ...] = ()  # sentences on what else happens
    button: str = ""  # what it says; then the page asks whether or not anybody gains or loses


def confirm(
    request: DeskRequest,
    *,
    change: Callable[[], object],
    user_ids: Iterable[int],
    words: Words,
    joined: tuple[int, int] | None = None,
) -> HttpResponse | None:
    """Do `change()` and return None, or return the page that first asks, where anybody would gain or lose tickets.

    That page posts the same form again, with a field that says it has been seen. Raises what `change` raises, the first
    time too, so that a form finds its errors before it asks."""
    if CONFIRMED not in request.POST:
        found = diff.of(change, user_ids=user_ids, asked_by=request.actor, joined=joined)
        if words.button or not found.is_empty:
            return _page(request, found, words)
    change()
    return None


def _page(request: DeskRequest, found: Diff, words: Words) -> HttpResponse:
    hidden = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", CONFIRMED)
        for value in values
    ]
    page = {
        "diff": found,
        "words": words,
        "hidden": hidden,
        "button": words.button or _button(found),
        "section": words.section,
    }
    return render(request, "administration/confirm.html", {**page, "confirmed": CONFIRMED})


def _button(found: Diff) -> str:
    """What happens, as the button says it."""
    let_in, shut_out = _people(found.gains.people), _people(found.losses.people)
    if found.gains.people and found.losses.people:
        return _("Let %(let_in)s in, shut %(shut_out)s out") % {"let_in": let_in, "shut_out": shut_out}
    return (
        _("Let %(let_in)s in") % {"let_in": let_in}
        if found.gains.people
        else _("Shut %(shut_out)s out") % {"shut_out": shut_out}
    )


def _people(count: int) -> str:
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": f"{count:,}"}
