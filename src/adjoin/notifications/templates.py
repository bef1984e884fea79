"""Filling in placeholders, in a closed world: only what the reader may read, and never what a user typed as template.

Templates are written by admins and rendered once; names, subjects and comments go in as values, so a `{{` somebody
typed into a ticket stays what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import translation

from adjoin.access import readable
from adjoin.accounts import current
from adjoin.kernel import languages
from adjoin.rules import placeholders, ticket_names
from adjoin.rules.placeholders import render
from adjoin.satisfaction.placeholders import Placeholders as Satisfaction

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Comment, Ticket

__all__ = ["link", "render", "values_for"]


def values_for(actor: Actor, ticket: Ticket, *, audit_id: int) -> dict[str, Any]:
    """What placeholders mean for `actor`, who reads the result.

    The latest comment is the latest as of that audit: a mail written late says what it was about."""
    said = readable.comments(actor).filter(ticket=ticket, audit_id__lte=audit_id)
    page, is_agent = link(actor, ticket), actor.is_agent
    told = ticket_names.of(ticket, comments=said, url=page, is_inside=is_agent, reader_id=actor.user_id)
    return {
        "ticket": told.but(
            latest_comment=lambda: _passage(said), latest_public_comment=lambda: _passage(said.filter(is_public=True))
        ),
        "satisfaction": Satisfaction(ticket, page=page, is_for_requester_alone=_asked(actor, ticket)),
        "current_user": placeholders.by(lambda: _author_id(actor, said, audit_id), is_inside=is_agent),
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


def _author_id(actor: Actor, said: QuerySet[Comment], audit_id: int) -> int | None:
    """Who made the update; to end users, who have no history, whoever spoke last."""
    made = readable.audits(actor).filter(pk=audit_id).values_list("author_id", flat=True).first()
    return made or said.order_by(*ticket_names.LATEST).values_list("author_id", flat=True).first()


def _passage(said: QuerySet[Comment]) -> str:
    latest = said.select_related("author").order_by(*ticket_names.LATEST).first()
    return f"{latest.author.name}:\n{latest.body[: ticket_names.PASSAGE_MAX]}" if latest else ""
