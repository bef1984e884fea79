"""Automations over the API, for those who manage them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import permissions
from adjoin.access.api import dry_run
from adjoin.access.permissions import Permission
from adjoin.kernel.api import answers, describe, reading
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.requests import DeskRequest
from adjoin.rules import actions, automations, definitions, dry_runs, writes
from adjoin.rules.api import lines, listing
from adjoin.rules.api.schemas import AutomationJson, AutomationsInManyJson, AutomationWriteJson, DryRunJson
from adjoin.rules.kinds import AUTOMATION
from adjoin.rules.models import Automation
from adjoin.tickets import serialize as tickets

router = Router(tags=["Automations"], auth=agents_only)
LISTED = describe.takes(*PAGED, "active")
MANY = describe.many("automations", AutomationJson)
ONE = describe.one("automation", AutomationJson)
WRITES = {**describe.asks("automation", AutomationWriteJson), **describe.takes(dry_run.TAKES)}
KEYS = lines.KEYS - {"description", "category_id"}


@router.get("/automations", response=MANY, openapi_extra=LISTED)
def list_automations(request: DeskRequest) -> HttpResponse:
    """Every automation, in the order in which they act; `active=true` for those that do."""
    return listing.page(request, AUTOMATION, listing.asked(request, AUTOMATION))


@router.get("/automations/active", response=MANY, openapi_extra=describe.takes(*PAGED))
def list_active_automations(request: DeskRequest) -> HttpResponse:
    """The automations that act, in their order."""
    return listing.page(request, AUTOMATION, listing.rows(request, AUTOMATION).active())


@router.get("/automations/search", response=MANY, openapi_extra=describe.takes(*PAGED, "query"))
def search_automations(request: DeskRequest) -> HttpResponse:
    """The automations with `query` in their title."""
    return listing.page(request, AUTOMATION, listing.titled(request, AUTOMATION))


@router.get("/automations/definitions", response=dict[str, Any])
def show_automation_definitions(request: DeskRequest) -> HttpResponse:
    """Every condition and action that automations take, with operators and values."""
    permissions.require(request.actor, Permission.MANAGE_AUTOMATIONS)
    return answers.answer({"definitions": definitions.of_automations()})


@router.put("/automations/update_many", response=MANY, openapi_extra=describe.asks_plain(AutomationsInManyJson))
def update_many_automations(request: DeskRequest) -> HttpResponse:
    """Change `active` and `position` of up to 100 automations, all of them or none."""
    return listing.update_many(request, AUTOMATION)


@router.delete("/automations/destroy_many", response={204: None}, openapi_extra=describe.takes("ids"))
def destroy_many_automations(request: DeskRequest) -> HttpResponse:
    """Have up to 100 automations gone, all of them or none."""
    lines.destroy_many(request, AUTOMATION)
    return answers.nothing()


@router.get("/automations/{int:automation_id}", response=ONE)
def show_automation(request: DeskRequest, automation_id: int) -> HttpResponse:
    """One automation."""
    return _one(request, listing.one(request, AUTOMATION, automation_id))


@router.get("/automations/{int:automation_id}/dry_run", response=DryRunJson)
def show_automation_dry_run(request: DeskRequest, automation_id: int) -> HttpResponse:
    """The tickets it would act on now, of those you read. Nothing is changed."""
    row = listing.one(request, AUTOMATION, automation_id)
    return _dry_run(request, row.conditions, automation_id)


@router.post("/automations", response={201: ONE, 200: DryRunJson}, openapi_extra=WRITES)
def create_automation(request: DeskRequest) -> HttpResponse:
    """A new automation, last in order. With `dry_run=true` it says which tickets it would act on, and is not made."""
    data = reading.wrapped(request, "automation")
    given: dict[str, Any] = {"conditions": lines.conditions(data) or {}, "actions": data.get("actions") or []}
    if dry_run.is_asked(request):
        listing.rows(request, AUTOMATION)  # before anything is said of the lines: it could name another automation
        conditions, _ = automations.checked(**given)
        return _dry_run(request, conditions)
    row = actions.create_automation(
        actor=request.actor,
        title=reading.text("title", data.get("title")),
        now=timezone.now(),
        is_active=data.get("active") is None or reading.flag("active", data["active"]),
        **given,
    )
    location = f"{answers.base(request)}/automations/{row.pk}.json"
    shown = {"automation": listing.shown(request, AUTOMATION, row)}
    return answers.created(shown, location, ignored=reading.unknown_to(data, KEYS, "automation"))


@router.put("/automations/{int:automation_id}", response=ONE, openapi_extra=WRITES)
def update_automation(request: DeskRequest, automation_id: int) -> HttpResponse:
    """Change an automation. Given conditions or actions replace all there were. `dry_run=true` changes nothing."""
    data = reading.wrapped(request, "automation")
    fields = lines.fields({name: value for name, value in data.items() if name in KEYS})
    if dry_run.is_asked(request):
        row = listing.one(request, AUTOMATION, automation_id)
        given = fields.get("conditions", row.conditions), fields.get("actions", row.actions)
        conditions, _ = automations.checked(*given, automation_id=automation_id)
        return _dry_run(request, conditions, automation_id)
    row = writes.update(AUTOMATION, actor=request.actor, rule_id=automation_id, now=timezone.now(), **fields)
    return _one(request, row, ignored=reading.unknown_to(data, KEYS, "automation"))


@router.delete("/automations/{int:automation_id}", response={204: None})
def delete_automation(request: DeskRequest, automation_id: int) -> HttpResponse:
    """Have an automation gone. What it did stays in the history of tickets."""
    writes.delete(AUTOMATION, actor=request.actor, rule_id=automation_id, now=timezone.now())
    return answers.nothing()


def _one(request: DeskRequest, row: Automation, ignored: list[str] | None = None) -> HttpResponse:
    return answers.answer({"automation": listing.shown(request, AUTOMATION, row)}, ignored=ignored or [])


def _dry_run(request: DeskRequest, conditions: dict[str, Any], automation_id: int | None = None) -> HttpResponse:
    found = dry_runs.of(actor=request.actor, conditions=conditions, now=timezone.now(), automation_id=automation_id)
    return answers.answer(
        {"tickets": tickets.tickets(request.actor, found.tickets, answers.base(request)), "count": found.count}
    )
