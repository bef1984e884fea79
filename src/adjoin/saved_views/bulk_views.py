"""Changing many tickets of a list: one job, its progress, and what came of it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from adjoin.access import readable
from adjoin.access.gates import agents_only
from adjoin.job_statuses import actions as jobs
from adjoin.job_statuses.models import JobStatus
from adjoin.kernel.api import reading
from adjoin.kernel.errors import DeskError, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.rules import bulk as macro_bulk
from adjoin.saved_views import queries
from adjoin.saved_views.forms import BulkForm
from adjoin.tickets import bulk, moving, outcomes, pages
from adjoin.tickets.terms import Channel

ROWS_MAX = 5_000  # of one job over a whole list
REFRESH_SECONDS = 2  # of the page without script


@agents_only
@require_POST
def start(request: DeskRequest) -> HttpResponse:
    """Begin to change or delete the selected tickets. What would take them out of the person's sight asks first."""
    form = BulkForm(request.POST, actor=request.actor)
    try:
        ids, is_deletion = _chosen(request), request.POST.get("do") == "delete"
        changes = {} if is_deletion else _changes(form)
        lost = 0 if request.POST.get("sure") else moving.lost_by(request.actor, ids, changes)
        if lost:
            return _ask(request, lost, len(ids))
        return _begin(request, ids, changes, is_deletion, None if is_deletion else form.macro_id)
    except DeskError as error:
        return _refused(request, form, str(error))


@agents_only
@require_GET
def progress(request: DeskRequest, job_key: str) -> HttpResponse:
    """How far a job of theirs is, or what came of it."""
    job = JobStatus.objects.of(request.actor.user_id, now()).filter(key=job_key.replace("\x00", "")).first()
    if job is None:
        raise NotFound
    context = _context(job, _back(request, request.GET.get("back", "")))
    template = "saved_views/job.html#progress" if request.htmx else "saved_views/job.html"
    response = render(request, template, {**context, "section": "views"})
    if request.htmx and context["outcome"] and context["outcome"].is_whole:
        response.headers["HX-Trigger"] = json.dumps({"toast": context["outcome"].sentence})
    if not (request.htmx or job.is_finished):
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


def _begin(
    request: DeskRequest, ids: list[int], changes: dict[str, Any], is_deletion: bool, macro_id: int | None
) -> HttpResponse:
    at, user_id = now(), request.actor.user_id
    assert user_id is not None  # `agents_only` has seen to it
    arguments: dict[str, Any] = {"ticket": changes, "channel": Channel.WEB, "asked_at": at.isoformat()}
    kind = bulk.DELETE if is_deletion else bulk.UPDATE
    if macro_id is not None:
        kind, arguments = macro_bulk.APPLY, {**arguments, "macro_id": macro_id}
    job = jobs.start(kind, user_id=user_id, items=ids, arguments=arguments, now=at)
    back = _back(request, request.POST.get("back", ""))
    if request.htmx:
        return render(request, "saved_views/job.html#progress", _context(job, back))
    return redirect(f"{reverse('saved_views:job', args=[job.key])}?{urlencode({'back': back})}")


def _chosen(request: DeskRequest) -> list[int]:
    """The ids that were ticked, or all of the list they were ticked in. Raises `DeskError`."""
    if request.POST.get("all"):
        return _all_of_list(request)
    found = [pk for one in request.POST.getlist("ids") if (pk := reading.whole_number(one)) is not None]
    if not found:
        raise DeskError(_("Select some tickets first."))
    return list(dict.fromkeys(found))[:ROWS_MAX]


def _all_of_list(request: DeskRequest) -> list[int]:
    """The tickets of the view and filters that the page showed, as far as the person may read them."""
    actor, view_id = request.actor, reading.whole_number(request.POST.get("view", ""))
    view = next((one for one in queries.views_for(actor) if one.pk == view_id), None)
    rows = queries.tickets(actor, view) if view else readable.tickets(actor)
    question = pages.Question.read(QueryDict(request.POST.get("filters", "").lstrip("?")).dict())
    found = pages.filtered(actor, rows, question).order_by("pk").values_list("pk", flat=True)[: ROWS_MAX + 1]
    if len(found) > ROWS_MAX:
        raise DeskError(
            say("These are more than %(most)s tickets. Narrow the list down with its filters.")
            % {"most": f"{ROWS_MAX:,}"}
        )
    return list(found)


def _changes(form: BulkForm) -> dict[str, Any]:
    if not form.is_valid():
        raise DeskError(" ".join(str(problem) for problems in form.errors.values() for problem in problems))
    if not form.changes and form.macro_id is None:
        raise DeskError(_("Choose what to change first."))
    return form.changes


def _ask(request: DeskRequest, lost: int, count: int) -> HttpResponse:
    kept = [(name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"]
    context = {"kept": kept, "lost": lost, "count": count, "back": _back(request, request.POST.get("back", ""))}
    template = "saved_views/sure.html#question" if request.htmx else "saved_views/sure.html"
    return render(request, template, {**context, "section": "views"})


def _refused(request: DeskRequest, form: BulkForm, words: str) -> HttpResponse:
    back = _back(request, request.POST.get("back", ""))
    if not request.htmx:
        messages.error(request, words)
        return redirect(back)
    context = {name: request.POST.get(name, "") for name in ("view", "filters", "all")}
    return render(
        request, "saved_views/bulk.html", {**context, "bulk": form, "problem": words, "back": back}, status=422
    )


def _context(job: JobStatus, back: str) -> dict[str, Any]:
    return {"job": job, "outcome": outcomes.of(job) if job.is_finished else None, "back": back}


def _back(request: DeskRequest, address: str) -> str:
    is_ours = address.startswith("/agent/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if is_ours else reverse("saved_views:everything")
