"""Votes over the API."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.kernel.api import answers, describe
from adjoin.kernel.api.doors import signed_in
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.knowledge import serialize
from adjoin.knowledge.actions import votes
from adjoin.knowledge.api import common
from adjoin.knowledge.api.schemas import VoteJson
from adjoin.knowledge.models import Vote

router = Router(tags=["Help center votes"], auth=signed_in)
ONE, MANY = describe.one("vote", VoteJson), describe.many("votes", VoteJson)


@router.post("/help_center/articles/{int:article_id}/up", response=ONE)
def vote_up(request: DeskRequest, article_id: int) -> HttpResponse:
    """It helped."""
    return _vote(request, article_id, 1)


@router.post("/help_center/articles/{int:article_id}/down", response=ONE)
def vote_down(request: DeskRequest, article_id: int) -> HttpResponse:
    """It did not help."""
    return _vote(request, article_id, -1)


@router.get("/help_center/articles/{int:article_id}/votes", response=MANY)
def list_votes(request: DeskRequest, article_id: int) -> HttpResponse:
    """Agents see everybody's votes, others their own."""
    rows = Vote.objects.filter(article=common.article(request, article_id))
    if not request.actor.is_agent:
        rows = rows.filter(user_id=request.actor.user_id or 0)
    origin = answers.origin(request)
    return common.listed(request, "votes", rows, lambda page: [serialize.vote(row, origin) for row in page])


@router.delete("/help_center/votes/{int:vote_id}", response={204: None})
def delete_vote(request: DeskRequest, vote_id: int) -> HttpResponse:
    """Take back a vote of your own."""
    found = Vote.objects.filter(pk=vote_id, user_id=request.actor.user_id or 0).first()
    if found is None:
        raise NotFound
    votes.vote(actor=request.actor, brand=request.brand, article_id=found.article_id, value=0, now=timezone.now())
    return answers.nothing()


def _vote(request: DeskRequest, article_id: int, value: int) -> HttpResponse:
    row = votes.vote(actor=request.actor, brand=request.brand, article_id=article_id, value=value, now=timezone.now())
    if row is None:
        raise NotFound
    return answers.answer({"vote": serialize.vote(row, answers.origin(request))})
