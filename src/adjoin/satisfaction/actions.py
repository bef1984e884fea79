"""Rating: by the requester alone, as one update of the ticket, so that rules hear of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from adjoin.kernel import text
from adjoin.kernel.errors import Invalid, NotAllowed
from adjoin.kernel.wording import say
from adjoin.satisfaction import queries, reasons
from adjoin.satisfaction.models import SatisfactionRating
from adjoin.satisfaction.terms import Reason, Score
from adjoin.tickets import actions as tickets
from adjoin.tickets.changes import Via

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.changes import Change
    from adjoin.tickets.models import Ticket

FIELD = "satisfaction_rating"  # of an update
COMMENT_MAX = 5000  # characters


@dataclass(frozen=True)
class Given:
    """A rating on its way in."""

    score: str
    comment: str = ""
    reason: int = Reason.NONE  # of a bad one


@transaction.atomic
def rate(
    *,
    actor: Actor,
    ticket_id: int,
    score: str,
    comment: str = "",
    reason: int = Reason.NONE,
    now: datetime,
    via: Via,
) -> SatisfactionRating:
    """The requester's rating, which takes the place of an earlier one.

    Raises `NotFound`, `NotAllowed` for anybody else, `TicketIsClosed`, and `Invalid` before the ticket is solved."""
    tickets.update(
        actor=actor, ticket_id=ticket_id, now=now, via=via, satisfaction_rating=Given(score, comment, reason)
    )
    found = queries.of(ticket_id)
    assert found is not None  # `write` has kept it
    return found


def may_be_rated(ticket: Ticket, rating: SatisfactionRating | None) -> bool:
    """Whether it is time: once it is solved, or was rated or asked about before, until it is closed."""
    return not ticket.is_closed and (ticket.is_solved or rating is not None)


def write(change: Change, given: Any) -> None:
    """Keep a `Given`. Raises `NotAllowed`, `Invalid`."""
    ticket, rating = change.ticket, queries.of(change.ticket.pk)
    if not isinstance(given, Given) or change.actor.user_id != ticket.requester_id:
        raise NotAllowed(say("Only the person who asked rates how they were helped."))
    if given.score not in Score.given():
        raise Invalid.field("score", say("Score: choose good or bad"))
    if not may_be_rated(ticket, rating):
        raise Invalid.field("base", say("A request can be rated once it is solved."))
    comment = text.plain(given.comment).strip()[:COMMENT_MAX]
    reason, words = _reason(given, rating)
    about: dict[str, Any] = {"reason": reason, "reason_words": words}
    about |= {"assignee_id": ticket.assignee_id, "group_id": ticket.group_id}
    queries.keep_before(change, rating)
    SatisfactionRating.objects.update_or_create(
        ticket=ticket,
        defaults={"score": given.score, "comment": comment, "updated_at": change.now, **about},
        create_defaults={
            "score": given.score,
            "comment": comment,
            "requester_id": ticket.requester_id,
            "created_at": change.now,
            "updated_at": change.now,
            **about,
        },
    )
    change.record("SatisfactionRating", score=given.score, assignee_id=ticket.assignee_id, body=comment)


def _reason(given: Given, rating: SatisfactionRating | None) -> tuple[int, str]:
    """The code of the reason, and what it is called now; one that the rating has stays as it was chosen.

    Raises `Invalid` for one that is not offered."""
    if rating is not None and given.reason == rating.reason != Reason.NONE:
        found = rating.reason, rating.reason_words
    elif given.reason == Reason.NONE:
        found = Reason.NONE.value, ""
    else:
        offered = {row.code: row.words for row in reasons.offered()}
        if given.reason not in offered:
            codes = ", ".join(map(str, (Reason.NONE.value, *offered)))
            raise Invalid.field("reason_code", say("reason_code: choose one of %(map)s") % {"map": codes})
        found = given.reason, offered[given.reason]
    return found if given.score == Score.BAD else (Reason.NONE.value, "")
