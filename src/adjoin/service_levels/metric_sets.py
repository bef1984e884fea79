"""How long what took on a ticket, and how often it went from hand to hand: one set for each, as Zendesk tells it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from adjoin.access import readable
from adjoin.kernel.api import answers
from adjoin.schedules import calendars
from adjoin.schedules import queries as schedules
from adjoin.service_levels import stories, telling
from adjoin.service_levels.models import Ledger
from adjoin.service_levels.stories import Span, Story
from adjoin.service_levels.terms import UNSOLVED, Metric
from adjoin.tickets import chronicle
from adjoin.tickets.terms import TicketStatus

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.schedules.calendars import Calendar
    from adjoin.tickets.models import Ticket

Json = dict[str, Any]
MINUTE = timedelta(minutes=1)
WAITS_FOR_REQUESTER, HELD = {TicketStatus.PENDING}, {TicketStatus.HOLD}


def of_tickets(actor: Actor, tickets: Sequence[Ticket], base: str, now: datetime) -> list[Json]:
    """A set for each of these tickets, in their order. What still runs is counted until `now`."""
    kept = {row.pk: Story.read(row.story) for row in Ledger.objects.filter(pk__in=[one.pk for one in tickets])}
    book, went = schedules.book(), chronicle.stations(tickets)
    said = dict(chronicle.latest_comments(readable.comments(actor), tickets))
    shown = []
    for ticket in tickets:
        story = kept.get(ticket.pk) or telling.of(ticket)
        moments = {**_moments(ticket, went), "latest_comment_added_at": answers.moment(said.get(ticket.pk))}
        shown.append({**_counts(ticket, story, went, base), **moments, **_times(story, book.calendar(ticket), now)})
    return shown


def beside(actor: Actor, tickets: Sequence[Ticket], base: str) -> dict[int, Json]:
    """By ticket id its set, of those that `actor` reads as an agent."""
    as_agent = list(readable.tickets_as_agent(actor).filter(pk__in=[one.pk for one in tickets]))
    return {one["ticket_id"]: one for one in of_tickets(actor, as_agent, base, timezone.now())}


def _counts(ticket: Ticket, story: Story, went: chronicle.Stations, base: str) -> Json:
    done = [word not in UNSOLVED for _, word in story.statuses]
    return {
        "url": f"{base}/ticket_metrics/{ticket.pk}.json",
        "id": ticket.pk,
        "ticket_id": ticket.pk,
        "group_stations": len({pk for _, pk in went[ticket.pk, "group_id"]}),
        "assignee_stations": len({pk for _, pk in went[ticket.pk, "assignee_id"]}),
        "reopens": sum(was and not is_now for was, is_now in pairwise(done)),
        "replies": story.updates,
    }


def _moments(ticket: Ticket, went: chronicle.Stations) -> Json:
    names = ("created_at", "updated_at", "requester_updated_at", "assignee_updated_at", "status_updated_at")
    more = ("custom_status_updated_at", "assigned_at", "solved_at")
    first = next((at for at, _ in went[ticket.pk, "assignee_id"]), None)
    return {
        **{name: answers.moment(getattr(ticket, name)) for name in (*names, *more)},
        "initially_assigned_at": answers.moment(first),
    }


def _times(story: Story, calendar: Calendar | None, now: datetime) -> Json:
    replied = list(stories.spans_of(story, Metric.FIRST_REPLY)) if story.replied_at else []
    filed = story.statuses[0][0]
    solved = [at for at, word in story.statuses if word not in UNSOLVED]
    is_solved = story.statuses[-1][1] not in UNSOLVED
    spans: dict[str, Iterable[Span]] = {
        "reply_time": replied,
        "first_resolution_time": [(filed, solved[0])] if solved else [],
        "full_resolution_time": stories.spans_of(story, Metric.TOTAL_RESOLUTION) if is_solved else [],
        "agent_wait_time": _stood(story, WAITS_FOR_REQUESTER),
        "requester_wait_time": stories.spans_of(story, Metric.REQUESTER_WAIT),
        "on_hold_time": _stood(story, HELD),
    }
    ended = {name: [(begin, end or now) for begin, end in its] for name, its in spans.items()}
    seconds = int(sum((end - begin for begin, end in ended["reply_time"]), timedelta()).total_seconds())
    found: Json = {f"{name}_in_minutes": _minutes(its, calendar) for name, its in ended.items()}
    return {**found, "reply_time_in_seconds": {"calendar": seconds if replied else None}}


def _minutes(spans: list[tuple[datetime, datetime]], calendar: Calendar | None) -> Json:
    def total(hours: Calendar | None) -> int | None:
        return sum((calendars.between(hours, *one) for one in spans), timedelta()) // MINUTE if spans else None

    return {"calendar": total(None), "business": total(calendar)}


def _stood(story: Story, statuses: set[TicketStatus]) -> list[Span]:
    """When the ticket stood so; nothing at all counts as no time."""
    ends = [at for at, _ in story.statuses[1:]]
    found: list[Span] = [
        (begin, end) for (begin, word), end in zip(story.statuses, [*ends, None], strict=True) if word in statuses
    ]
    return found or [(story.statuses[0][0], story.statuses[0][0])]
