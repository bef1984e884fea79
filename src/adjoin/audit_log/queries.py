"""Reading the log: narrowed, by pages, as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from adjoin.access import permissions
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.audit_log import sentences
from adjoin.audit_log.models import Entry, EntryQuerySet

PAGE_ROWS = 50
HEADS = ("when", "who", "who_id", "as", "ip_address", "token", "action", "kind", "id", "title", "what")


@dataclass(frozen=True)
class Question:
    """What a page asks of the log. Dates are whole days of UTC, both included."""

    who: str = ""
    kind: str = ""
    words: str = ""
    first: date | None = None
    last: date | None = None
    before: str = ""  # a page's `next`

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Question:
        """The question in a query string; what is no date asks nothing."""
        who, kind, words = (given.get(name, "").replace("\x00", "").strip()[:200] for name in ("who", "kind", "q"))
        first, last = (_day(given.get(name, "")) for name in ("from", "to"))
        return cls(who, kind, words, first, last, given.get("before", ""))

    @property
    def is_narrow(self) -> bool:
        return any((self.who, self.kind, self.words, self.first, self.last))


@dataclass(frozen=True)
class Page:
    """Some entries, newest first, and what to ask for the older ones ("" at the end)."""

    rows: list[Entry] = field(default_factory=list)
    next: str = ""


def entries(actor: Actor) -> EntryQuerySet:
    """All entries, for those who may read them; nothing for others."""
    allowed = permissions.allows(actor, Permission.READ_AUDIT_LOG)
    return Entry.objects.all() if allowed else Entry.objects.none()


def narrowed(actor: Actor, question: Question) -> EntryQuerySet:
    """The entries that fit the question, newest first."""
    rows = entries(actor).newest_first()
    if question.who:
        rows = rows.filter(Q(actor_name__icontains=question.who) | Q(viewed_name__icontains=question.who))
    if question.kind:
        rows = rows.filter(kind=question.kind)
    for word in question.words.split():
        rows = rows.alias(told=Cast("changes", TextField())).filter(Q(title__icontains=word) | Q(told__icontains=word))
    if question.first:
        rows = rows.filter(at__gte=_midnight(question.first))
    if question.last:
        rows = rows.filter(at__lt=_midnight(question.last) + timedelta(days=1))
    return rows


def page(actor: Actor, question: Question) -> Page:
    """One page of what fits, found by key however far back it is."""
    rows = narrowed(actor, question)
    if place := _place(question.before):
        at, pk = place
        rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk), at__lte=at)
    found = list(rows[: PAGE_ROWS + 1])
    has_more, found = len(found) > PAGE_ROWS, found[:PAGE_ROWS]
    return Page(found, f"{found[-1].at.isoformat()}_{found[-1].pk}" if has_more else "")


def table(actor: Actor, question: Question) -> Iterator[tuple[object, ...]]:
    """Everything that fits as rows of a table with its heads, a few thousand in memory at a time."""
    yield HEADS
    for entry in narrowed(actor, question).iterator(chunk_size=2000):
        yield (
            entry.at.isoformat(timespec="seconds"),
            entry.actor_name,
            entry.actor_id,
            entry.viewed_name,
            entry.ip_address,
            entry.token_prefix,
            entry.action,
            entry.kind,
            entry.subject_id,
            entry.title,
            "; ".join(map(str, sentences.changes(entry))),
        )


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given.strip())
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _place(before: str) -> tuple[datetime, int] | None:
    at, _, pk = before.rpartition("_")
    try:
        found = datetime.fromisoformat(at.replace(" ", "+"))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)), int(pk)
    except ValueError:
        return None
