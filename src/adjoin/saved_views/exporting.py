"""A view as lines of a table, for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from adjoin.access import readable
from adjoin.kernel import languages, record
from adjoin.kernel.record import Did
from adjoin.saved_views import columns, queries
from adjoin.tickets import pages

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.saved_views.models import View
    from adjoin.tickets.models import Ticket

ROWS_MAX = 10_000
BATCH = 500


def rows(actor: Actor, view: View, question: pages.Question, now: datetime) -> Iterator[list[Any]]:
    """A line of heads, then one for each ticket that `actor` reads in the view. That it was taken is on the record."""
    record.changed(Did.EXPORTED, "view", view.pk, view.title, now=now)
    shown = columns.shown(list(dict.fromkeys(["nice_id", "status", "subject", *(view.columns or columns.DEFAULT)])))
    return _lines(actor, view, question, shown)


def _lines(actor: Actor, view: View, question: pages.Question, shown: list[columns.Column]) -> Iterator[list[Any]]:
    yield [languages.said(column.label) for column in shown]
    found = pages.filtered(actor, queries.matching(actor, view.conditions), question)
    ids = list(pages.sorted_by(found, question).values_list("pk", flat=True)[:ROWS_MAX])
    for begin in range(0, len(ids), BATCH):
        part = ids[begin : begin + BATCH]
        tickets = readable.tickets(actor).with_people().in_bulk(part)
        whole = set(readable.tickets_as_agent(actor).filter(pk__in=part).values_list("pk", flat=True))
        yield from (_line(tickets[pk], shown, pk in whole) for pk in part if pk in tickets)


def _line(ticket: Ticket, shown: list[columns.Column], is_whole: bool) -> list[Any]:
    values = [column.value(ticket) if is_whole or not column.is_private else "" for column in shown]
    return [f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else value for value in values]
