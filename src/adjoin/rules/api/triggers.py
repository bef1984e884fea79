"""Triggers over the API, for those who manage rules."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.kernel.api import answers, describe, reading
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.errors import BadRequest
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.rules import definitions, walls, writes
from adjoin.rules.api import lines, listing
from adjoin.rules.api.schemas import TriggerJson, TriggersInManyJson, TriggerWriteJson
from adjoin.rules.kinds import TRIGGER
from adjoin.rules.models import Trigger

router = Router(tags=["Triggers"], auth=agents_only)
LISTED = describe.takes(*PAGED, "active", "category_id", "include")
MANY = describe.many("triggers", TriggerJson)
ONE = describe.one("trigger", TriggerJson, warnings=list[dict[str, Any]])
WRITES = describe.asks("trigger", TriggerWriteJson)
WRITES_MANY = describe.asks_plain(TriggersInManyJson)
KEYS = lines.KEYS


@router.get("/triggers", response=MANY, openapi_extra=LISTED)
def list_triggers(request: DeskRequest) -> HttpResponse:
    """Every trigger, in the order they are looked at; `active=true` for those that act."""
    return listing.page(request, TRIGGER, listing.asked(request, TRIGGER))


@router.get("/triggers/active", response=MANY, openapi_extra=describe.takes(*PAGED))
def list_active_triggers(request: DeskRequest) -> HttpResponse:
    """The triggers that act, in the order they are looked at."""
    return listing.page(request, TRIGGER, listing.rows(request, TRIGGER).active())


@router.get("/triggers/search", response=MANY, openapi_extra=describe.takes(*PAGED, "query"))
def search_triggers(request: DeskRequest) -> HttpResponse:
    """The triggers with `query` in their title."""
    return listing.page(request, TRIGGER, listing.titled(request, TRIGGER))


@router.get("/triggers/definitions", response=dict[str, Any])
def show_trigger_definitions(request: DeskRequest) -> HttpResponse:
    """Every condition and action that triggers take, with operators and values."""
    permissions.require(request.actor, Permission.MANAGE_RULES)
    return answers.answer({"definitions": definitions.of_triggers()})


@router.put("/triggers/reorder", response=dict[str, Any])
def reorder_triggers(request: DeskRequest) -> HttpResponse:
    """Have triggers looked at in the order of `trigger_ids`, which names every one."""
    asked = reading.body(request).get("trigger_ids")
    if not isinstance(asked, list):
        raise BadRequest(say("Parameter trigger_ids is required and must be a list of ids"))
    ids = [reading.whole_number(one) or 0 for one in asked]
    writes.reorder(TRIGGER, actor=request.actor, rule_ids=ids, now=timezone.now())
    return answers.answer({})


@router.put("/triggers/update_many", response=dict[str, Any], openapi_extra=WRITES_MANY)
def update_many_triggers(request: DeskRequest) -> HttpResponse:
    """Change `active` and `position` of up to 100 triggers, all of them or none."""
    return listing.update_many(request, TRIGGER)


@router.delete("/triggers/destroy_many", response={204: None}, openapi_extra=describe.takes("ids"))
def destroy_many_triggers(request: DeskRequest) -> HttpResponse:
    """Have up to 100 triggers gone, all of them or none."""
    lines.destroy_many(request, TRIGGER)
    return answers.nothing()


@router.get("/triggers/{int:trigger_id}", response=ONE)
def show_trigger(request: DeskRequest, trigger_id: int) -> HttpResponse:
    """One trigger. `warnings` tell where it could run into a wall: an agent or group that may not read what it gets."""
    return answers.answer(_with_warnings(request, listing.one(request, TRIGGER, trigger_id)))


@router.post("/triggers", response={201: ONE}, openapi_extra=WRITES)
def create_trigger(request: DeskRequest) -> HttpResponse:
    """A new trigger, last in order."""
    data = reading.wrapped(request, "trigger")
    given = {"title": "", "conditions": {}, "actions": [], **lines.fields(data)}
    given.pop("position", None)
    row = writes.create(TRIGGER, actor=request.actor, now=timezone.now(), **given)
    location = f"{answers.base(request)}/triggers/{row.pk}.json"
    return answers.created(_with_warnings(request, row), location, ignored=reading.unknown_to(data, KEYS, "trigger"))


@router.put("/triggers/{int:trigger_id}", response=ONE, openapi_extra=WRITES)
def update_trigger(request: DeskRequest, trigger_id: int) -> HttpResponse:
    """Change a trigger. Given conditions or actions replace all there were."""
    data = reading.wrapped(request, "trigger")
    row = writes.update(TRIGGER, actor=request.actor, rule_id=trigger_id, now=timezone.now(), **lines.fields(data))
    return answers.answer(_with_warnings(request, row), ignored=reading.unknown_to(data, KEYS, "trigger"))


@router.delete("/triggers/{int:trigger_id}", response={204: None})
def delete_trigger(request: DeskRequest, trigger_id: int) -> HttpResponse:
    """Have a trigger gone. What it did stays in the history of tickets."""
    writes.delete(TRIGGER, actor=request.actor, rule_id=trigger_id, now=timezone.now())
    return answers.nothing()


def _with_warnings(request: DeskRequest, row: Trigger) -> answers.Json:
    told = [one.as_json for one in walls.warnings(row.conditions, row.actions)]
    return {"trigger": listing.shown(request, TRIGGER, row), "warnings": told}
