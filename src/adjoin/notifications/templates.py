"""Filling in placeholders, in a closed world: only what the reader may read, and never what a user typed as template.

Templates are written by admins and rendered once; names, subjects and comments go in as values, so a `{{` somebody
typed into a ticket stays what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import translation

from adjoin.access import readable
from adjoin.accounts import current
from adjoin.kernel import languages
from adjoin.rules import placeholders
from adjoin.rules.own_values import OwnValues
from adjoin.rules.placeholders import render
from adjoin.satisfaction.placeholders import Placeholders as Satisfaction
from adjoin.tickets.terms import TicketStatus

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.people.models import User
    from adjoin.tickets.models import Comment, Ticket

__all__ = ["link", "render", "values_for"]
PASSAGE_MAX = 20_000  # characters of a comment that go into a mail


def values_for(actor: Actor, ticket: Ticket, *, audit_id: int) -> dict[str, Any]:
    """What placeholders mean for `actor`, who reads the result.

    The latest comment is the latest as of that audit: a mail written late says what it was about."""
    said = readable.comments(actor).filter(ticket=ticket, audit_id__lte=audit_id)
    comments = said.select_related("author").order_by("-audit_id", "-created_at", "-pk")
    latest = comments.first()
    latest_public = latest if latest is None or latest.is_public else comments.filter(is_public=True).first()
    custom_status = placeholders.custom_status(ticket, to_agents=actor.is_agent)
    return {
        "ticket": {
            "id": ticket.pk,
            "title": ticket.subject,
            "status": str(TicketStatus(ticket.status).label) if actor.is_agent else custom_status,
            "custom_status": custom_status,
            "priority": ticket.priority or "",
            "url": link(actor, ticket),
            "link": link(actor, ticket),
            "account": current.account().name,
            "brand": {"name": ticket.brand.name if ticket.brand else current.account().name},
            "group": {"name": ticket.group.name if ticket.group else ""},
            "organization": {
                "name": ticket.organization.name if ticket.organization else "",
                "custom_fields": OwnValues(ticket.organization if actor.is_agent else None),
            },
            "requester": {
                **_person(ticket.requester),
                "custom_fields": OwnValues(ticket.requester if actor.is_agent else None),  # agents keep them
            },
            "assignee": _person(ticket.assignee),
            "latest_comment": _passage(latest),
            "latest_public_comment": _passage(latest_public),
        },
        "satisfaction": Satisfaction(ticket, page=link(actor, ticket), is_for_requester_alone=_asked(actor, ticket)),
        "current_user": {"name": latest.author.name if latest else ""},
    }


def link(actor: Actor, ticket: Ticket) -> str:
    """Where `actor` reads the ticket: the workspace for agents, the brand's help center for end users."""
    if actor.is_agent:
        return f"{current.url()}/agent/tickets/{ticket.pk}/"
    language = translation.get_language() or languages.FIRST
    return f"{ticket.brand.url if ticket.brand else current.url()}/hc/{language}/requests/{ticket.pk}/"


def _asked(actor: Actor, ticket: Ticket) -> bool:
    """Whether the reader asked for the ticket, with an address that is known to be theirs."""
    return not actor.is_agent and actor.user_id == ticket.requester_id and ticket.requester.is_verified


def _person(user: User | None) -> dict[str, str]:
    return {"name": user.name, "first_name": user.name.split(" ")[0]} if user else {"name": "", "first_name": ""}


def _passage(comment: Comment | None) -> str:
    return f"{comment.author.name}:\n{comment.body[:PASSAGE_MAX]}" if comment else ""
