"""People over the API: all of them for agents, oneself for end users."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from ninja import Router

from adjoin.access import granting, listed, permissions, readable
from adjoin.access.api import dry_run
from adjoin.access.permissions import Permission
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.answers import Json
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only, signed_in
from adjoin.kernel.api.paging import Page, Sorts
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.field_values import Target
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.people import actions, hooks, parse, serialize
from adjoin.people.api import members, own_values, sideloads, user_writing
from adjoin.people.api.schemas import UserJson, UserWriteJson
from adjoin.people.models import User, UserField

router = Router(tags=["Users"], auth=agents_only)
SORTS = Sorts.of("name", "created_at", "updated_at")
ONE = describe.one("user", UserJson)
MANY = describe.many("users", UserJson)
WRITES = {**describe.asks("user", UserWriteJson), **describe.takes(dry_run.TAKES)}
LISTED = describe.takes(*PAGED, "include", "role", "external_id")


@router.get("/users/me", auth=None, response=ONE)
def show_me(request: DeskRequest) -> HttpResponse:
    """Who you are to this help desk; nobody is shown as an anonymous user. `authenticity_token` is what a browser's
    session sends with its writes, in the header `X-CSRF-Token`."""
    found = serialize.with_defaults(readable.users(request.actor)).filter(pk=request.actor.user_id or 0).first()
    shown = _shown(request, found) if found is not None else serialize.anonymous()
    if "HTTP_AUTHORIZATION" in request.META:
        return answers.answer({"user": shown})
    keys = list(shown.items())
    after = next((place for place, (name, _) in enumerate(keys) if name == "verified"), len(keys) - 1) + 1
    return answers.answer({"user": dict([*keys[:after], ("authenticity_token", get_token(request)), *keys[after:]])})


@router.get("/users", response=MANY, openapi_extra=LISTED)
def list_users(request: DeskRequest) -> HttpResponse:
    """People, oldest first unless sorted otherwise; `role` and `external_id` narrow them."""
    rows = _living(request)
    if roles := reading.choices(request, "role"):
        rows = rows.filter(role__in=roles)
    if external_id := reading.words(request, "external_id"):
        rows = rows.filter(external_id__iexact=external_id)
    return page_of(request, rows)


@router.get("/users/count", response=dict[str, Any])
def count_users(request: DeskRequest) -> HttpResponse:
    """How many people there are."""
    return answers.answer(answers.count(_living(request).count(), timezone.now()))


@router.get("/groups/{int:group_id}/users", response=MANY, openapi_extra=LISTED)
def list_users_of_group(request: DeskRequest, group_id: int) -> HttpResponse:
    """The agents in a group."""
    if not readable.groups(request.actor).filter(pk=group_id).exists():
        raise NotFound
    return page_of(request, _living(request).filter(group_memberships__group_id=group_id))


@router.get("/organizations/{int:organization_id}/users", response=MANY, openapi_extra=LISTED)
def list_users_of_organization(request: DeskRequest, organization_id: int) -> HttpResponse:
    """The members of an organization."""
    if not readable.organizations(request.actor).filter(pk=organization_id).exists():
        raise NotFound
    return page_of(request, _living(request).filter(memberships__organization_id=organization_id))


@router.get("/users/show_many", response=MANY, openapi_extra=describe.takes("ids", "external_ids", "include"))
def show_many_users(request: DeskRequest) -> HttpResponse:
    """Up to 100 people by their ids, or by their external ids."""
    rows = listed.users(request.actor)
    if external_ids := reading.choices(request, "external_ids")[: reading.MANY_MAX]:
        rows = rows.filter(external_id__in=external_ids)
    else:
        rows = rows.filter(pk__in=reading.ids(request))
    return answer_page(request, paging.whole(serialize.with_defaults(rows.order_by("pk"))))


@router.get("/users/autocomplete", response=MANY, openapi_extra=describe.takes("name", "source", "field_id"))
def autocomplete_users(request: DeskRequest) -> HttpResponse:
    """People whose name or address begins with `name`, of at least two characters.

    With `source` and `field_id` those that this lookup field offers."""
    name = reading.words(request, "name")
    if len(name) < 2:
        raise Invalid.field("name", say("Name: give at least two characters"))
    begins = Q(name__istartswith=name) | Q(name__icontains=f" {name}") | Q(email__startswith=name.lower())
    return page_of(request, _living(request).filter(begins, own_values.offered(request, Target.USER)))


@router.get("/users/{int:user_id}", auth=signed_in, response=ONE, openapi_extra=describe.takes("include"))
def show_user(request: DeskRequest, user_id: int) -> HttpResponse:
    """One person. End users see themselves, with fewer keys."""
    return _answer(request, _user(request, user_id))


@router.post("/users", response={201: ONE}, openapi_extra=describe.asks("user", UserWriteJson))
def create_user(request: DeskRequest) -> HttpResponse:
    """A new person. Admins make anybody, agents make end users, and team members if their role says so."""
    return _create(request, reading.wrapped(request, "user"))


@router.post("/users/create_or_update", response={200: ONE, 201: ONE}, openapi_extra=WRITES)
def create_or_update_user(request: DeskRequest) -> HttpResponse:
    """Change the person with that `email`, or else that `external_id`, or make a new one."""
    data = reading.wrapped(request, "user")
    user, rest = user_writing.known_by(request.actor, data, "email", "external_id")
    return _create(request, data) if user is None else _update(request, user, rest)


@router.put("/users/{int:user_id}", auth=signed_in, response=ONE, openapi_extra=WRITES)
def update_user(request: DeskRequest, user_id: int) -> HttpResponse:
    """Change a person: admins everybody, agents end users, and all some things about themselves.

    A new `email` is taken for somebody without one; another `organization_id` replaces all memberships."""
    return _update(request, _user(request, user_id), reading.wrapped(request, "user"))


@router.delete("/users/{int:user_id}", response=ONE)
def delete_user(request: DeskRequest, user_id: int) -> HttpResponse:
    """Delete a person, who is shown once more as they are then. For admins; nobody deletes themselves."""
    user_writing.delete(request.actor, _user(request, user_id), timezone.now())
    return _answer(request, _user(request, user_id))


@router.delete("/deleted_users/{int:user_id}", response=ONE)
def erase_user(request: DeskRequest, user_id: int) -> HttpResponse:
    """Erase a deleted person for good: what they said stays, under no name. Partners who know them are told."""
    permissions.require(request.actor, Permission.MANAGE_TEAM)
    user = User.objects.filter(pk=user_id, is_active=False, partner_name="").first()
    if user is None:
        raise NotFound
    granting.require_member(request.actor, user)
    actions.erase_user(user=user, now=timezone.now())
    return _answer(request, serialize.with_defaults(User.objects.filter(pk=user_id)).get())


def page_of(request: DeskRequest, rows: Any) -> HttpResponse:
    """A page of people as the request asks for it."""
    return answer_page(request, paging.page(request, serialize.with_defaults(rows), SORTS))


def answer_page(request: DeskRequest, page: Page[User]) -> HttpResponse:
    """People with their sideloads, in the envelope of a list."""
    shown = _as_agents_see_them(request, page.rows)
    return answers.answer(page.envelope("users", shown, **_beside(request, shown)))


def _create(request: DeskRequest, data: dict[str, Any]) -> HttpResponse:
    change = partial(user_writing.create, request.actor, data, timezone.now())
    if (told := dry_run.answer_if_asked(request, change, ())) is not None:
        return told
    user = change()
    response = _answer(request, _user(request, user.pk), status=201, ignored=_ignored(data))
    response["Location"] = f"{answers.base(request)}/users/{user.pk}.json"
    return response


def _update(request: DeskRequest, user: User, data: dict[str, Any]) -> HttpResponse:
    change = partial(user_writing.update, request.actor, user, data, timezone.now())
    if (told := dry_run.answer_if_asked(request, change, [user.pk])) is not None:
        return told
    change()
    dropped = ["user.email"] if "email" in data and user.email else []
    return _answer(request, _user(request, user.pk), ignored=[*_ignored(data), *dropped])


def _answer(request: DeskRequest, user: Any, *, status: int = 200, ignored: Sequence[str] = ()) -> HttpResponse:
    shown = _shown(request, user)
    return answers.answer({"user": shown, **_beside(request, [shown])}, status, ignored=ignored)


def _shown(request: DeskRequest, user: Any) -> Json:
    if request.actor.is_agent:
        return _as_agents_see_them(request, [user])[0]
    return serialize.user_for_end_users(user, answers.base(request))


def _as_agents_see_them(request: DeskRequest, rows: Sequence[User]) -> list[Json]:
    base, own_fields = answers.base(request), own_values.fields_for(request.actor, UserField, rows)
    return [serialize.user(row, base, own_fields) for row in rows]


def _beside(request: DeskRequest, shown: Sequence[Json]) -> dict[str, list[Json]]:
    asked, base = reading.includes(request), answers.base(request)
    beside: dict[str, list[Json]] = {}
    if "organizations" in asked:
        ids = [user["organization_id"] for user in shown]
        beside["organizations"] = sideloads.organizations(request.actor, ids, base)
    if "groups" in asked:
        beside["groups"] = sideloads.groups(request.actor, [user.get("default_group_id") for user in shown], base)
    return beside


def _living(request: DeskRequest) -> QuerySet[User]:
    """The people in lists, without the deleted."""
    return listed.users(request.actor).filter(is_active=True)


def _user(request: DeskRequest, user_id: int) -> Any:
    found = serialize.with_defaults(readable.users(request.actor)).filter(pk=user_id).first()
    if found is None:
        raise NotFound
    return found


def _ignored(data: dict[str, Any]) -> list[str]:
    return reading.unknown_to(data, parse.USER_KEYS | members.MORE_KEYS | set(hooks.user_key_writers), "user")
