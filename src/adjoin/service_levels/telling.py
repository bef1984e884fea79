"""The story of a ticket: of one that is kept, what an update adds; of one that is not, all of it from its history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adjoin.people.models import User
from adjoin.people.terms import Role
from adjoin.service_levels.stories import Said, Story
from adjoin.tickets import chronicle
from adjoin.tickets.terms import Channel

if TYPE_CHECKING:
    from adjoin.tickets.changes import Change
    from adjoin.tickets.models import Ticket

Person = tuple[int, str, str]  # id, role, whose placeholder


def after(change: Change, before: Story | None) -> Story:
    """The story with this update in it. `before` is None where none is kept: then it is told from the beginning."""
    ticket = change.ticket
    if change.is_create:
        before = Story(((change.now, ticket.status),))
    elif before is None:
        before = _from_history(ticket, str(change.was("status") or ticket.status))
    return before.go_on(change.now, ticket.status, _said(change))


def _said(change: Change) -> list[Said]:
    public = [one for one in change.comments if one.is_public]
    others = {one.author_id for one in public} - {change.actor.user_id if change.actor.is_agent else None}
    people = {one[0]: one for one in User.objects.filter(pk__in=others).values_list("pk", "role", "partner_name")}
    me: Person = (change.actor.user_id or 0, Role.AGENT, "")
    return [_side(change.ticket, people.get(one.author_id or 0, me)) for one in public]


def _from_history(ticket: Ticket, status: str) -> Story:
    """What the audits and comments of a ticket tell, up to now."""
    happened = [
        *((at, 0, word) for at, word in chronicle.statuses(ticket)),
        *((at, 1, _side(ticket, person)) for at, person in chronicle.public_comments(ticket)),
    ]
    story, stands = Story(((ticket.created_at, "new"),)), "new"
    for at, _, what in sorted(happened, key=lambda one: one[:2]):
        if isinstance(what, Said):
            story = story.go_on(at, stands, [what])
        else:
            story, stands = story.go_on(at, str(what), ()), str(what)
    return story if stands == status else story.go_on(ticket.status_updated_at, status, ())


def _side(ticket: Ticket, person: Person) -> Said:
    """Who speaks for the requester, and who answers them.

    The people of a partner ask on tickets that came from them, and answer on those we shared with them: the requester
    reads it as an answer, whoever of the two companies gives it."""
    pk, role, partner = person
    if pk == ticket.requester_id:
        return Said.ASKED
    if partner:
        return Said.ASKED if ticket.channel == Channel.SHARING else Said.REPLIED
    return Said.REPLIED if role in (Role.AGENT, Role.ADMIN) else Said.ASKED
