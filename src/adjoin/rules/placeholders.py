"""Placeholders in what rules and macros say, in a closed world.

Templates are written by those who manage rules or macros, and rendered once: names, subjects and comments go in as
values, so a `{{` somebody typed into a ticket stays what it is. Nothing is included; loops and output end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from liquid import BoundTemplate, Environment
from liquid.exceptions import LiquidError

from adjoin.access import readable
from adjoin.accounts import current
from adjoin.kernel import languages
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.people.models import User
from adjoin.rules import names, ticket_names
from adjoin.rules.names import Names
from adjoin.satisfaction.placeholders import Placeholders as Satisfaction

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Ticket


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


def values_for(actor: Actor, ticket: Ticket, *, is_inside: bool = True) -> dict[str, Any]:
    """What placeholders mean in an answer that `actor` writes on a ticket they read.

    Whoever gets the answer reads only its public side, so of comments there are only public ones. What agents keep of
    the requester and the organization they may tell, since they see the answer before it goes; where nobody sees it
    before, `is_inside` is false."""
    public = readable.comments(actor).filter(ticket=ticket, is_public=True)
    link = portal_link(ticket)
    told = ticket_names.of(
        ticket, comments=public, url=link, is_inside=is_inside, reader_id=None if is_inside else ticket.requester_id
    )
    return {
        "ticket": told.but(custom_status=lambda: ticket_names.custom_status(ticket, is_inside=False)),
        "satisfaction": Satisfaction(ticket, page=link, is_for_requester_alone=False),
        "current_user": by(lambda: actor.user_id, is_inside=is_inside),
    }


def by(find_id: Callable[[], int | None], *, is_inside: bool) -> Names:
    """Whoever makes an update, looked up once somebody asks for them; nobody for the desk itself."""

    @cache
    def find() -> User | None:
        user_id = find_id()
        return User.objects.filter(pk=user_id).first() if user_id is not None else None

    return names.person(find, is_inside=is_inside)


def portal_link(ticket: Ticket) -> str:
    """Where its requester reads a ticket, in their language."""
    brand_url, brand_locale = (ticket.brand.url, ticket.brand.locale) if ticket.brand else (current.url(), "")
    return f"{brand_url}{languages.help_center(ticket.requester.locale, brand_locale)}requests/{ticket.pk}/"
