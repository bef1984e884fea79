"""The tags of an organization, over the API."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.kernel.api import answers, reading
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.requests import DeskRequest
from adjoin.people import parse
from adjoin.people.api import writing

router = Router(tags=["Organizations"], auth=agents_only)
TAGS = dict[str, list[str]]


@router.get("/organizations/{int:organization_id}/tags", response=TAGS)
def list_organization_tags(request: DeskRequest, organization_id: int) -> HttpResponse:
    """The tags of an organization."""
    return answers.answer({"tags": writing.organization(request.actor, pk=organization_id).tags})


@router.post("/organizations/{int:organization_id}/tags", response={201: TAGS})
def set_organization_tags(request: DeskRequest, organization_id: int) -> HttpResponse:
    """Give an organization these tags and no others."""
    written = _write(request, organization_id, lambda before, given: given)
    return answers.created({"tags": written}, f"{answers.base(request)}/organizations/{organization_id}/tags.json")


@router.put("/organizations/{int:organization_id}/tags", response=TAGS)
def add_organization_tags(request: DeskRequest, organization_id: int) -> HttpResponse:
    """Add tags to an organization."""
    return answers.answer({"tags": _write(request, organization_id, lambda before, given: before | given)})


@router.delete("/organizations/{int:organization_id}/tags", response={204: None})
def remove_organization_tags(request: DeskRequest, organization_id: int) -> HttpResponse:
    """Take tags off an organization."""
    _write(request, organization_id, lambda before, given: before - given)
    return answers.nothing()


def _write(request: DeskRequest, organization_id: int, after: Callable[[set[str], set[str]], set[str]]) -> list[str]:
    row = writing.organization(request.actor, pk=organization_id)
    given = set(parse.tags("tags", reading.body(request).get("tags")))
    data = {"tags": sorted(after(set(row.tags), given))}
    return writing.update_organization(request.actor, row, data, timezone.now()).tags
