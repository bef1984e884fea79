"""Views over the API: those an agent has, and changing those their role lets them change."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.kernel.api import answers, describe, paging
from adjoin.kernel.api import reading as given
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import BadRequest, NotFound, TooManyValues
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.rules import definitions
from adjoin.saved_views import actions, queries, serialize
from adjoin.saved_views.api import reading
from adjoin.saved_views.api.schemas import ViewJson, ViewsInManyJson, ViewWriteJson
from adjoin.saved_views.models import View, ViewQuerySet

router = Router(tags=["Views"], auth=agents_only)
SORTS = Sorts.of("position", "title", "created_at", "updated_at", default="position", alphabetical="title")
MANY = describe.many("views", ViewJson)
ONE = describe.one("view", ViewJson)
WRITES = describe.asks("view", ViewWriteJson)


@router.get("/views", response=MANY, openapi_extra=describe.takes(*PAGED, "active"))
def list_views(request: DeskRequest) -> HttpResponse:
    """The views you have, in order; `active=true` for those in your list."""
    rows = queries.visible(request.actor)
    if asked := given.words(request, "active"):
        rows = rows.filter(is_active=given.flag("active", asked))
    return _page(request, rows)


@router.get("/views/active", response=MANY, openapi_extra=describe.takes(*PAGED))
def list_active_views(request: DeskRequest) -> HttpResponse:
    """The views in your list."""
    return _page(request, queries.visible(request.actor).active())


@router.get("/views/search", response=MANY, openapi_extra=describe.takes(*PAGED, "query"))
def search_views(request: DeskRequest) -> HttpResponse:
    """Those with `query` in their title."""
    return _page(request, queries.visible(request.actor).filter(title__icontains=given.words(request, "query")))


@router.get("/views/definitions", response=dict[str, Any])
def show_view_definitions(request: DeskRequest) -> HttpResponse:
    """Every condition that views take, with operators and values."""
    return answers.answer({"definitions": definitions.of_views()})


@router.get("/views/show_many", response=MANY, openapi_extra=describe.takes("ids"))
def show_many_views(request: DeskRequest) -> HttpResponse:
    """Up to 100 views by their ids; those you do not have are left out."""
    page = paging.whole(queries.visible(request.actor).filter(pk__in=given.ids(request, "ids")).in_order())
    return _envelope(request, page)


@router.put("/views/update_many", response=MANY, openapi_extra=describe.asks_plain(ViewsInManyJson))
@transaction.atomic
def update_many_views(request: DeskRequest) -> HttpResponse:
    """Change `active` and `position` of up to 100 views, all of them or none."""
    asked = given.body(request).get("views")
    if not isinstance(asked, list) or not all(isinstance(one, dict) for one in asked):
        raise BadRequest(say("Parameter views is required and must be a list"))
    if len(asked) > given.MANY_MAX:
        raise TooManyValues(given.MANY_MAX)
    shown = []
    for one in asked:
        fields = reading.fields({name: one[name] for name in ("active", "position") if name in one})
        view_id = given.whole_number(one.get("id")) or 0
        row = actions.update_view(actor=request.actor, view_id=view_id, now=timezone.now(), **fields)
        shown.append(serialize.view(row, answers.base(request)))
    return answers.answer({"views": shown})


@router.delete("/views/destroy_many", response={204: None}, openapi_extra=describe.takes("ids"))
@transaction.atomic
def destroy_many_views(request: DeskRequest) -> HttpResponse:
    """Have up to 100 views gone, all of them or none."""
    for view_id in given.ids(request, "ids"):
        actions.delete_view(actor=request.actor, view_id=view_id, now=timezone.now())
    return answers.nothing()


@router.get("/views/{int:view_id}", response=ONE)
def show_view(request: DeskRequest, view_id: int) -> HttpResponse:
    """One view."""
    row = queries.visible(request.actor).filter(pk=view_id).first()
    if row is None:
        raise NotFound
    return answers.answer({"view": serialize.view(row, answers.base(request))})


@router.post("/views", response={201: ONE}, openapi_extra=WRITES)
def create_view(request: DeskRequest) -> HttpResponse:
    """A new view, last in order. Conditions are `all` and `any` beside the title."""
    data = given.wrapped(request, "view")
    fields = {"title": "", "conditions": {}, **reading.fields(data)}
    row = actions.create_view(actor=request.actor, now=timezone.now(), **fields)
    shown = {"view": serialize.view(row, answers.base(request))}
    location = f"{answers.base(request)}/views/{row.pk}.json"
    return answers.created(shown, location, ignored=given.unknown_to(data, reading.KEYS, "view"))


@router.put("/views/{int:view_id}", response=ONE, openapi_extra=WRITES)
def update_view(request: DeskRequest, view_id: int) -> HttpResponse:
    """Change a view. Given conditions replace all there were."""
    data = given.wrapped(request, "view")
    row = actions.update_view(actor=request.actor, view_id=view_id, now=timezone.now(), **reading.fields(data))
    shown = {"view": serialize.view(row, answers.base(request))}
    return answers.answer(shown, ignored=given.unknown_to(data, reading.KEYS, "view"))


@router.delete("/views/{int:view_id}", response={204: None})
def delete_view(request: DeskRequest, view_id: int) -> HttpResponse:
    """Have a view gone. Its tickets stay."""
    actions.delete_view(actor=request.actor, view_id=view_id, now=timezone.now())
    return answers.nothing()


def _page(request: DeskRequest, rows: ViewQuerySet) -> HttpResponse:
    return _envelope(request, paging.page(request, rows, SORTS))


def _envelope(request: DeskRequest, page: Any) -> HttpResponse:
    base = answers.base(request)
    rows: list[View] = page.rows
    return answers.answer(page.envelope("views", [serialize.view(row, base) for row in rows]))
