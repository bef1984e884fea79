"""User segments over the API: agents see them, admins change them."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import actors, permissions, readable
from adjoin.access.api.dry_run import TAKES
from adjoin.access.permissions import Permission
from adjoin.kernel.api import answers, describe, reading
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.knowledge import access, readership, serialize
from adjoin.knowledge.actions import segments
from adjoin.knowledge.api import common, trying
from adjoin.knowledge.api.schemas import SegmentJson, SegmentWriteJson
from adjoin.knowledge.models import UserSegment

router = Router(tags=["User segments"], auth=agents_only)
ONE, MANY = describe.one("user_segment", SegmentJson), describe.many("user_segments", SegmentJson)
WRITTEN = describe.asks("user_segment", SegmentWriteJson)
LISTS = ("tags", "or_tags", "organization_ids", "group_ids", "added_user_ids")
KEYS = {"name", "user_type", *LISTS}


@router.get("/help_center/user_segments", response=MANY)
def list_user_segments(request: DeskRequest) -> HttpResponse:
    """All segments, for those who write articles; `built_in=true` for the two that every account has."""
    permissions.require(request.actor, Permission.MANAGE_ARTICLES)
    rows = UserSegment.objects.all()
    if value := reading.words(request, "built_in"):
        rows = rows.filter(is_built_in=reading.flag("built_in", value))
    return common.listed(request, "user_segments", rows, lambda page: [serialize.segment(row) for row in page])


@router.get("/help_center/user_segments/applicable", response=MANY)
def applicable_user_segments(request: DeskRequest) -> HttpResponse:
    """Those that you could choose for an article."""
    return list_user_segments(request)


@router.get("/help_center/user_segments/{int:segment_id}", response=ONE)
def show_user_segment(request: DeskRequest, segment_id: int) -> HttpResponse:
    """One segment."""
    permissions.require(request.actor, Permission.MANAGE_ARTICLES)
    return answers.answer({"user_segment": serialize.segment(_segment(segment_id))})


@router.get("/help_center/users/{int:user_id}/user_segments", response=MANY)
def list_segments_of_user(request: DeskRequest, user_id: int) -> HttpResponse:
    """The segments somebody is in, for admins."""
    permissions.require(request.actor, Permission.MANAGE_SEGMENTS)
    if not readable.users(request.actor).filter(pk=user_id).exists():
        raise NotFound
    rows = access.segments_of(actors.load(user_id))
    return common.listed(request, "user_segments", rows, lambda page: [serialize.segment(row) for row in page])


@router.post("/help_center/user_segments", response={201: ONE}, openapi_extra=WRITTEN)
def create_user_segment(request: DeskRequest) -> HttpResponse:
    """A new segment. It must say who is in it."""
    data = reading.wrapped(request, "user_segment")
    fields = {"name": "", "user_type": "", **_fields(data)}
    row = segments.create_segment(actor=request.actor, now=timezone.now(), **fields)
    ignored = reading.unknown_to(data, KEYS, "user_segment")
    return answers.answer({"user_segment": serialize.segment(row)}, 201, ignored=ignored)


@router.put("/help_center/user_segments/{int:segment_id}", response=ONE, openapi_extra=WRITTEN | describe.takes(TAKES))
def update_user_segment(request: DeskRequest, segment_id: int) -> HttpResponse:
    """Other conditions: who is in it from now on reads what is kept for it."""
    data = reading.wrapped(request, "user_segment")
    fields = {"actor": request.actor, "segment": _segment(segment_id), "now": timezone.now(), **_fields(data)}
    change = partial(segments.change_segment, **fields)
    if (tried := trying.answer_if_asked(request, partial(readership.of_segment, segment_id), change)) is not None:
        return tried
    ignored = reading.unknown_to(data, KEYS, "user_segment")
    return answers.answer({"user_segment": serialize.segment(change())}, ignored=ignored)


@router.delete("/help_center/user_segments/{int:segment_id}", response={204: None})
def delete_user_segment(request: DeskRequest, segment_id: int) -> HttpResponse:
    """Delete a segment that no article is kept for."""
    segments.delete_segment(actor=request.actor, segment=_segment(segment_id), now=timezone.now())
    return answers.nothing()


def _segment(segment_id: int) -> UserSegment:
    found = UserSegment.objects.filter(pk=segment_id).first()
    if found is None:
        raise NotFound
    return found


def _fields(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {name: reading.text(name, data[name]) for name in ("name", "user_type") if name in data}
    for name in LISTS:
        if name in data:
            found[name] = _list(name, data[name])
    return found


def _list(name: str, asked: Any) -> list[Any]:
    values = asked if asked is not None else []
    if not isinstance(values, list):
        raise Invalid.field(name, say("%(name)s: must be a list") % {"name": name})
    if name.endswith("tags"):
        return [reading.text(name, value) for value in values]
    return [reading.whole_number(value) or 0 for value in values]
