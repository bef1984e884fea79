"""Badges on tickets: how their requesters say they were helped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from adjoin.satisfaction.models import SatisfactionRating
from adjoin.satisfaction.terms import Score
from adjoin.tickets.hooks import Mark

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Ticket

SHOWN = 60  # characters of what was said; the rest stands in the badge's title


def marks(actor: Actor, tickets: Sequence[Ticket]) -> dict[int, list[Mark]]:
    """A badge for each rating that was given, for agents. One query."""
    if not actor.is_agent:
        return {}
    ids = [ticket.pk for ticket in tickets if ticket.is_solved or len(tickets) == 1]
    given = SatisfactionRating.objects.filter(ticket_id__in=ids, score__in=Score.given()) if ids else ()
    return {row.ticket_id: [of(row)] for row in given}


def of(row: SatisfactionRating) -> Mark:
    """One badge: "Rated bad: Slow."; in lists without what was said."""
    is_good = row.score == Score.GOOD
    rated = _("Rated good") if is_good else _("Rated bad")
    said = Truncator(" · ".join(filter(None, (row.reason_said, row.comment)))).chars(SHOWN)
    label = _("%(rated)s: %(said)s") % {"rated": rated, "said": said} if said else rated
    icon, kind = ("thumbs-up", "") if is_good else ("thumbs-down", "warning")
    return Mark(label, kind, row.comment or rated, icon, short=rated)
