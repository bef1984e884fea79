"""What API clients and jobs write about a ticket, carried out: one body, one ticket, one audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adjoin.access.actors import Actor
from adjoin.kernel.api import reading
from adjoin.kernel.errors import Conflict, Invalid
from adjoin.kernel.wording import say
from adjoin.people.models import User
from adjoin.tickets import actions, follow_ups, parse
from adjoin.tickets.actions import Written
from adjoin.tickets.changes import Via


@dataclass(frozen=True)
class Done:
    """What was written, and the keys of the body that meant nothing."""

    written: Written
    ignored: list[str]


def create(*, actor: Actor, data: Mapping[str, Any], via: Via, now: datetime) -> Done:
    """A new ticket out of a `ticket` body. Without a requester it is the actor's own. Raises what `actions` raises."""
    write = parse.ticket(data, existing=None, now=now)
    requester_id = write.fields.pop("requester_id", None) or actor.user_id
    written = actions.create(
        actor=actor,
        now=now,
        via=follow_ups.asked_for(actor, data.get(follow_ups.FIELD), via),
        comment=write.comment,
        requester_id=_requester(requester_id),
        submitter_id=write.submitter_id,
        metadata=write.metadata,
        **write.fields,
    )
    return Done(written, write.ignored)


def update(
    *,
    actor: Actor,
    ticket_id: int,
    data: Mapping[str, Any],
    via: Via,
    now: datetime,
    unless_changed_after: datetime | None = None,
) -> Done:
    """A ticket changed as a `ticket` body says. Inside a transaction, which ends with any error raised.

    Raises what `actions` raises, and `Conflict` when it was changed after the moment given."""
    existing = actions.lock(actor, ticket_id)
    write = parse.ticket(data, existing=existing, now=now)
    is_safe = write.unless_changed_since is not None
    if unless_changed_after is not None and not is_safe and existing.updated_at > unless_changed_after:
        raise Conflict(say("Somebody else changed this ticket meanwhile. Look at it and try again."))
    written = actions.update_locked(
        actor=actor,
        ticket=existing,
        now=now,
        via=via,
        comment=write.comment,
        unless_changed_since=write.unless_changed_since,
        metadata=write.metadata,
        **write.fields,
    )
    return Done(written, write.ignored)


def _requester(value: object) -> int:
    pk = reading.whole_number(value)
    if pk is None or not User.objects.active().filter(pk=pk).exists():
        raise Invalid.field("requester_id", say("Requester: %(value)s is nobody here") % {"value": str(value)[:40]})
    return pk
