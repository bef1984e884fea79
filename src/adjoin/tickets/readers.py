"""Who can read a ticket and why, in words, for the card beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from adjoin.access import explain
from adjoin.people.models import Membership
from adjoin.tickets.models import Ticket

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.hooks import Listener


@dataclass(frozen=True)
class Reader:
    """Some people who can read the ticket, as one line of the access card."""

    icon: str
    words: str


def of(ticket: Ticket, cc_count: int, listeners: list[Listener]) -> list[Reader]:
    """Who can read the ticket, in the words of the rules that let them."""
    readers = [Reader("headset", _agents(ticket))]
    if ticket.is_public:
        names = {"name": ticket.requester.name, "count": cc_count}
        copied = _("%(name)s and %(count)s copied") % names
        readers.append(Reader("user", copied if cc_count else ticket.requester.name))
        if ticket.organization and not ticket.is_confidential and (words := _colleagues(ticket)):
            readers.append(Reader("building-2", words))
    for one in listeners:
        words = _("%(name)s, notes too") if one.hears_notes else _("%(name)s, what is public")
        readers.append(Reader("handshake", words % {"name": one.name}))
    return readers


def _agents(ticket: Ticket) -> str:
    if ticket.brand is None:
        return _("Admins only: it is in no brand")
    names = {"brand": ticket.brand.name, "group": ticket.group.name if ticket.group else ""}
    is_walled = ticket.group is not None and not ticket.group.is_public
    return (_("Agents of %(brand)s who are in %(group)s") if is_walled else _("Agents of %(brand)s")) % names


def _to_you(sentence: str) -> str:
    """A rule's sentence about somebody, said to them: "Their role reads …" becomes "Your role reads …"."""
    return _(_ABOUT.sub(lambda found: _TO_YOU[found[0]], sentence))


_SAID_TO_YOU = (  # for whoever gathers the words: what becomes of the sentences of `access.grants`
    gettext_noop("Your role reads all tickets."),
    gettext_noop("The ticket is in one of your groups."),
    gettext_noop("The ticket belongs to one of your organizations."),
    gettext_noop("The ticket is assigned to you."),
    gettext_noop("You follow this ticket or are copied on it, whatever brand or group it is in."),
    gettext_noop("You asked for this yourself, and read it as its requester does."),
)


_TO_YOU = {
    "them": "you",
    "They": "You",
    "they": "you",
    "Their": "Your",
    "their": "your",
    "themselves": "yourself",
    "theirs": "yours",
}


_ABOUT = re.compile(rf"\b({'|'.join(_TO_YOU)})\b")


def _colleagues(ticket: Ticket) -> str:
    organization = ticket.organization
    assert organization is not None
    if organization.shared_tickets:
        return _("Everybody at %(name)s") % {"name": organization.name}
    seeing = Membership.objects.filter(organization=organization, sees_tickets=True)
    count = seeing.exclude(user_id=ticket.requester_id).count()
    words = _("%(count)s of %(name)s who see its tickets")
    return words % {"count": count, "name": organization.name} if count else ""


def reason(actor: Actor, ticket: Ticket) -> str:
    """The rule that lets `actor` read the ticket, said to them; "" where none does."""
    return next((_to_you(grant.sentence) for grant in explain.ticket(actor, ticket.pk).opened_by), "")
