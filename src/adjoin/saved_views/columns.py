"""The columns a view can have, by Zendesk's keys: what they are called, what stands in them, and how they sort."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext, gettext_noop

from adjoin.fields import queries as fields
from adjoin.fields import statuses
from adjoin.kernel.errors import Invalid

if TYPE_CHECKING:
    from adjoin.fields.statuses import Book
    from adjoin.tickets.models import Ticket

STATUS = "custom_status_id"  # in the account's own words
COLUMNS_MAX = 10  # beside the subject, as Zendesk has it


@dataclass(frozen=True)
class Column:
    """One column. `value(ticket)` is text or a moment; one that `is_private` is empty for who only asked for a ticket.

    `order` is the key of `tickets.orders.ORDERS` that sorts by it, "" for none."""

    key: str
    label: str
    value: Callable[[Ticket], Any]
    order: str = ""
    is_private: bool = False


def _name(relation: str) -> Callable[[Ticket], str]:
    def value(ticket: Ticket) -> str:
        found = getattr(ticket, relation)
        return found.name if found else ""

    return value


def _moment(column: str) -> Callable[[Ticket], datetime | None]:
    return lambda ticket: getattr(ticket, column)


KNOWN = {
    column.key: column
    for column in (
        Column("nice_id", "#", lambda ticket: ticket.pk, "id"),
        Column("status", gettext_noop("Status"), lambda ticket: ticket.get_status_display(), "status"),
        Column(STATUS, gettext_noop("Ticket status"), lambda ticket: ticket.get_status_display(), "", True),
        Column("subject", gettext_noop("Subject"), lambda ticket: ticket.subject, "subject"),
        Column("requester", gettext_noop("Requester"), _name("requester"), "requester"),
        Column("created", gettext_noop("Created"), _moment("created_at"), "created"),
        Column("updated", gettext_noop("Updated"), _moment("updated_at"), "updated"),
        Column("organization", gettext_noop("Organization"), _name("organization"), "organization"),
        Column("brand", gettext_noop("Brand"), _name("brand"), "brand"),
        Column("type", gettext_noop("Type"), lambda ticket: ticket.get_type_display() or "", "type", True),
        Column(
            "priority", gettext_noop("Priority"), lambda ticket: ticket.get_priority_display() or "", "priority", True
        ),
        Column("group", gettext_noop("Group"), _name("group"), "group", True),
        Column("assignee", gettext_noop("Assignee"), _name("assignee"), "assignee", True),
        Column("assigned", gettext_noop("Assigned"), _moment("assigned_at"), "assigned", True),
        Column("solved", gettext_noop("Solved"), _moment("solved_at"), "solved"),
        Column("due_date", gettext_noop("Due"), _moment("due_at"), "due", True),
        Column("sla_next_breach_at", gettext_noop("Next SLA breach"), _moment("sla_next_breach_at"), "breach", True),
        Column("updated_requester", gettext_noop("Requester updated"), _moment("requester_updated_at"), "", True),
        Column("updated_assignee", gettext_noop("Assignee updated"), _moment("assignee_updated_at"), "", True),
        Column("tags", gettext_noop("Tags"), lambda ticket: " ".join(ticket.tags), "", True),
        Column("channel", gettext_noop("Channel"), lambda ticket: ticket.get_channel_display()),
    )
}
DEFAULT = ("subject", "requester", "created", "updated", "group", "assignee")
BY_ORDER = {column.order: column for column in KNOWN.values() if column.order}
BY_SORT = {"ticket_id": "nice_id", "ticket_type": "type", "created_at": "created", "updated_at": "updated"}


def every() -> dict[str, Column]:
    """Every column there is for the account in use: those above, and one for each field of its own."""
    own = {field.key: Column(field.key, field.title, _own(field), "", True) for field in fields.own_fields()}
    return {**KNOWN, STATUS: replace(KNOWN[STATUS], value=_custom_status(statuses.book())), **own}


def shown(keys: Sequence[str]) -> list[Column]:
    """The columns of these keys. A field that has gone has no column any more."""
    known = every() if any(key not in KNOWN or key == STATUS for key in keys) else KNOWN
    return [known[key] for key in keys if key in known]


def checked(keys: Any) -> list[str]:
    """The keys as views keep them, each once. Raises `Invalid`."""
    if not isinstance(keys, list) or len(keys) > COLUMNS_MAX + 1:
        raise Invalid.field(
            "columns", gettext("Columns: must be a list of at most %(most)s") % {"most": COLUMNS_MAX + 1}
        )
    known, found = every(), [BY_SORT.get(str(key), str(key)) for key in keys]
    for key in found:
        if key not in known:
            raise Invalid.field("columns", gettext("Columns: there is no column %(key)s") % {"key": key[:60]})
    return list(dict.fromkeys(found))


def order(key: Any, name: str) -> str:
    """The key of `tickets.orders.ORDERS` for what Zendesk sorts or groups by; "" for nothing. Raises `Invalid`."""
    if key in (None, ""):
        return ""
    found = KNOWN.get(BY_SORT.get(str(key), str(key)))
    if found is None or not found.order:
        raise Invalid.field(
            name, gettext("%(name)s: a view cannot be sorted by %(key)s") % {"name": name, "key": str(key)[:60]}
        )
    return found.order


def _custom_status(book: Book) -> Callable[[Ticket], str]:
    return lambda ticket: book.agent_label(ticket.status, ticket.custom_status_id)


def _own(field: Any) -> Callable[[Ticket], str]:
    options = {one.value: one.name for one in field.options.all()} if field.has_options else {}

    def value(ticket: Ticket) -> str:
        kept = ticket.custom_fields.get(field.key)
        if isinstance(kept, bool):
            return gettext("Yes") if kept else ""
        several = kept if isinstance(kept, list) else [] if kept is None else [kept]
        return ", ".join(str(options.get(one, one)) for one in several)

    return value
