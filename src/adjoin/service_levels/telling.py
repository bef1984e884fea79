"""The story of a ticket: of one that is kept, what an update adds; of one that is not, all of it from its history."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from adjoin.kernel import prepared
from adjoin.people.terms import Role
from adjoin.service_levels.stories import Said, Story
from adjoin.tickets import chronicle
from adjoin.tickets.terms import Channel

if TYPE_CHECKING:
    from adjoin.tickets.changes import Change
    from adjoin.tickets.models import Ticket

_PEOPLE = prepared.Statement("SELECT id, role, partner_name FROM people_user WHERE id = ANY($1::bigint[])")
Person = tuple[int, str, str]  # id, role, whose placeholder
Chapter = tuple[datetime, Story]  # what the story was after that moment


def chapters(change: Change, before: Story | None) -> list[Chapter]:
    """The story with this update in it, last. What comes before it is new, too, where `before` is None: then none is
    kept, and it is told from the beginning."""
    ticket, told = change.ticket, []
    if before is None and not change.is_create:
        told = _from_history(ticket, str(change.was("status")), change.was("group_id"))
        before = told[-1][1]
    begun = before or Story(((change.now, ticket.status),))
    return [*told, (change.now, begun.go_on(change.now, ticket.status, _said(change), ticket.group_id))]


def of(ticket: Ticket) -> Story:
    """The story of a ticket of which none is kept, out of its history. Three queries."""
    return _from_history(ticket, ticket.status, ticket.group_id)[-1][1]


def _said(change: Change) -> list[Said]:
    public = [one for one in change.comments if one.is_public and one.is_by_people]
    others = {one.author_id for one in public} - {change.actor.user_id if change.actor.is_agent else None}
    people = {pk: (pk, role, partner) for pk, role, partner in _PEOPLE.rows(list(others))} if others else {}
    me: Person = (change.actor.user_id or 0, Role.AGENT, "")
    return [_side(change.ticket, people.get(one.author_id or 0, me)) for one in public]


def _from_history(ticket: Ticket, status: str, group_id: int | None) -> list[Chapter]:
    """What the audits and comments of a ticket tell, up to now."""
    happened = [
        *((at, 0, word) for at, word in chronicle.statuses(ticket)),
        *((at, 1, number) for at, number in chronicle.given(ticket, "group_id")),
        *((at, 2, _side(ticket, person)) for at, person in chronicle.public_comments(ticket)),
    ]
    story, stands, owner = Story(((ticket.created_at, "new"),)), "new", None
    told = [(ticket.created_at, story)]
    for at, kind, what in sorted(happened, key=lambda one: one[:2]):
        stands = str(what) if kind == 0 else stands
        owner = what if kind == 1 and not isinstance(what, str) else owner
        story = story.go_on(at, stands, [what] if isinstance(what, Said) else (), owner)
        told.append((at, story))
    if (stands, owner) != (status, group_id):
        told.append((ticket.status_updated_at, story.go_on(ticket.status_updated_at, status, (), group_id)))
    return told


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
