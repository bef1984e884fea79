"""Ratings in the API, in Zendesk's shapes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from adjoin.kernel.api.answers import Json, moment
from adjoin.satisfaction.models import SatisfactionRating, SatisfactionReason
from adjoin.satisfaction.terms import UNOFFERED, Reason

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Ticket


def rating(row: SatisfactionRating, base: str) -> Json:
    """One rating by itself."""
    return {
        "url": f"{base}/satisfaction_ratings/{row.pk}.json",
        "id": row.pk,
        "assignee_id": row.assignee_id,
        "group_id": row.group_id,
        "requester_id": row.requester_id,
        "ticket_id": row.ticket_id,
        "score": row.score,
        "comment": row.comment or None,
        **_reason(row),
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
    }


def of_tickets(actor: Actor, tickets: Iterable[Ticket]) -> dict[int, dict[str, Any]]:
    """`satisfaction_rating` of each ticket. One query."""
    ids = [ticket.pk for ticket in tickets]
    found = {row.ticket_id: row for row in SatisfactionRating.objects.filter(ticket_id__in=ids)}
    return {pk: {"satisfaction_rating": _short(found.get(pk))} for pk in ids}


def _short(row: SatisfactionRating | None) -> Json:
    if row is None:
        return {"score": UNOFFERED}
    said = {"comment": row.comment} if row.comment else {}
    reason = _reason(row) if row.reason != Reason.NONE else {}
    return {"score": row.score, "id": row.pk, **said, **{key: reason[key] for key in ("reason", "reason_id") if reason}}


def reason(row: SatisfactionReason, base: str) -> Json:
    """One reason of those to choose from. Its id is its code."""
    return {
        "url": f"{base}/satisfaction_reasons/{row.code}.json",
        "id": row.code,
        "reason_code": row.code,
        "value": row.said,
        "raw_value": row.said,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
        "deleted_at": moment(row.deleted_at),
    }


def no_reason(base: str) -> Json:
    """What a rating has that gives none, as Zendesk lists it with the others."""
    return reason(SatisfactionReason(code=Reason.NONE, position=0), base)


def _reason(row: SatisfactionRating) -> Json:
    if row.reason == Reason.NONE:
        return {"reason": None, "reason_id": None, "reason_code": None}
    return {"reason": row.reason_said, "reason_id": row.reason, "reason_code": row.reason}
