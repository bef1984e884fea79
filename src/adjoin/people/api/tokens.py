"""API tokens over the API: one's own, and for admins everybody's. Zendesk has no shape for these."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from adjoin.access import permissions, readable
from adjoin.access.permissions import Permission
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.answers import Json
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import signed_in
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import Invalid, NotAllowed, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.people import actions
from adjoin.people.actions.tokens import LIFETIME
from adjoin.people.models import ApiToken, User

router = Router(tags=["API tokens"], auth=signed_in)
SORTS = Sorts.of("created_at")
KEYS = {"name", "scopes", "expires_at", "lifetime_days"}
LIFETIME_DAYS_MAX = 36_500


class ApiTokenJson(Schema):
    """A token, without its secret."""

    id: int
    user_id: int
    name: str
    prefix: str
    scopes: list[str]
    created_by_id: int | None
    created_at: str
    expires_at: str | None
    last_used_at: str | None


class NewApiTokenJson(ApiTokenJson):
    """A token just made. `token` is the secret, shown this once."""

    token: str


class ApiTokenWriteJson(Schema):
    """What a new token is to be. No scopes: all that its owner may do. Without an end it lasts a year."""

    name: str
    scopes: list[str] | None = None
    expires_at: str | None = None
    lifetime_days: int | None = None


@router.get("/api_tokens", response=describe.many("api_tokens", ApiTokenJson), openapi_extra=describe.takes(*PAGED))
def list_all_tokens(request: DeskRequest) -> HttpResponse:
    """Every living token of the desk; for admins."""
    permissions.require(request.actor, Permission.MANAGE_TEAM)
    return _page_of(request, ApiToken.objects.filter(revoked_at=None))


@router.get(
    "/users/{user_id}/api_tokens",
    response=describe.many("api_tokens", ApiTokenJson),
    openapi_extra=describe.takes(*PAGED),
)
def list_tokens(request: DeskRequest, user_id: str) -> HttpResponse:
    """The living tokens of a person; `me` is oneself. For themselves and for admins."""
    return _page_of(request, ApiToken.objects.filter(user=_person(request, user_id), revoked_at=None))


@router.post(
    "/users/{user_id}/api_tokens",
    response={201: describe.one("api_token", NewApiTokenJson)},
    openapi_extra=describe.asks("api_token", ApiTokenWriteJson),
)
def create_token(request: DeskRequest, user_id: str) -> HttpResponse:
    """A new token with which programs act exactly as that person. The secret is in this answer and nowhere else.

    A token makes none that is wider or lasts longer than itself, and with scopes none for anybody but its owner."""
    data, now = reading.wrapped(request, "api_token"), timezone.now()
    user = _person(request, user_id)
    _may_mint_for(request, user)
    token, secret = actions.create_api_token(
        user=user,
        name=reading.text("name", data.get("name")),
        now=now,
        lifetime=_lifetime(data, now, request.api_token),
        scopes=_scopes(data),
        created_by_id=request.actor.user_id,
        minted_with=request.api_token,
    )
    shown = {**_shown(token), "token": secret}
    location = f"{answers.origin(request)}/api/adjoin/v1/users/{user.pk}/api_tokens/{token.pk}"
    return answers.created({"api_token": shown}, location, ignored=reading.unknown_to(data, KEYS, "api_token"))


@router.get("/users/{user_id}/api_tokens/{int:api_token_id}", response=describe.one("api_token", ApiTokenJson))
def show_token(request: DeskRequest, user_id: str, api_token_id: int) -> HttpResponse:
    """One token, without its secret."""
    return answers.answer({"api_token": _shown(_token(request, user_id, api_token_id))})


@router.delete("/users/{user_id}/api_tokens/{int:api_token_id}", response={204: None})
def revoke_token(request: DeskRequest, user_id: str, api_token_id: int) -> HttpResponse:
    """Make a token useless from now on."""
    actions.revoke_api_token(token=_token(request, user_id, api_token_id), now=timezone.now())
    return answers.nothing()


def _person(request: DeskRequest, user_id: str) -> User:
    """The person meant. Raises `NotFound`, or `NotAllowed` for somebody else's tokens."""
    pk = request.actor.user_id if user_id == "me" else reading.whole_number(user_id)
    found = readable.users(request.actor).filter(pk=pk or 0, is_active=True).first()
    if found is None:
        raise NotFound
    if found.pk != request.actor.user_id and not request.actor.is_admin:
        raise NotAllowed(say("Only admins look after the tokens of others."))
    return found


def _may_mint_for(request: DeskRequest, user: User) -> None:
    if user.pk == request.actor.user_id:
        return
    if user.is_owner:
        raise NotAllowed(say("Only the owner makes tokens that act as the owner."))
    if request.api_token is not None and request.api_token.scopes:
        raise NotAllowed(say("A token with scopes makes tokens for its owner only."))


def _lifetime(data: dict[str, Any], now: datetime, own: ApiToken | None) -> timedelta | None:
    """How long the new token lasts: as asked, otherwise a year or as long as the token that asks; None for good."""
    if data.get("lifetime_days") is not None:
        days = reading.whole_number(data["lifetime_days"])
        if days is None or days > LIFETIME_DAYS_MAX:
            raise Invalid.field(
                "lifetime_days", say("lifetime_days: must be 1 to %(most)s") % {"most": LIFETIME_DAYS_MAX}
            )
        return timedelta(days=days)
    if "expires_at" in data or "lifetime_days" in data:
        until = reading.moment("expires_at", data.get("expires_at"))
        if until is not None and until <= now:
            raise Invalid.field("expires_at", say("expires_at: must be in the future"))
        return until - now if until is not None else None
    ends_sooner = own is not None and own.expires_at is not None and own.expires_at < now + LIFETIME
    return None if ends_sooner else LIFETIME


def _scopes(data: dict[str, Any]) -> str | list[str]:
    given = data.get("scopes") or []
    if not isinstance(given, str) and not (isinstance(given, list) and all(isinstance(one, str) for one in given)):
        raise Invalid.field("scopes", say("Scopes: must be a list of words"))
    return given


def _token(request: DeskRequest, user_id: str, token_id: int) -> ApiToken:
    rows = ApiToken.objects.select_related("user").filter(user=_person(request, user_id), revoked_at=None)
    found = rows.filter(pk=token_id).first()
    if found is None:
        raise NotFound
    return found


def _page_of(request: DeskRequest, rows: QuerySet[ApiToken]) -> HttpResponse:
    page = paging.page(request, rows, SORTS)
    return answers.answer(page.envelope("api_tokens", [_shown(token) for token in page.rows]))


def _shown(token: ApiToken) -> Json:
    return {
        "id": token.pk,
        "user_id": token.user_id,
        "name": token.name,
        "prefix": token.prefix,
        "scopes": token.scopes,
        "created_by_id": token.created_by_id,
        "created_at": answers.moment(token.created_at),
        "expires_at": answers.moment(token.expires_at),
        "last_used_at": answers.moment(token.last_used_at),
    }
