"""Conditions on opening hours: those of the schedule that a ticket follows, or of one that is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from adjoin.kernel.errors import Invalid
from adjoin.kernel.languages import said
from adjoin.rules import clock, facts, values
from adjoin.rules.comparing import IS, NOTHING, an_id
from adjoin.rules.registry import DATABASE_COST, Condition
from adjoin.rules.values import TRUE_OR_FALSE, one_of, rows
from adjoin.schedules import calendars, queries

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.schedules.calendars import Calendar
    from adjoin.schedules.queries import Book
    from adjoin.tickets.changes import Change

_AN_ID, _LISTED = an_id(_("Schedule"), values.schedules, nullable=False), rows(values.schedules, nullable=False)


def all_of_them() -> tuple[Condition, ...]:
    """Every condition of this module."""
    return (
        _now("in_business_hours", _("In opening hours"), calendars.is_open),
        _now("on_holiday", _("On a holiday"), calendars.is_on_holiday),
        _followed(),
        _within(),
    )


def book_for(change: Change) -> Book:
    """The account's schedules, asked for once in an update."""
    return facts.once(change, _book)


def _book(change: Change) -> Book:
    return queries.book()


def _now(key: str, label: str, answer: Callable[[Calendar | None, datetime], bool]) -> Condition:
    def check(value: Any) -> str:
        if str(value).lower() not in ("true", "false"):
            raise Invalid.field("value", gettext("%(label)s is true or false") % {"label": said(label)})
        return str(value).lower()

    def matches(change: Change, operator: str, value: Any) -> bool:
        return answer(book_for(change).calendar(change.ticket), change.now) is (value == "true")

    def sql(actor: Actor, operator: str, value: Any) -> Q:
        book, wanted, found = queries.book(), value == "true", NOTHING
        for schedule_id, calendar in book.calendars.items():
            if answer(calendar, clock.now()) is wanted:
                found |= book.followers(schedule_id)
        if book.calendars:
            return found
        return Q() if answer(None, clock.now()) is wanted else NOTHING

    return Condition(key, label, ("is",), matches, sql, check, one_of(TRUE_OR_FALSE), cost=DATABASE_COST)


def _followed() -> Condition:
    def matches(change: Change, operator: str, value: Any) -> bool:
        return (book_for(change).schedule_id(change.ticket) == int(value)) is (operator == "is")

    def sql(actor: Actor, operator: str, value: Any) -> Q:
        found = queries.book().followers(int(value))
        return found if operator == "is" else ~found

    return Condition("schedule_id", _("Schedule"), IS, matches, sql, _AN_ID, _LISTED, cost=DATABASE_COST)


def _within() -> Condition:
    def holds(book: Book, value: Any, now: datetime) -> bool:
        calendar = book.calendars.get(int(value))
        return calendar is not None and calendars.is_open(calendar, now)

    def matches(change: Change, operator: str, value: Any) -> bool:
        return holds(book_for(change), value, change.now)

    def sql(actor: Actor, operator: str, value: Any) -> Q:
        return Q() if holds(queries.book(), value, clock.now()) else NOTHING

    return Condition("within_schedule", _("Now within"), ("is",), matches, sql, _AN_ID, _LISTED, cost=DATABASE_COST)
