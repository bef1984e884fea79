"""What triggers made of each change of a ticket: which fired, and which line kept the others from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from adjoin.access import permissions, readable
from adjoin.access.gates import agents_only
from adjoin.access.permissions import Permission
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.rules import effects, traces
from adjoin.rules.models import Trigger
from adjoin.rules.sentences import Writer

AUDITS_SHOWN = 30


@dataclass(frozen=True)
class Looked:
    """One trigger that looked at a change. `trigger` is None once it is deleted."""

    trigger: Trigger | None
    outcome: str
    reason: str
    did: list[str] = field(default_factory=list)  # what it did, where it acted

    @property
    def has_fired(self) -> bool:
        return self.outcome == traces.FIRED

    @property
    def has_failed(self) -> bool:
        return self.outcome == traces.FAILED


@require_GET
@agents_only
def trace(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """The newest changes first. For those who manage rules and read the ticket as agents."""
    ticket = readable.tickets_as_agent(request.actor).filter(pk=ticket_id).first()
    if ticket is None or not permissions.allows(request.actor, Permission.MANAGE_RULES):
        raise NotFound
    audits = readable.audits(request.actor).filter(ticket=ticket).select_related("author").prefetch_related("events")
    triggers = {one.pk: one for one in Trigger.objects.all()}
    writer = Writer()
    changes = [(audit, _sorted(audit, triggers, writer)) for audit in audits.order_by("-pk")[:AUDITS_SHOWN]]
    context = {"ticket": ticket, "changes": changes, "most": AUDITS_SHOWN, "section": "views"}
    return render(request, "administration/triggers/trace.html", context)


def _sorted(audit: Any, triggers: dict[int, Trigger], writer: Writer) -> dict[str, list[Looked]]:
    looked = [
        _looked(trigger_id, triggers.get(trigger_id), outcome, audit, writer)
        for trigger_id, outcome in traces.read(audit.metadata).items()
    ]
    return {
        "fired": [one for one in looked if one.has_fired or one.has_failed],
        "others": [one for one in looked if not (one.has_fired or one.has_failed)],
    }


def _left_by(trigger_id: int, audit: Any) -> list[Any]:
    """The events of a change that one trigger left, in order."""
    events = sorted(audit.events.all(), key=lambda event: event.pk)
    return [event for event in events if _cause(event.data) == ("trigger", trigger_id)]


def _cause(data: dict[str, Any]) -> tuple[str, int]:
    """The kind and the id of the rule that left an event; ("", 0) where none did."""
    source = (data.get("via") or {}).get("source") or {}
    return str(source.get("rel", "")), int((source.get("from") or {}).get("id") or 0)


def _looked(trigger_id: int, trigger: Trigger | None, outcome: str, audit: Any, writer: Writer) -> Looked:
    if outcome in (traces.FIRED, traces.FAILED):
        return Looked(trigger, outcome, "", effects.told(_left_by(trigger_id, audit), writer=writer))
    if trigger is None:
        return Looked(trigger, outcome, "")
    if trigger.updated_at > audit.created_at:
        return Looked(trigger, outcome, _("it has been changed since, so its lines may have been others"))
    if outcome == traces.NONE_OF_ANY:
        return Looked(trigger, outcome, _("none of its “at least one” conditions held"))
    rows = trigger.conditions.get("all") or []
    line = int(outcome) if outcome.isdecimal() else 0
    if not 0 < line <= len(rows):
        return Looked(trigger, outcome, "")
    return Looked(
        trigger,
        outcome,
        _("condition %(line)s did not hold: %(writer)s") % {"line": line, "writer": writer.condition(rows[line - 1])},
    )
