"""Which tags and field values of a copy came by the share, and were changed by nobody here since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adjoin.access import readable
from adjoin.access.actors import Actor
from adjoin.sharing.models import SharedTicket
from adjoin.tickets.terms import Channel

if TYPE_CHECKING:
    from adjoin.tickets.models import Ticket


@dataclass
class Came:
    """Tags, and the keys of fields, that are the partner's."""

    tags: set[str] = field(default_factory=set)
    field_keys: set[str] = field(default_factory=set)


def of(ticket: Ticket, shared: SharedTicket) -> Came:
    """Read out of the ticket's history: the last to set a value has brought it."""
    came = Came()
    told = set(shared.theirs.get("tags") or ())
    for data, is_partners in _steps(ticket, shared.agreement_id):
        name, by_rule = str(data["field_name"]), "via" in data
        if name == "tags":
            old, new = set(data.get("previous_value") or ()), set(data.get("value") or ())
            theirs = (new - old) if is_partners else set()
            # A rule that answers a new ticket leaves one event for its tags and the partner's.
            came.tags = (came.tags & new) | (theirs & told if by_rule else theirs)
        elif is_partners and not by_rule:
            came.field_keys.add(name)
        else:
            came.field_keys.discard(name)
    came.tags &= set(ticket.tags)
    came.field_keys &= set(ticket.custom_fields)
    return came


def _steps(ticket: Ticket, agreement_id: int) -> Iterator[tuple[dict[str, Any], bool]]:
    """What was set, from the first to the last, and whether the partner did."""
    audits = readable.audits(Actor.system()).filter(ticket=ticket).prefetch_related("events").order_by("pk")
    for audit in audits:
        source = (audit.channel_source or {}).get("from") or {}
        is_partners = audit.channel == Channel.SHARING and source.get("agreement_id") == agreement_id
        for event in sorted(audit.events.all(), key=lambda one: one.pk):
            if event.type in ("Create", "Change") and "field_name" in event.data:
                yield event.data, is_partners
