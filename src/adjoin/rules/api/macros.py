"""Macros over the API: those that one may use, what one fills in, and one's own to change."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import readable
from adjoin.kernel import text
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import BadRequest, Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.rules import definitions, macro_files, macro_uses, macro_writes, macros, serialize
from adjoin.rules.api import lines
from adjoin.rules.api.schemas import MacroJson, MacroWriteJson
from adjoin.rules.drafts import Draft
from adjoin.rules.models import Macro, MacroQuerySet
from adjoin.tickets import serialize as ticket_serialize

router = Router(tags=["Macros"], auth=agents_only)
SORTS = Sorts.of("position", "title", "created_at", "updated_at", default="position", alphabetical="title")
LISTED = describe.takes(*PAGED, "active", "access", "group_id", "query", "include")
MANY, ONE = describe.many("macros", MacroJson), describe.one("macro", MacroJson)
WRITES = describe.asks("macro", MacroWriteJson)
KEYS = {"title", "active", "description", "position", "actions", "restriction", "brand_ids", "attachments"}
ACCESSES = {"personal": Q(owner__isnull=False), "shared": Q(owner=None), "account": Q(owner=None, groups=None)}


@router.get("/macros", response=MANY, openapi_extra=LISTED)
def list_macros(request: DeskRequest) -> HttpResponse:
    """The macros you may use or change; `access` is personal, shared or account."""
    rows = _visible(request)
    if asked := reading.words(request, "active"):
        rows = rows.filter(is_active=reading.flag("active", asked))
    if access := reading.words(request, "access"):
        rows = rows.filter(ACCESSES.get(access, Q()))
    if group_id := reading.whole_number(reading.words(request, "group_id")):
        rows = rows.filter(groups=group_id)
    return _page(request, rows)


@router.get("/macros/active", response=MANY, openapi_extra=LISTED)
def list_active_macros(request: DeskRequest) -> HttpResponse:
    """The macros you may use."""
    return _page(request, macros.offered(request.actor))


@router.get("/macros/search", response=MANY, openapi_extra=LISTED)
def search_macros(request: DeskRequest) -> HttpResponse:
    """Those with `query` in their title."""
    return _page(request, _visible(request).filter(title__icontains=reading.words(request, "query")))


@router.get("/macros/categories", response=dict[str, Any])
def list_macro_categories(request: DeskRequest) -> HttpResponse:
    """The part before `::` of the titles of macros you may use."""
    found = {row.category for row in macros.offered(request.actor) if row.category}
    return answers.answer({"categories": sorted(found)})


@router.get("/macros/definitions", response=dict[str, Any])
def show_macro_definitions(request: DeskRequest) -> HttpResponse:
    """Every action that macros take, with its values. Values that name people or groups are for those who know them."""
    if not macro_writes.MAKERS.for_themselves(request.actor):
        raise NotFound
    told = definitions.of_macros()
    return answers.answer({"definitions": told if request.actor.is_admin else _without_lists(told)})


@router.get("/macros/{int:macro_id}", response=ONE)
def show_macro(request: DeskRequest, macro_id: int) -> HttpResponse:
    """One macro that you may use or change."""
    return answers.answer({"macro": _shown(request, found(request, macro_id))})


@router.post("/macros", response={201: ONE}, openapi_extra=WRITES)
def create_macro(request: DeskRequest) -> HttpResponse:
    """A new macro, as far as your role makes them. Without a restriction it is for everybody."""
    data = reading.wrapped(request, "macro")
    fields = _fields(data)
    fields.pop("position", None)
    with transaction.atomic():
        row = macro_writes.create_macro(
            actor=request.actor, now=timezone.now(), **{"title": "", "actions": [], **fields}
        )
        _set_files(request, row, data)
    location = f"{answers.base(request)}/macros/{row.pk}.json"
    return answers.created({"macro": _shown(request, row)}, location, ignored=reading.unknown_to(data, KEYS, "macro"))


@router.put("/macros/{int:macro_id}", response=ONE, openapi_extra=WRITES)
def update_macro(request: DeskRequest, macro_id: int) -> HttpResponse:
    """Change a macro. Given actions replace all there were."""
    data = reading.wrapped(request, "macro")
    with transaction.atomic():
        row = macro_writes.update_macro(actor=request.actor, macro_id=macro_id, now=timezone.now(), **_fields(data))
        _set_files(request, row, data)
    return answers.answer({"macro": _shown(request, row)}, ignored=reading.unknown_to(data, KEYS, "macro"))


@router.delete("/macros/{int:macro_id}", response={204: None})
def delete_macro(request: DeskRequest, macro_id: int) -> HttpResponse:
    """Have a macro gone."""
    macro_writes.delete_macro(actor=request.actor, macro_id=macro_id, now=timezone.now())
    return answers.nothing()


@router.get("/macros/{int:macro_id}/apply", response=dict[str, Any])
def apply_macro(request: DeskRequest, macro_id: int) -> HttpResponse:
    """What a macro changes, on no ticket: placeholders stand as they are. Nothing is saved."""
    macro = macros.one_offered(request.actor, macro_id)
    draft = macros.apply(request.actor, macro, None)
    return answers.answer({"result": {"ticket": {**draft.ticket_body(), **_said(request, draft, macro)}}})


@router.get("/tickets/{int:ticket_id}/macros/{int:macro_id}/apply", response=dict[str, Any])
def apply_macro_to_ticket(request: DeskRequest, ticket_id: int, macro_id: int) -> HttpResponse:
    """The ticket as it would be with what the macro fills in. Nothing is saved: send it with `PUT /tickets/{id}`."""
    ticket = readable.tickets_as_agent(request.actor).filter(pk=ticket_id).first()
    if ticket is None:
        raise NotFound
    macro = macros.one_offered(request.actor, macro_id, ticket)
    draft = macros.apply(request.actor, macro, ticket)
    shown = ticket_serialize.tickets(request.actor, [ticket], answers.base(request))[0]
    body = draft.ticket_body()
    filled = {one["id"]: one["value"] for one in body.pop("custom_fields", [])}
    if filled:
        fields = [{**one, "value": filled.get(one["id"], one["value"])} for one in shown["custom_fields"]]
        body |= {"custom_fields": fields, "fields": fields}
    return answers.answer({"result": {"ticket": {**shown, **body, **_said(request, draft, macro)}}})


def _visible(request: DeskRequest) -> MacroQuerySet:
    mine = Q(pk__in=macros.offered(request.actor).values("pk")) | Q(
        pk__in=macro_writes.writable(request.actor).values("pk")
    )
    return Macro.objects.filter(mine)


def found(request: DeskRequest, macro_id: int) -> Macro:
    """A macro that whoever asks may use or change. Raises `NotFound`."""
    row = _visible(request).filter(pk=macro_id).first()
    if row is None:
        raise NotFound
    return row


def _page(request: DeskRequest, rows: MacroQuerySet) -> HttpResponse:
    page = paging.page(request, rows.prefetch_related("groups", "brands"), SORTS)
    base = answers.base(request)
    shown = [serialize.macro(row, base) for row in page.rows]
    lines.with_counts(request, lambda: macro_uses.of_macros(timezone.now()), shown)
    return answers.answer(page.envelope("macros", shown))


def _shown(request: DeskRequest, row: Macro) -> answers.Json:
    return serialize.macro(row, answers.base(request))


def _set_files(request: DeskRequest, row: Macro, data: dict[str, Any]) -> None:
    if data.get("attachments") is not None:
        wanted = _ids("attachments", data["attachments"])
        macro_files.set_files(actor=request.actor, macro_id=row.pk, attachment_ids=wanted, now=timezone.now())


def _said(request: DeskRequest, draft: Draft, macro: Macro) -> answers.Json:
    """`comment` as Zendesk tells of it: text, HTML, and the text once more by channel; its files, if it has any."""
    base = answers.base(request)
    files = [serialize.macro_attachment(one, base) for one in macro.attachments.order_by("pk")]
    if not draft.says_something and not files:
        return {}
    html = text.safe_html(draft.html_body) if draft.html_body else text.html_from_plain(draft.body)
    body = text.plain_from_html(html) if draft.html_body else draft.body
    said: answers.Json = {"body": body, "html_body": html, "scoped_body": [["channel:all", body]]}
    if files:
        said["attachments"] = files
    return {"comment": said if draft.is_public is None else {**said, "public": draft.is_public}}


def _fields(data: dict[str, Any]) -> dict[str, Any]:
    fields = lines.heading(data)
    if data.get("actions") is not None:
        fields["actions"] = data["actions"]
    if "restriction" in data:
        fields |= _restriction(data["restriction"])
    if data.get("brand_ids") is not None:
        fields["brand_ids"] = _ids("brand_ids", data["brand_ids"])
    return fields


def _restriction(value: Any) -> dict[str, Any]:
    """Whose the macro is: `owner_id` and `group_ids`. Raises `BadRequest`, `Invalid`."""
    if value is None:
        return {"owner_id": None, "group_ids": []}
    if not isinstance(value, dict) or value.get("type") not in ("User", "Group"):
        raise BadRequest(say("restriction must be null or an object whose type is User or Group"))
    ids = _ids("restriction", value["ids"] if value.get("ids") else [value.get("id")])
    if value["type"] == "User":
        return {"owner_id": ids[0], "group_ids": []}
    return {"owner_id": None, "group_ids": ids}


def _ids(name: str, values: Any) -> list[int]:
    ids = [reading.whole_number(one) for one in values] if isinstance(values, list) else [None]
    found = [one for one in ids if one is not None]
    if len(found) != len(ids):
        raise Invalid.field(name, say("%(name)s: must be ids") % {"name": name})
    return found


def _without_lists(told: dict[str, Any]) -> dict[str, Any]:
    """Without the names of people, groups and brands, which not everybody knows of."""
    named = ("assignee_id", "group_id", "brand_id", "follower")
    kept = [
        {name: value for name, value in one.items() if name != "values" or one["subject"] not in named}
        for one in told["actions"]
    ]
    return {**told, "actions": kept}
