"""How triggers and automations have been, over the API, for those who manage them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import permissions
from adjoin.kernel.api import answers, describe
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.rules import revisions, serialize, writes
from adjoin.rules.api.schemas import AutomationJson, RevisionJson, TriggerJson
from adjoin.rules.kinds import AUTOMATION, TRIGGER, Kind

router = Router(tags=["Revisions of rules"], auth=agents_only)


@router.get("/triggers/{int:trigger_id}/revisions", response=describe.many("trigger_revisions", RevisionJson))
def list_trigger_revisions(request: DeskRequest, trigger_id: int) -> HttpResponse:
    """Every revision of a trigger, the one in force first."""
    return _many(request, TRIGGER, trigger_id)


@router.get(
    "/triggers/{int:trigger_id}/revisions/{int:revision_id}", response=describe.one("trigger_revision", RevisionJson)
)
def show_trigger_revision(request: DeskRequest, trigger_id: int, revision_id: int) -> HttpResponse:
    """One revision of a trigger."""
    return _one(request, TRIGGER, trigger_id, revision_id)


@router.put(
    "/triggers/{int:trigger_id}/revisions/{int:revision_id}/restore", response=describe.one("trigger", TriggerJson)
)
def restore_trigger_revision(request: DeskRequest, trigger_id: int, revision_id: int) -> HttpResponse:
    """Have the trigger again as it was in that revision."""
    row = _restored(request, TRIGGER, trigger_id, revision_id)
    return answers.answer({"trigger": serialize.trigger(row, answers.base(request))})


@router.get("/automations/{int:automation_id}/revisions", response=describe.many("automation_revisions", RevisionJson))
def list_automation_revisions(request: DeskRequest, automation_id: int) -> HttpResponse:
    """Every revision of an automation, the one in force first."""
    return _many(request, AUTOMATION, automation_id)


@router.get(
    "/automations/{int:automation_id}/revisions/{int:revision_id}",
    response=describe.one("automation_revision", RevisionJson),
)
def show_automation_revision(request: DeskRequest, automation_id: int, revision_id: int) -> HttpResponse:
    """One revision of an automation."""
    return _one(request, AUTOMATION, automation_id, revision_id)


@router.put(
    "/automations/{int:automation_id}/revisions/{int:revision_id}/restore",
    response=describe.one("automation", AutomationJson),
)
def restore_automation_revision(request: DeskRequest, automation_id: int, revision_id: int) -> HttpResponse:
    """Have the automation again as it was in that revision."""
    row = _restored(request, AUTOMATION, automation_id, revision_id)
    return answers.answer({"automation": serialize.automation(row, answers.base(request))})


def _shown(request: DeskRequest, kind: Kind, rule_id: int) -> list[dict[str, Any]]:
    permissions.require(request.actor, kind.permission)
    rule = kind.rows.filter(pk=rule_id).first()
    if rule is None:
        raise NotFound
    rows = revisions.newest_first(rule)
    address = f"{answers.base(request)}/{kind.name}s/{rule_id}"
    return [serialize.revision(row, before, address) for row, before in zip(rows, [*rows[1:], None], strict=True)]


def _many(request: DeskRequest, kind: Kind, rule_id: int) -> HttpResponse:
    shown = _shown(request, kind, rule_id)
    envelope = {"count": len(shown), "next_page": None, "previous_page": None}
    return answers.answer({f"{kind.name}_revisions": shown, **envelope})


def _one(request: DeskRequest, kind: Kind, rule_id: int, revision_id: int) -> HttpResponse:
    found = [one for one in _shown(request, kind, rule_id) if one["id"] == revision_id]
    if not found:
        raise NotFound
    return answers.answer({f"{kind.name}_revision": found[0]})


def _restored(request: DeskRequest, kind: Kind, rule_id: int, revision_id: int) -> Any:
    return writes.restore(kind, actor=request.actor, rule_id=rule_id, revision_id=revision_id, now=timezone.now())
