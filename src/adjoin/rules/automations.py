"""What an automation has to be, and which tickets it would act on now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from adjoin.access import readable
from adjoin.access.actors import Actor
from adjoin.kernel.errors import Invalid
from adjoin.rules import checking, clock, ending, engine, registry
from adjoin.rules.checking import BrokenLines, Place, Problem
from adjoin.rules.models import Automation, Firing
from adjoin.tickets.terms import TicketStatus

if TYPE_CHECKING:
    from adjoin.tickets.models import Ticket, TicketQuerySet

Rows = list[dict[str, Any]]
ACTIVE_MAX = 500  # as Zendesk has it


def checked(conditions: Any, actions: Any, *, automation_id: int | None = None) -> tuple[dict[str, Rows], Rows]:
    """Conditions and actions as kept. Raises `BrokenLines` and `Invalid` for what cannot work, or would not end."""
    kept, does = checking.rule(conditions, actions, place=Place.AUTOMATION)
    _require_time_in_all(kept)
    if not checking.is_narrow(kept):
        raise Invalid.field(
            "conditions", _("Conditions: all of these needs one on status, type, group, assignee or requester")
        )
    if not (ending.is_once(kept["all"]) or ending.ends(kept["all"], does)):
        raise Invalid.field(
            "actions",
            _(
                "Actions: none of them makes a condition false, so it would act on the same tickets again and "
                "again. Add one that does, such as a tag that the conditions exclude, or ask for hours that are "
                "exactly a number"
            ),
        )
    twin = Automation.objects.active().filter(conditions=kept, actions=does).exclude(pk=automation_id).first()
    if twin is not None:
        raise Invalid.field(
            "base", _("The automation %(title)s has the same conditions and actions") % {"title": twin.title}
        )
    return kept, does


def require_room(automation_id: int | None = None) -> None:
    """Raises `Invalid` when as many automations act as may."""
    if Automation.objects.active().exclude(pk=automation_id).count() >= ACTIVE_MAX:
        raise Invalid.field(
            "base",
            _("At most %(most)s automations act at a time. Switch one off first") % {"most": ACTIVE_MAX},
        )


def candidates(conditions: Mapping[str, Any], now: datetime, *, automation_id: int | None = None) -> TicketQuerySet:
    """The tickets that these conditions hold for at `now`, without those it has acted on for the same reason.

    Closed tickets, and copies that a partner took back, are left alone. Raises `LookupError` for a broken rule."""
    system = Actor.system()
    with clock.standing_at(now):
        asked = engine.as_filter(system, conditions)
    rows = readable.tickets(system).filter(~Q(status=TicketStatus.CLOSED), asked, frozen_by="")
    if automation_id is None:
        return rows
    before = Firing.objects.filter(automation_id=automation_id, ticket=OuterRef("pk"), since=_since(conditions))
    return rows.exclude(Exists(before if ending.is_once(conditions["all"]) else _unanswered(before)))


def since(conditions: Mapping[str, Any], ticket: Ticket) -> datetime:
    """The latest of the moments that the hours in `conditions` are counted from. They hold for `ticket`."""
    moments: list[datetime] = [getattr(ticket, column) for column in _columns(conditions)]
    return max(moments)


def has_acted(automation: Automation, ticket: Ticket, firings: Iterable[Firing]) -> bool:
    """Whether it acted on the ticket for the reason that holds now. `firings` are all of the ticket's."""
    moment = since(automation.conditions, ticket)
    same = [one.pk for one in firings if one.automation_id == automation.pk and one.since == moment]
    if not same or ending.is_once(automation.conditions["all"]):
        return bool(same)
    return bool(_unanswered(Firing.objects.filter(pk__in=same)).exists())


def _unanswered(firings: Any) -> Any:
    """Those after which no person has done anything to the ticket: by themselves, rules do nothing twice."""
    by_people = readable.audits(Actor.system()).filter(author__isnull=False)
    later = by_people.filter(ticket=OuterRef("ticket"), created_at__gt=OuterRef("fired_at"))
    return firings.exclude(Exists(later))


def _since(conditions: Mapping[str, Any]) -> Any:
    columns = [OuterRef(column) for column in _columns(conditions)]
    return Greatest(*columns) if len(columns) > 1 else columns[0]


def _columns(conditions: Mapping[str, Any]) -> list[str]:
    found = (registry.conditions.answering(row["field"]).counts_from for row in conditions["all"])
    columns = {column for column in found if column}
    # The custom status may not have moved since the desk keeps its moment; the category's is never later.
    return sorted(columns | ({"status_updated_at"} if "custom_status_updated_at" in columns else set()))


def _require_time_in_all(kept: Mapping[str, Rows]) -> None:
    hours = {
        part: [
            line for line, row in enumerate(kept[part], 1) if registry.conditions.answering(row["field"]).counts_from
        ]
        for part in ("all", "any")
    }
    if hours["any"]:
        raise BrokenLines(
            [Problem("any", line, _("hours have to be among those that all hold")) for line in hours["any"]]
        )
    if not hours["all"]:
        raise Invalid.field("conditions", _("Conditions: all of these needs hours since something"))
