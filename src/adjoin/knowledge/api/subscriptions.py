"""What people follow, over the API: each their own. Whoever looks after articles adds nobody else."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.kernel.api import answers, describe, reading
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import signed_in
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.knowledge import serialize
from adjoin.knowledge.actions import following
from adjoin.knowledge.api import common
from adjoin.knowledge.api.schemas import SubscriptionJson, SubscriptionWriteJson
from adjoin.knowledge.models import Subscription

router = Router(tags=["Help center subscriptions"])
ONE, MANY = describe.one("subscription", SubscriptionJson), describe.many("subscriptions", SubscriptionJson)
LISTED: dict[str, Any] = {"response": MANY, "openapi_extra": describe.takes(*PAGED), "auth": signed_in}
MADE: dict[str, Any] = {
    "response": {201: ONE},
    "openapi_extra": describe.asks("subscription", SubscriptionWriteJson),
    "auth": signed_in,
}
ARTICLE = "/articles/{int:article_id}/subscriptions"
SECTION = "/sections/{int:section_id}/subscriptions"


@common.both(router, ARTICLE, **LISTED)
def list_article_subscriptions(request: DeskRequest, article_id: int, locale: str = "") -> HttpResponse:
    """Your subscription to an article, if you have one."""
    return _listed(request, _own(request).filter(article_id=article_id))


@common.both(router, SECTION, **LISTED)
def list_section_subscriptions(request: DeskRequest, section_id: int, locale: str = "") -> HttpResponse:
    """Your subscription to a section, if you have one."""
    return _listed(request, _own(request).filter(section_id=section_id))


@router.get("/help_center/users/{user_id}/subscriptions", **LISTED)
def list_user_subscriptions(request: DeskRequest, user_id: str) -> HttpResponse:
    """What you follow: `me`, or your own id. What others follow is not told."""
    if user_id not in ("me", str(request.actor.user_id)):
        raise NotFound
    return _listed(request, _own(request))


@common.both(router, ARTICLE, "post", **MADE)
def follow_article(request: DeskRequest, article_id: int, locale: str = "") -> HttpResponse:
    """Follow an article: its changes and the comments on it."""
    row = following.follow_article(
        actor=request.actor, brand=request.brand, article_id=article_id, locale=_locale(request), now=timezone.now()
    )
    return _answer(request, row)


@common.both(router, SECTION, "post", **MADE)
def follow_section(request: DeskRequest, section_id: int, locale: str = "") -> HttpResponse:
    """Follow a section: its new articles, and with `include_comments` the comments on all of them."""
    row = following.follow_section(
        actor=request.actor,
        brand=request.brand,
        section_id=section_id,
        locale=_locale(request),
        include_comments=reading.flag("include_comments", _said(request).get("include_comments", False)),
        now=timezone.now(),
    )
    return _answer(request, row)


@common.both(router, ARTICLE + "/{int:subscription_id}", "delete", auth=signed_in, response={204: None})
def unfollow_article(request: DeskRequest, article_id: int, subscription_id: int, locale: str = "") -> HttpResponse:
    """Follow it no more."""
    following.unfollow(actor=request.actor, subscription_id=_one(request, subscription_id, article_id=article_id))
    return answers.nothing()


@common.both(router, SECTION + "/{int:subscription_id}", "delete", auth=signed_in, response={204: None})
def unfollow_section(request: DeskRequest, section_id: int, subscription_id: int, locale: str = "") -> HttpResponse:
    """Follow it no more."""
    following.unfollow(actor=request.actor, subscription_id=_one(request, subscription_id, section_id=section_id))
    return answers.nothing()


def _own(request: DeskRequest) -> Any:
    return following.readable(request.actor, request.brand)


def _one(request: DeskRequest, subscription_id: int, **of: int) -> int:
    if not following.own(request.actor).filter(pk=subscription_id, **of).exists():
        raise NotFound
    return subscription_id


def _said(request: DeskRequest) -> dict[str, Any]:
    return reading.wrapped(request, "subscription") if request.body else {}


def _locale(request: DeskRequest) -> str:
    return reading.text("locale", _said(request).get("locale")) or "en"


def _listed(request: DeskRequest, rows: Any) -> HttpResponse:
    origin = answers.origin(request)

    def shown(page: list[Subscription]) -> list[answers.Json]:
        return [serialize.subscription(row, origin) for row in page]

    return common.listed(request, "subscriptions", rows, shown)


def _answer(request: DeskRequest, row: Subscription) -> HttpResponse:
    return answers.answer({"subscription": serialize.subscription(row, answers.origin(request))}, status=201)
