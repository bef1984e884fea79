"""Jobs over many tickets. Those that the person cannot read are reported as not found; everything else is done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from adjoin.access import actors
from adjoin.access.actors import Actor
from adjoin.job_statuses import kinds
from adjoin.job_statuses.kinds import Task
from adjoin.kernel.api import reading
from adjoin.kernel.errors import NotAllowed, NotFound
from adjoin.tickets import actions, merging, writes
from adjoin.tickets.changes import Via
from adjoin.tickets.terms import Channel

CREATE, UPDATE, DELETE, MERGE = "ticket_create_many", "ticket_update_many", "ticket_destroy_many", "ticket_merge"
Result = dict[str, Any]


def register() -> None:
    """Make the jobs known, at start-up."""
    kinds.add(CREATE, _create, failure="TicketCreate")
    kinds.add(UPDATE, _update, failure="TicketUpdate")
    kinds.add(DELETE, _delete, failure="TicketDelete")
    kinds.add(MERGE, _merge, failure="TicketMerge")


def _create(task: Task) -> Result:
    """`item` is a `ticket` body."""
    if not isinstance(task.item, dict):
        raise NotFound
    done = writes.create(actor=_actor(task), data=task.item, via=_via(task), now=task.now)
    return {"index": task.index, "id": done.written.ticket.pk, "success": True, "status": "Created"}


def _update(task: Task) -> Result:
    """`item` is an id, or a `ticket` body with one; `arguments["ticket"]` is what all of them get."""
    own = task.item if isinstance(task.item, dict) else {}
    ticket_id = _id(own.get("id") if own else task.item)
    body = {name: value for name, value in own.items() if name != "id"} or task.arguments.get("ticket") or {}
    writes.update(
        actor=_actor(task),
        ticket_id=ticket_id,
        data=body,
        via=_via(task),
        now=task.now,
        unless_changed_after=datetime.fromisoformat(task.arguments["asked_at"]),
    )
    return _done(task, ticket_id, "update", "Updated")


def _delete(task: Task) -> Result:
    ticket_id = _id(task.item)
    actions.delete(actor=_actor(task), ticket_id=ticket_id, now=task.now)
    return _done(task, ticket_id, "delete", "Deleted")


def _merge(task: Task) -> Result:
    """`item` is the target's id; `arguments` the sources and the words."""
    target_id = _id(task.item)
    merging.merge(
        actor=_actor(task),
        target_id=target_id,
        source_ids=task.arguments["source_ids"],
        words=merging.Words(**task.arguments["words"]),
        channel=Channel(task.arguments["channel"]),
        now=task.now,
    )
    return _done(task, target_id, "update", "Updated")


def _actor(task: Task) -> Actor:
    """Who started the job, with the rights they have now."""
    actor = actors.load(task.user_id)
    if not actor.is_agent:
        raise NotAllowed(_("Only agents change many tickets at once."))
    return actor


def _via(task: Task) -> Via:
    return Via(Channel(task.arguments["channel"]))


def _id(value: Any) -> int:
    found = reading.whole_number(value)
    if found is None:
        raise NotFound
    return found


def _done(task: Task, ticket_id: int, action: str, status: str) -> Result:
    return {"index": task.index, "id": ticket_id, "action": action, "status": status, "success": True}
