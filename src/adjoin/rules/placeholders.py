"""Placeholders in what rules and macros say, in a closed world.

Templates are written by those who manage rules or macros, and rendered once: names, subjects and comments go in as
values, so a `{{` somebody typed into a ticket stays what it is. Nothing is included; loops and output end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from liquid import BoundTemplate, Environment
from liquid.exceptions import LiquidError

from adjoin.access import readable
from adjoin.accounts import current
from adjoin.fields import statuses
from adjoin.kernel import languages
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.rules.own_values import OwnValues
from adjoin.satisfaction.placeholders import Placeholders as Satisfaction
from adjoin.tickets.terms import Channel, TicketStatus

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.people.models import User
    from adjoin.tickets.models import Ticket

PASSAGE_MAX = 20_000  # characters of a comment


class Closed(Environment):
    """Liquid that ends: so many turns of its loops, so much of output."""

    loop_iteration_limit = 1_000
    output_stream_limit = 200_000  # bytes
    context_depth_limit = 10


_plain, _html = Closed(), Closed(autoescape=True)


def render(template: str, values: Mapping[str, Any], *, is_html: bool = False) -> str:
    """`template` with its placeholders filled in; unknown ones are empty, in HTML values are escaped.

    Raises `Invalid` for a broken template."""
    try:
        return _parsed(template, is_html).render(**values)
    except LiquidError as error:
        raise Invalid.field("template", say("The placeholders are broken: %(error)s") % {"error": error}) from error


@lru_cache(maxsize=256)
def _parsed(template: str, is_html: bool) -> BoundTemplate:
    """Taken apart once for all the mails that say the same. Raises `LiquidError`."""
    return (_html if is_html else _plain).from_string(template)


def check(template: str) -> None:
    """Raises `Invalid` for a template that is broken."""
    try:
        _plain.from_string(template)
    except LiquidError as error:
        raise Invalid.field("template", say("The placeholders are broken: %(error)s") % {"error": error}) from error


def values_for(actor: Actor, ticket: Ticket) -> dict[str, Any]:
    """What placeholders mean in an answer that `actor` writes on a ticket they read.

    Whoever gets the answer reads only its public side, so of comments there are only public ones. What agents keep of
    the requester and the organization they may tell: they see the answer before it goes."""
    public = readable.comments(actor).filter(ticket=ticket, is_public=True).select_related("author")
    first, latest = public.order_by("created_at", "pk").first(), public.order_by("-created_at", "-pk").first()
    brand_name = ticket.brand.name if ticket.brand else current.account().name
    brand_url, brand_locale = (ticket.brand.url, ticket.brand.locale) if ticket.brand else (current.url(), "")
    portal = languages.help_center(ticket.requester.locale, brand_locale)
    link = f"{brand_url}{portal}requests/{ticket.pk}/"
    return {
        "ticket": {
            "id": ticket.pk,
            "external_id": ticket.external_id or "",
            "title": ticket.subject,
            "description": first.body[:PASSAGE_MAX] if first else "",
            "url": link,
            "link": link,
            "via": str(Channel(ticket.channel).label),
            "status": str(TicketStatus(ticket.status).label),
            "custom_status": custom_status(ticket, to_agents=False),
            "priority": ticket.priority or "",
            "ticket_type": ticket.type or "",
            "tags": " ".join(ticket.tags),
            "due_date": _day(ticket.due_at),
            "created_at": _day(ticket.created_at),
            "updated_at": _day(ticket.updated_at),
            "account": current.account().name,
            "brand": {"name": brand_name},
            "group": {"name": ticket.group.name if ticket.group else ""},
            "organization": {
                "name": ticket.organization.name if ticket.organization else "",
                "custom_fields": OwnValues(ticket.organization),
            },
            "requester": {**_person(ticket.requester), "custom_fields": OwnValues(ticket.requester)},
            "assignee": _person(ticket.assignee),
            "latest_comment": latest.body[:PASSAGE_MAX] if latest else "",
            "latest_public_comment": latest.body[:PASSAGE_MAX] if latest else "",
        },
        "satisfaction": Satisfaction(ticket, page=link, is_for_requester_alone=False),
        "current_user": {"id": actor.user_id, "name": actor.name, "first_name": _first(actor.name)},
    }


def custom_status(ticket: Ticket, *, to_agents: bool) -> str:
    """Where a ticket stands, in the account's own words for agents or for end users."""
    book = statuses.book()
    words = book.agent_label if to_agents else book.end_user_label
    return words(ticket.status, ticket.custom_status_id)


def _person(user: User | None) -> dict[str, Any]:
    if user is None:
        return {"id": "", "name": "", "first_name": "", "last_name": "", "email": ""}
    last = user.name.rpartition(" ")[2] if " " in user.name else ""
    email = user.email or ""
    return {"id": user.pk, "name": user.name, "first_name": _first(user.name), "last_name": last, "email": email}


def _first(name: str) -> str:
    return name.split(" ")[0]


def _day(moment: datetime | None) -> str:
    return f"{moment:%B} {moment.day}, {moment.year}" if moment else ""
