"""What happened on a ticket, as far as promises count it, and how a ticket stands with one. No database, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from adjoin.schedules import calendars
from adjoin.schedules.calendars import Calendar
from adjoin.service_levels.terms import RUNS, UNSOLVED, Metric

STATUSES_MAX = 500  # changes of status that are counted; what lies before the newest is as if it had not moved
Span = tuple[datetime, datetime | None]  # None: it still runs


class Said(StrEnum):
    """Something public: by the requester's side, or in answer to it."""

    ASKED = "asked"
    REPLIED = "replied"


@dataclass(frozen=True)
class Story:
    """One ticket. `statuses` are how it stood from when on, the first since it was filed.

    `waiting_since` is the oldest thing asked after the first reply and not answered yet; `waited` the last such wait
    that ended. A ticket that is solved without a reply counts as replied to then."""

    statuses: tuple[tuple[datetime, str], ...]
    asked_at: datetime | None = None
    replied_at: datetime | None = None  # the first time
    last_reply_at: datetime | None = None
    waiting_since: datetime | None = None
    waited: tuple[datetime, datetime] | None = None
    owner_id: int | None = None  # the group that has it, and since when
    owned_at: datetime | None = None
    asks: int = 0  # how often an answer was waited for, how many updates were given, how often a group got it
    updates: int = 0
    ownings: int = 0

    def go_on(self, now: datetime, status: str, said: Iterable[Said], group_id: int | None = None) -> Story:
        """The story after one update, which leaves the ticket with that status and group."""
        found = self if group_id == self.owner_id else self._go_to(now, group_id)
        for one in said:
            found = found._ask(now) if one is Said.ASKED else found._reply(now)
        if status != found.statuses[-1][1]:
            recent = found.statuses[1:][2 - STATUSES_MAX :]
            found = replace(found, statuses=(*found.statuses[:1], *recent, (now, status)))
        return found._end(now) if status not in UNSOLVED else found

    def as_json(self) -> dict[str, Any]:
        """As `Ledger` keeps it: moments in microseconds, exact."""
        return {
            "statuses": [[_micro(at), status] for at, status in self.statuses],
            **{name: _micro(at) for name in _MOMENTS if (at := getattr(self, name)) is not None},
            **({"waited": [_micro(at) for at in self.waited]} if self.waited else {}),
            **{name: getattr(self, name) for name in (*_NUMBERS, "owner_id")},
        }

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Story | None:
        """Out of a `Ledger`; None of one that does not tell all of it, as they were before numbers were kept."""
        if any(name not in kept for name in _NUMBERS):
            return None
        waited = kept.get("waited")
        moments: dict[str, Any] = {name: _moment(kept[name]) for name in _MOMENTS if name in kept}
        return cls(
            tuple((_moment(at), status) for at, status in kept["statuses"]),
            waited=(_moment(waited[0]), _moment(waited[1])) if waited else None,
            **moments,
            **{name: kept[name] for name in (*_NUMBERS, "owner_id")},
        )

    def _go_to(self, now: datetime, group_id: int | None) -> Story:
        ownings = self.ownings + (group_id is not None)
        return replace(self, owner_id=group_id, owned_at=now if group_id is not None else None, ownings=ownings)

    def _ask(self, now: datetime) -> Story:
        if self.replied_at is None:
            return self if self.asked_at else replace(self, asked_at=now, asks=self.asks + 1)
        return self if self.waiting_since else replace(self, waiting_since=now, asks=self.asks + 1)

    def _reply(self, now: datetime) -> Story:
        answered = self._end(now)
        return replace(answered, replied_at=self.replied_at or now, last_reply_at=now, updates=self.updates + 1)

    def _end(self, now: datetime) -> Story:
        """Nobody waits any more."""
        found = self
        if self.asked_at is not None and self.replied_at is None:
            found = replace(found, replied_at=now)
        if self.waiting_since is not None:
            found = replace(found, waited=(self.waiting_since, now), waiting_since=None)
        return found


@dataclass(frozen=True)
class Stand:
    """How one promise stands. `due_at` is the moment by which, None while it is paused with time left."""

    started_at: datetime
    due_at: datetime | None
    is_paused: bool
    fulfilled_at: datetime | None

    def is_missed(self, now: datetime) -> bool:
        return self.due_at is not None and self.due_at < (self.fulfilled_at or now)


def measure(story: Story, metric: str, minutes: int, calendar: Calendar | None) -> Stand | None:
    """How the promise of so many minutes stands, by opening hours or (None) by the clock; None where nothing began."""
    spans = list(spans_of(story, metric))
    if not spans:
        return None
    left, due_at = timedelta(minutes=minutes), None
    for begin, end in spans:
        spent = calendars.between(calendar, begin, end) if end is not None else None
        if spent is None or spent > left:
            due_at = calendars.after(calendar, begin, left)
            break
        left -= spent
    is_running, fulfilled_at = spans[-1][1] is None, _fulfilled_at(story, metric)
    return Stand(spans[0][0], due_at, not is_running and fulfilled_at is None, fulfilled_at)


def spans_of(story: Story, metric: str) -> Iterator[Span]:
    """When the time of that metric ran. For periodic and pausable updates: since the last of them."""
    if metric == Metric.FIRST_REPLY:
        if story.asked_at is not None:
            yield story.asked_at, story.replied_at
        return
    if metric == Metric.NEXT_REPLY:
        if story.waiting_since is not None:
            yield story.waiting_since, None
        elif story.waited is not None:
            yield story.waited
        return
    since = _since(story, metric)
    if since is None:
        return
    ends = [at for at, _ in story.statuses[1:]]
    found = None
    for (begin, status), end in zip(story.statuses, [*ends, None], strict=True):
        if status in RUNS[metric] and (end is None or end > since):
            found = max(begin, since), end
            yield found
    if found is None:  # it began paused, or was over at once
        yield since, since


def _since(story: Story, metric: str) -> datetime | None:
    """When a metric began that runs by the status of the ticket; None where it has not."""
    if metric == Metric.GROUP_OWNERSHIP:
        return story.owned_at
    updates = metric in (Metric.PERIODIC_UPDATE, Metric.PAUSABLE_UPDATE)
    return story.last_reply_at if updates else story.statuses[0][0]


def _fulfilled_at(story: Story, metric: str) -> datetime | None:
    if metric == Metric.FIRST_REPLY:
        return story.replied_at
    if metric == Metric.NEXT_REPLY:
        return story.waited[1] if story.waited and story.waiting_since is None else None
    solved = [at for at, status in story.statuses if status not in UNSOLVED]
    if story.statuses[-1][1] in UNSOLVED or not solved:
        return None
    reopened = [at for at, status in story.statuses if status in UNSOLVED]
    return next(at for at in solved if not reopened or at >= reopened[-1])  # solved, then closed: when it was solved


_NUMBERS = ("asks", "updates", "ownings")
_MOMENTS = ("owned_at", "asked_at", "replied_at", "last_reply_at", "waiting_since")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)


def _micro(at: datetime) -> int:
    return (at - _EPOCH) // _MICRO


def _moment(micro: int) -> datetime:
    return _EPOCH + micro * _MICRO
