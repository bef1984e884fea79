"""What a rule would do to a ticket there is. Nothing of it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from adjoin.access import actors, readable
from adjoin.access.actors import Actor
from adjoin.kernel.errors import NotFound
from adjoin.kernel.wording import say
from adjoin.rules import compiled, effects, engine, traces
from adjoin.rules.models import Trigger
from adjoin.rules.sentences import Writer
from adjoin.tickets.actions import TicketIsClosed
from adjoin.tickets.changes import Change, NewComment, Via
from adjoin.tickets.terms import Channel


@dataclass(frozen=True)
class Answer:
    """One condition in words, and whether it holds."""

    part: str
    sentence: str
    holds: bool


@dataclass(frozen=True)
class Tried:
    """What came of it: whether the rule fires, each condition, and what it does, in words."""

    ticket_id: int
    fires: bool
    answers: list[Answer]
    effects: list[str]


def try_out(
    *, actor: Actor, ticket_id: int, as_created: bool, conditions: Mapping[str, Any], actions: Any, now: datetime
) -> Tried:
    """What a checked rule does to a ticket that `actor` reads: to an update of theirs, or when it was filed.

    Raises `NotFound`, and `TicketIsClosed` for a closed ticket that is to be updated."""
    with transaction.atomic():
        change = _change(actor, ticket_id, as_created, now)
        answers = [
            Answer(part, Writer().condition(row), engine.holds(change, {"all": [row]}))
            for part in ("all", "any")
            for row in conditions.get(part) or ()
        ]
        draft = Trigger(pk=0, title=_("This rule"), conditions=dict(conditions), actions=list(actions))
        before = len(change.events)
        fires = engine.run(change, [compiled.ready(draft)])[0] in (traces.FIRED, traces.FAILED)
        done = effects.told(change.events[before:], change.ccs, change.followers)
        transaction.set_rollback(True)  # an action may have written something of its own
    return Tried(ticket_id, fires, answers, done)


def _change(actor: Actor, ticket_id: int, as_created: bool, now: datetime) -> Change:
    ticket = readable.tickets_as_agent(actor).filter(pk=ticket_id).first()
    if ticket is None:
        raise NotFound(_("There is no ticket %(ticket_id)s that you read.") % {"ticket_id": ticket_id})
    if not as_created:
        if ticket.is_closed:
            raise TicketIsClosed(say("#%(pk)s is closed: no rule looks at it any more.") % {"pk": ticket.pk})
        return Change(ticket=ticket, actor=actor, now=now, via=Via(Channel.WEB), is_create=False)
    asker = actors.load(ticket.submitter_id)
    via = Via(Channel(ticket.channel), ticket.channel_source)
    change = Change(ticket=ticket, actor=asker, now=ticket.created_at, via=via, is_create=True)
    first = readable.comments(actor).filter(ticket=ticket).order_by("created_at", "pk").first()
    if first is not None:
        change.say(NewComment(body=first.body, is_public=first.is_public, author_id=first.author_id))
    return change
