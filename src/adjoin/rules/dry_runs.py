"""Which tickets an automation would act on if it ran now. Nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from adjoin.access import permissions, readable
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.rules import automations

if TYPE_CHECKING:
    from adjoin.tickets.models import Ticket

SHOWN_MAX = 100
COUNT_MAX = 1000  # as many as it acts on within an hour: there counting stops


@dataclass(frozen=True)
class DryRun:
    """The first tickets by number, and how many there are; above `COUNT_MAX` that means more."""

    tickets: list[Ticket]
    count: int

    @property
    def is_more(self) -> bool:
        return self.count > COUNT_MAX


def of(*, actor: Actor, conditions: Mapping[str, Any], now: datetime, automation_id: int | None = None) -> DryRun:
    """The tickets that a checked automation would act on, of those that `actor` reads as an agent.

    Raises `NotAllowed`."""
    permissions.require(actor, Permission.MANAGE_AUTOMATIONS)
    rows = automations.candidates(conditions, now, automation_id=automation_id)
    seen = rows.filter(pk__in=readable.tickets_as_agent(actor).values("pk"))
    tickets = list(seen.with_people().order_by("pk")[:SHOWN_MAX])
    count = len(tickets) if len(tickets) < SHOWN_MAX else seen[: COUNT_MAX + 1].count()
    return DryRun(tickets, count)
