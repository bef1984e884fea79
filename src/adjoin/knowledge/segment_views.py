"""Segments in the settings: who is in them, and who would be."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.kernel.errors import DeskError, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.knowledge import membership, readership, shelving
from adjoin.knowledge.actions import segments
from adjoin.knowledge.forms import SegmentForm
from adjoin.knowledge.models import UserSegment

SECTION = "segments"
REFUSED = 422


@require_GET
@allowed_only(Permission.MANAGE_SEGMENTS)
def segments_list(request: DeskRequest) -> HttpResponse:
    """Every segment, with how many people are in it."""
    rows = [(row, membership.people_in(row).count(), membership.articles_for(row)) for row in shelving.segments()]
    return render(request, "knowledge/segments.html", {"rows": rows, "section": SECTION})


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_SEGMENTS)
def new(request: DeskRequest) -> HttpResponse:
    """A new segment."""
    form = SegmentForm(request.POST if request.method == "POST" else None, actor=request.actor, segment=None)
    if request.method == "POST" and form.is_valid():
        try:
            row = segments.create_segment(actor=request.actor, now=timezone.now(), **form.conditions())
        except DeskError as error:
            form.explain(error)
        else:
            messages.success(request, f"{row.name} is there.")
            return redirect("segments:list")
    return _show(request, form, None)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_SEGMENTS)
def edit(request: DeskRequest, segment_id: int) -> HttpResponse:
    """A segment's conditions. Before they are saved, the page says who comes in and who goes."""
    row = _segment(segment_id)
    form = SegmentForm(request.POST if request.method == "POST" else None, actor=request.actor, segment=row)
    if request.method == "POST" and form.is_valid():
        try:
            conditions = {"actor": request.actor, "segment": row, "now": timezone.now(), **form.conditions()}
            change = partial(segments.change_segment, **conditions)
            moved = readership.moved_by(partial(readership.of_segment, row.pk), change)
            if request.POST.get("sure") != "1" and moved.is_anybody:
                return _show(request, form, row, moved=moved)
            change()
        except DeskError as error:
            form.explain(error)
        else:
            messages.success(request, f"{form.cleaned_data['name']} is changed.")
            return redirect("segments:list")
    return _show(request, form, row)


@require_POST
@allowed_only(Permission.MANAGE_SEGMENTS)
def delete(request: DeskRequest, segment_id: int) -> HttpResponse:
    """Delete a segment that no article is kept for."""
    try:
        segments.delete_segment(actor=request.actor, segment=_segment(segment_id), now=timezone.now())
    except DeskError as error:
        messages.error(request, str(error))
    return redirect("segments:list")


def _segment(segment_id: int) -> UserSegment:
    found = UserSegment.objects.filter(pk=segment_id, is_built_in=False).first()
    if found is None:
        raise NotFound
    return found


def _show(request: DeskRequest, form: SegmentForm, row: UserSegment | None, **more: Any) -> HttpResponse:
    context = {"form": form, "segment": row, "section": SECTION, **more}
    return render(request, "knowledge/segment.html", context, status=REFUSED if form.errors else 200)
