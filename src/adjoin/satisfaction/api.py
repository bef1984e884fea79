"""Ratings over the API."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import signed_in
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import BadRequest, Invalid, NotAllowed, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.satisfaction import actions, queries, reasons, serialize
from adjoin.satisfaction.models import SatisfactionReason
from adjoin.satisfaction.terms import Reason, Score
from adjoin.tickets.changes import Via
from adjoin.tickets.terms import Channel

router = Router(tags=["Satisfaction ratings"], auth=signed_in)
SORTS = Sorts.of("created_at", default="created_at")
GIVEN, SAID = Q(score__in=Score.given()), ~Q(comment="")
FILTERS = {
    "offered": Q(score=Score.OFFERED),
    "unoffered": Q(pk__in=[]),
    "received": GIVEN,
    "received_with_comment": GIVEN & SAID,
    "received_without_comment": GIVEN & ~SAID,
    **{str(one.value): Q(score=one) for one in Score.given()},
    **{f"{one.value}_with_comment": Q(score=one) & SAID for one in Score.given()},
    **{f"{one.value}_without_comment": Q(score=one) & ~SAID for one in Score.given()},
}


class SatisfactionRatingJson(Schema):
    """What a requester says of how a ticket was handled."""

    url: str
    id: int
    assignee_id: int | None
    group_id: int | None
    requester_id: int
    ticket_id: int
    score: str
    comment: str | None
    reason: str | None
    reason_id: int | None
    reason_code: int | None
    created_at: str
    updated_at: str


class SatisfactionWriteJson(Schema):
    """A rating: `good` or `bad`, and a few words."""

    score: str
    comment: str | None = None
    reason_code: int | None = None  # of a bad one: see `satisfaction_reasons`


class SatisfactionReasonJson(Schema):
    """Why somebody was not satisfied."""

    url: str
    id: int
    reason_code: int
    value: str
    raw_value: str
    created_at: str | None
    updated_at: str | None
    deleted_at: str | None


ONE = describe.one("satisfaction_rating", SatisfactionRatingJson)


@router.get(
    "/satisfaction_ratings",
    response=describe.many("satisfaction_ratings", SatisfactionRatingJson),
    openapi_extra=describe.takes(*PAGED, "score", "start_time", "end_time"),
)
def list_satisfaction_ratings(request: DeskRequest) -> HttpResponse:
    """The ratings of tickets you read; `score` and times (in seconds since 1970) narrow. For admins."""
    page = paging.page(request, _listed(request), SORTS)
    shown = [serialize.rating(row, answers.base(request)) for row in page.rows]
    return answers.answer(page.envelope("satisfaction_ratings", shown))


@router.get("/satisfaction_ratings/count", response=dict[str, Any])
def count_satisfaction_ratings(request: DeskRequest) -> HttpResponse:
    """How many there are. For admins."""
    counted = {"value": _listed(request).count(), "refreshed_at": answers.moment(timezone.now())}
    return answers.answer({"count": counted})


@router.get("/satisfaction_ratings/{int:rating_id}", response=ONE)
def show_satisfaction_rating(request: DeskRequest, rating_id: int) -> HttpResponse:
    """One of them. For admins."""
    found = _listed(request).filter(pk=rating_id).first()
    if found is None:
        raise NotFound
    return answers.answer({"satisfaction_rating": serialize.rating(found, answers.base(request))})


@router.post(
    "/tickets/{int:ticket_id}/satisfaction_rating",
    response=ONE,
    openapi_extra=describe.asks("satisfaction_rating", SatisfactionWriteJson),
)
def create_satisfaction_rating(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Rate how you were helped. For the requester of a solved ticket, whose address is verified."""
    data = reading.wrapped(request, "satisfaction_rating")
    row = actions.rate(
        actor=request.actor.as_end_user(request.brand.pk),
        ticket_id=ticket_id,
        score=reading.text("score", data.get("score")),
        comment=reading.text("comment", data.get("comment") or ""),
        reason=_code(data.get("reason_code")),
        now=timezone.now(),
        via=Via(Channel.API),
    )
    return answers.answer({"satisfaction_rating": serialize.rating(row, answers.base(request))})


@router.get("/satisfaction_reasons", response=dict[str, list[SatisfactionReasonJson]])
def list_satisfaction_reasons(request: DeskRequest) -> HttpResponse:
    """The reasons that somebody chooses from who was not satisfied, in order, none being the first."""
    base = answers.base(request)
    shown = [serialize.reason(row, base) for row in reasons.offered()]
    return answers.answer({"reasons": [serialize.no_reason(base), *shown]})


@router.get("/satisfaction_reasons/{int:reason_id}", response=describe.one("reason", SatisfactionReasonJson))
def show_satisfaction_reason(request: DeskRequest, reason_id: int) -> HttpResponse:
    """One of them, by its code, also one that is not offered any more."""
    row = SatisfactionReason.objects.filter(code=reason_id).first()
    if row is None:
        raise NotFound
    return answers.answer({"reason": serialize.reason(row, answers.base(request))})


def _code(given: Any) -> int:
    """The reason's number; none where none is given. Raises `Invalid` for what is no number."""
    if given is None:
        return Reason.NONE
    found = 0 if given in (0, "0") else reading.whole_number(given)
    if found is None:
        raise Invalid.field("reason_code", say("reason_code: must be a number"))
    return found


def _listed(request: DeskRequest) -> Any:
    """Those that the request asks for. Raises `NotAllowed`, `BadRequest`."""
    if not request.actor.is_admin:
        raise NotAllowed(say("Only admins list how tickets were rated."))
    rows = queries.readable(request.actor)
    if score := reading.words(request, "score"):
        if score not in FILTERS:
            raise BadRequest(say("Parameter score is one of %(filters)s") % {"filters": ", ".join(FILTERS)})
        rows = rows.filter(FILTERS[score])
    for name, column in (("start_time", "created_at__gte"), ("end_time", "created_at__lte")):
        if asked := reading.words(request, name):
            rows = rows.filter(**{column: reading.moment(name, asked)})
    return rows
