"""A macro applied to many tickets: one job, each ticket an update of whoever started it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from adjoin.access import actors, readable
from adjoin.job_statuses import kinds
from adjoin.job_statuses.kinds import Task
from adjoin.kernel.errors import NotAllowed, NotFound
from adjoin.kernel.wording import say
from adjoin.rules import macros
from adjoin.tickets import fillers, uploads, writes
from adjoin.tickets.changes import Via
from adjoin.tickets.terms import Channel

APPLY = "macro_apply_many"


def register() -> None:
    """Make the job known, at start-up."""
    kinds.add(APPLY, _apply, failure="TicketUpdate")


def _apply(task: Task) -> dict[str, Any]:
    """`item` is an id; `arguments` the macro, and what else is changed with it, which goes before the macro."""
    actor = actors.load(task.user_id)
    if not actor.is_agent:
        raise NotAllowed(say("Only agents change many tickets at once."))
    ticket = readable.tickets_as_agent(actor).filter(pk=int(task.item)).first()
    if ticket is None:
        raise NotFound
    macro = macros.one_offered(actor, task.arguments["macro_id"], ticket)
    body = macros.apply(actor, macro, ticket).ticket_body()
    if files := list(macro.attachments.order_by("pk")):
        token = uploads.send_ahead(actor=actor, files=files, now=task.now)
        body["comment"] = {"body": "", **body.get("comment", {}), "uploads": [token]}
    writes.update(
        actor=actor,
        ticket_id=ticket.pk,
        data={
            **body,
            **task.arguments.get("ticket", {}),
            fillers.SENT: [macro.pk],
        },
        via=Via(Channel(task.arguments["channel"])),
        now=task.now,
        unless_changed_after=datetime.fromisoformat(task.arguments["asked_at"]),
    )
    return {"index": task.index, "id": ticket.pk, "action": "update", "status": "Updated", "success": True}
