"""What is measured of a ticket, one row for each thing that happens to the clock of a metric, as Zendesk tells it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from adjoin.access import readable
from adjoin.kernel import prepared
from adjoin.kernel.api import answers
from adjoin.rules import schedule_conditions
from adjoin.service_levels import measuring
from adjoin.service_levels.models import MetricEvent, Target
from adjoin.service_levels.stories import Story
from adjoin.service_levels.terms import EventType

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.service_levels.measuring import Happening
    from adjoin.service_levels.telling import Chapter
    from adjoin.tickets.changes import Change
    from adjoin.tickets.models import Ticket

_WRITE = prepared.Statement("""
WITH kept AS (
    INSERT INTO service_levels_ledger (ticket_id, story) VALUES ($1, $2::jsonb)
    ON CONFLICT (ticket_id) DO UPDATE SET story = excluded.story
)
INSERT INTO service_levels_metricevent (ticket_id, metric, instance_id, type, happened_at, told_at, said)
SELECT $1, metric, instance_id, type, happened_at, told_at, said
FROM jsonb_to_recordset($3::jsonb) AS
    told (metric text, instance_id int, type text, happened_at timestamptz, told_at timestamptz, said jsonb)
""")
PROMISE = ("policy_id", "target_minutes", "is_business", "started_at")  # what makes a target another one


class Told(NamedTuple):
    """One event that is to be written, as `MetricEvent` keeps it."""

    metric: str
    instance_id: int
    type: str
    happened_at: datetime
    said: dict[str, Any]


def of_chapters(change: Change, past: Story | None, chapters: Iterable[Chapter]) -> list[Told]:
    """What happened to the clocks: with this update, and before it as far as that was not told yet."""
    found = []
    for at, story in chapters:
        found += [_measured(change, one) for one in measuring.happenings(past, story, at)]
        past = story
    return found


def of_targets(change: Change, story: Story, targets: Mapping[str, Target], before: Mapping[str, Target]) -> list[Told]:
    """Which promises are new to the ticket, and which of them were missed at once."""
    found = []
    for metric, one in targets.items():
        old = before.get(metric)
        is_same = old is not None and all(getattr(old, name) == getattr(one, name) for name in PROMISE)
        if not is_same:
            found.append(_applied(change, story, one))
        if one.breached_at and not (is_same and old and old.breached_at):
            found.append(of_breach(change, story, one))
    return found


def of_breach(change: Change, story: Story, target: Target) -> Told:
    """That a promise was missed."""
    return _told(story, target, EventType.BREACH, target.breached_at or change.now, {})


def write(change: Change, story: Story, events: Iterable[Told]) -> None:
    """Keep them and the story, of a ticket that is written. One query, as every update asks it."""
    told_at = change.now.isoformat()
    rows = [{**one._asdict(), "happened_at": one.happened_at.isoformat(), "told_at": told_at} for one in events]
    _WRITE.run(change.ticket.pk, json.dumps(story.as_json()), json.dumps(rows))


def as_json(row: MetricEvent) -> dict[str, Any]:
    """One event, as the API shows it."""
    return {
        "id": row.pk,
        "ticket_id": row.ticket_id,
        "metric": row.metric,
        "instance_id": row.instance_id,
        "type": row.type,
        "time": answers.moment(row.happened_at),
        **row.said,
    }


def of_tickets(actor: Actor, tickets: Sequence[Ticket], base: str) -> dict[int, dict[str, list[dict[str, Any]]]]:
    """By ticket id the events of each metric, for those that `actor` reads as an agent. Two queries."""
    as_agent = readable.tickets_as_agent(actor).filter(pk__in=[one.pk for one in tickets])
    found: dict[int, dict[str, list[dict[str, Any]]]] = {pk: {} for pk in as_agent.values_list("pk", flat=True)}
    for row in MetricEvent.objects.filter(ticket_id__in=list(found)).order_by("pk"):
        found[row.ticket_id].setdefault(row.metric, []).append(as_json(row))
    return found


def _measured(change: Change, one: Happening) -> Told:
    said: dict[str, Any] = {}
    if one.type == EventType.UPDATE_STATUS:
        calendar = schedule_conditions.book_for(change).calendar(change.ticket) if one.minutes(None) else None
        said = {"status": {"calendar": one.minutes(None), "business": one.minutes(calendar)}}
    return Told(one.metric, one.instance_id, one.type, one.at, said)


def _applied(change: Change, story: Story, target: Target) -> Told:
    is_for_groups = target.policy.is_for_groups
    type_ = EventType.APPLY_GROUP_SLA if is_for_groups else EventType.APPLY_SLA
    return _told(story, target, type_, change.now, {"group_sla" if is_for_groups else "sla": _sla(target)})


def _told(story: Story, target: Target, type_: EventType, at: datetime, said: dict[str, Any]) -> Told:
    return Told(measuring.told_as(target.metric), measuring.number_of(story, target.metric), type_, at, said)


def _sla(target: Target) -> dict[str, Any]:
    policy = target.policy
    return {
        "target": target.target_minutes,
        "business_hours": target.is_business,
        "policy": {
            "id": str(policy.pk) if policy.is_for_groups else policy.pk,
            "title": policy.title,
            "description": policy.description,
        },
    }
