"""Statuses on their way to a partner and back: a category, and within it what each desk calls it.

The protocol's own word is the category; the name goes beside it, as Zendesk sends it. The two sides compare both as
one value, `pending/Waiting for parts`, so that a category and a name never come from different moments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adjoin.fields.statuses import Book
from adjoin.sharing.terms import shared_status
from adjoin.tickets.terms import TicketStatus

if TYPE_CHECKING:
    from adjoin.fields.models import CustomStatus
    from adjoin.sharing.terms import Terms
    from adjoin.tickets.models import Ticket

NAME_MAX = 48


@dataclass(frozen=True)
class Standing:
    """Where a ticket of ours stands: its category, and within it the status with its id and name.

    `key` names the status in the terms, empty for a standard one. The name is empty where the category says it all, as
    it does as long as the account has added none."""

    status: str
    pk: int | None = None
    key: str = ""
    name: str = ""


def joined(status: str, name: str) -> str:
    """Both as one value."""
    return f"{status}/{name}" if name else str(status)


def split(value: str) -> tuple[str, str]:
    """The category and the name, which may be empty."""
    status, _, name = value.partition("/")
    return status, name


def of(book: Book, status: str, kept: int | None) -> Standing:
    """Of a ticket of ours that keeps these two."""
    row = book.row(status, kept)
    if row is None:
        return Standing(status)
    is_one_of_several = any(one.status_category == row.status_category and one.pk != row.pk for one in book.rows)
    key, name = "" if row.is_standard else str(row.pk), row.agent_label if is_one_of_several else ""
    return Standing(status, row.pk, key, name)


def of_ticket(book: Book, ticket: Ticket) -> Standing:
    """Of this ticket."""
    return of(book, ticket.status, ticket.custom_status_id)


def after(book: Book, fields: dict[str, Any]) -> Standing:
    """Of a ticket that has got what `heard` gives."""
    row = book.by_id.get(fields.get("custom_status_id") or 0)
    if row is not None:
        return of(book, row.status_category, book.kept(row.pk))
    return of(book, fields["status"], book.default(fields["status"]))


def told(terms: Terms, standing: Standing, *, keeps_hold: bool) -> str:
    """Where a ticket of ours stands as the two sides compare it. A name goes with the category it is of, and no other.

    What is closed is what it was solved as."""
    status = TicketStatus.SOLVED if standing.status == TicketStatus.CLOSED else standing.status
    usual = terms.status_out.get(status) or joined(status, standing.name)
    category, name = split(terms.status_out.get(standing.key) or usual)
    shared = shared_status(category, keeps_hold=keeps_hold)
    return joined(shared, name if shared == category else "")


def heard(terms: Terms, book: Book, value: str, present: Standing | None) -> dict[str, Any]:
    """What a partner's value changes here: `custom_status_id` or `status`; nothing where the ticket stays as it is.

    What the partner's name is mapped to, else what has the same name in that category; else the category: a ticket that
    is in it stays in what it has of it."""
    status, name = split(value)
    target = terms.status_in.get(value) if name else None
    if target is None:
        target = terms.status_in.get(status, status)
        same = _named(book, target, name)
        target = str(same.pk) if same else target
    row = book.by_id.get(int(target)) if target.isdecimal() else None
    if row is None or not row.is_active:
        target = row.status_category if row else target if not target.isdecimal() else status
        return {} if present is not None and present.status == target else {"status": target}
    if present is not None and present.pk == row.pk:
        return {}
    return {"custom_status_id": row.pk}


def _named(book: Book, category: str, name: str) -> CustomStatus | None:
    if not name or category not in TicketStatus.values:
        return None
    beside = (row for row in book.rows if row.status_category == category)
    return next((row for row in beside if row.agent_label.casefold() == name.casefold()), None)
