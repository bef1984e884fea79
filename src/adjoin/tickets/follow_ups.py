"""A new ticket that goes on from a closed one, which takes no more changes itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from adjoin.access import readable
from adjoin.kernel.api.reading import whole_number
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.tickets.changes import Via

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Ticket

FIELD = "via_followup_source_id"


def asked_for(actor: Actor, value: Any, via: Via) -> Via:
    """How a ticket comes in that goes on from the one with this number; None: from none.

    Of that one only the number is kept: whoever reads the new ticket may be somebody who cannot read the other.
    Raises `Invalid` for one that `actor` does not read, as for none, and for one that is not closed."""
    if value is None:
        return via
    source = readable.tickets(actor).filter(pk=whole_number(value) or 0).first()
    if source is None:
        raise Invalid.field(FIELD, say("#%(ticket_id)s is no ticket that you read.") % {"ticket_id": str(value)[:40]})
    require_closed(source)
    return going_on(via, ticket_id=source.pk, channel=source.channel)


def going_on(via: Via, **told: Any) -> Via:
    """The same way in, with what is told of the ticket before, as Zendesk has it."""
    return Via(via.channel, {"rel": "follow_up", "from": told})


def of(actor: Actor, ids: Sequence[int]) -> dict[int, list[int]]:
    """By the numbers of closed tickets, those of the tickets going on from them that `actor` reads as an agent. One
    query, and none for no tickets."""
    found: dict[int, list[int]] = defaultdict(list)
    if not ids:
        return found
    rows = readable.tickets_as_agent(actor).filter(channel_source__rel="follow_up")
    rows = rows.filter(channel_source__from__ticket_id__in=list(ids)).order_by("pk")
    for pk, source in rows.values_list("pk", "channel_source"):
        found[source["from"]["ticket_id"]].append(pk)
    return found


def require_closed(source: Ticket) -> None:
    """Raises `Invalid` for a ticket that can still be replied on."""
    if not source.is_closed:
        raise Invalid.field(FIELD, say("#%(ticket_id)s is not closed. Reply on it instead.") % {"ticket_id": source.pk})
