"""Following organizations over the API: a subscription is a membership that is followed, and has its id."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import actors, readable
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.answers import Json
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import signed_in
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.people import actions
from adjoin.people.api import members, writing
from adjoin.people.api.schemas import SubscriptionJson, SubscriptionWriteJson
from adjoin.people.models import Membership

router = Router(tags=["Organization subscriptions"], auth=signed_in)
SORTS = Sorts.of("created_at")
ONE = describe.one("organization_subscription", SubscriptionJson)
MANY = describe.many("organization_subscriptions", SubscriptionJson)
LISTED = describe.takes(*PAGED)
WRITTEN = describe.asks("organization_subscription", SubscriptionWriteJson)
KEYS = {"user_id", "organization_id"}


@router.get("/organization_subscriptions", response=MANY, openapi_extra=LISTED)
def list_subscriptions(request: DeskRequest) -> HttpResponse:
    """Who follows which organization: everybody for agents, oneself for end users."""
    return _page_of(request, _followed(request))


@router.get("/users/{int:user_id}/organization_subscriptions", response=MANY, openapi_extra=LISTED)
def list_subscriptions_of_user(request: DeskRequest, user_id: int) -> HttpResponse:
    """The organizations that a person follows."""
    if not readable.users(request.actor).filter(pk=user_id).exists():
        raise NotFound
    return _page_of(request, _followed(request).filter(user_id=user_id))


@router.get("/organizations/{int:organization_id}/subscriptions", response=MANY, openapi_extra=LISTED)
def list_subscriptions_of_organization(request: DeskRequest, organization_id: int) -> HttpResponse:
    """The people who follow an organization."""
    if not readable.organizations(request.actor).filter(pk=organization_id).exists():
        raise NotFound
    return _page_of(request, _followed(request).filter(organization_id=organization_id))


@router.get("/organization_subscriptions/{int:membership_id}", response=ONE)
def show_subscription(request: DeskRequest, membership_id: int) -> HttpResponse:
    """One subscription."""
    return answers.answer({"organization_subscription": _shown(request, _one(request, membership_id))})


@router.post("/organization_subscriptions", response={201: ONE}, openapi_extra=WRITTEN)
def create_subscription(request: DeskRequest) -> HttpResponse:
    """Follow an organization whose tickets one sees as its member, or have an end user follow it."""
    data = reading.wrapped(request, "organization_subscription")
    user_id = request.actor.user_id if data.get("user_id") is None else reading.whole_number(data["user_id"])
    organization_id = reading.whole_number(data.get("organization_id"))
    found = writing.memberships(request.actor).filter(user_id=user_id or 0, organization_id=organization_id or 0)
    row = found.first()
    if row is None or row.organization_id not in actors.load(row.user_id).seen_organization_ids:
        raise Invalid.field(
            "organization_id", say("Organization: its members do not share their tickets with that person")
        )
    _may_change(request, row)
    row = actions.follow_organization(membership=row, now=timezone.now())
    location = f"{answers.base(request)}/organization_subscriptions/{row.pk}.json"
    ignored = reading.unknown_to(data, KEYS, "organization_subscription")
    return answers.created({"organization_subscription": _shown(request, row)}, location, ignored=ignored)


@router.delete("/organization_subscriptions/{int:membership_id}", response={204: None})
def delete_subscription(request: DeskRequest, membership_id: int) -> HttpResponse:
    """Follow an organization no more; its member stays what they are."""
    row = _one(request, membership_id)
    _may_change(request, row)
    actions.unfollow_organization(membership=row)
    return answers.nothing()


def _may_change(request: DeskRequest, row: Membership) -> None:
    """Raises `NotAllowed` for somebody else's, unless one looks after that person."""
    if row.user_id != request.actor.user_id:
        members.may_update(request.actor, row.user, {}, {})


def _followed(request: DeskRequest) -> QuerySet[Membership]:
    return writing.memberships(request.actor).filter(followed_at__isnull=False)


def _one(request: DeskRequest, membership_id: int) -> Membership:
    found = _followed(request).filter(pk=membership_id).first()
    if found is None:
        raise NotFound
    return found


def _shown(request: DeskRequest, row: Membership) -> Json:
    return {
        "url": f"{answers.base(request)}/organization_subscriptions/{row.pk}.json",
        "id": row.pk,
        "user_id": row.user_id,
        "organization_id": row.organization_id,
        "created_at": answers.moment(row.followed_at),
    }


def _page_of(request: DeskRequest, rows: QuerySet[Membership]) -> HttpResponse:
    page = paging.page(request, rows, SORTS)
    return answers.answer(page.envelope("organization_subscriptions", [_shown(request, row) for row in page.rows]))
