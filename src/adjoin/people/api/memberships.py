"""Who belongs to which organization, over the API."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import readable
from adjoin.access.api import dry_run
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import signed_in
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.people import actions, serialize
from adjoin.people.api import sideloads, writing
from adjoin.people.api.schemas import MembershipJson, MembershipWriteJson
from adjoin.people.models import Membership

router = Router(tags=["Organization memberships"], auth=signed_in)
SORTS = Sorts.of("created_at")
ONE = describe.one("organization_membership", MembershipJson)
MANY = describe.many("organization_memberships", MembershipJson)
LISTED = describe.takes(*PAGED, "include")
TRIED = describe.takes(dry_run.TAKES)
WRITTEN = TRIED | describe.asks("organization_membership", MembershipWriteJson)
KEYS = {"user_id", "organization_id", "default", "view_tickets", "comment_tickets"}


@router.get("/organization_memberships", response=MANY, openapi_extra=LISTED)
def list_memberships(request: DeskRequest) -> HttpResponse:
    """All memberships for agents, their own for end users."""
    return _page_of(request, _readable(request))


@router.get("/users/{int:user_id}/organization_memberships", response=MANY, openapi_extra=LISTED)
def list_memberships_of_user(request: DeskRequest, user_id: int) -> HttpResponse:
    """A person's memberships: the default one first, then by the organization's name."""
    if not readable.users(request.actor).filter(pk=user_id).exists():
        raise NotFound
    rows = _readable(request).filter(user_id=user_id)
    if not any(name.startswith("page") for name in request.GET):
        return _answer_page(request, paging.whole(rows.order_by("-is_default", "organization__name", "pk")))
    return _page_of(request, rows)


@router.get("/organizations/{int:organization_id}/organization_memberships", response=MANY, openapi_extra=LISTED)
def list_memberships_of_organization(request: DeskRequest, organization_id: int) -> HttpResponse:
    """An organization's memberships."""
    if not readable.organizations(request.actor).filter(pk=organization_id).exists():
        raise NotFound
    return _page_of(request, _readable(request).filter(organization_id=organization_id))


@router.get("/organization_memberships/{int:membership_id}", response=ONE)
def show_membership(request: DeskRequest, membership_id: int) -> HttpResponse:
    """One membership."""
    return _answer(request, _membership(request, membership_id))


@router.post(
    "/organization_memberships",
    response={201: ONE},
    openapi_extra=WRITTEN,
)
def create_membership(request: DeskRequest) -> HttpResponse:
    """Put a person into an organization. Agents do so with end users, admins with everybody."""
    data = reading.wrapped(request, "organization_membership")
    change = partial(writing.create_membership, request.actor, data, timezone.now())
    user_id = reading.whole_number(data.get("user_id"))
    if (tried := dry_run.answer_if_asked(request, change, [user_id] if user_id else [])) is not None:
        return tried
    row = change()
    location = f"{answers.base(request)}/organization_memberships/{row.pk}.json"
    shown = {"organization_membership": serialize.membership(row, answers.base(request))}
    return answers.created(shown, location, ignored=reading.unknown_to(data, KEYS, "organization_membership"))


@router.put(
    "/organization_memberships/{int:membership_id}",
    response=ONE,
    openapi_extra=WRITTEN,
)
def update_membership(request: DeskRequest, membership_id: int) -> HttpResponse:
    """Say what this one member sees of the organization's tickets (`view_tickets`) and may comment on
    (`comment_tickets`), whatever it shares with all its members."""
    data = reading.wrapped(request, "organization_membership")
    row = _membership(request, membership_id)
    change = partial(writing.update_membership, request.actor, row, data, timezone.now())
    if (tried := dry_run.answer_if_asked(request, change, [row.user_id])) is not None:
        return tried
    change()
    row.refresh_from_db()
    ignored = reading.unknown_to(data, {"view_tickets", "comment_tickets"}, "organization_membership")
    return _answer(request, row, ignored=ignored)


@router.delete("/organization_memberships/{int:membership_id}", response={204: None}, openapi_extra=TRIED)
def delete_membership(request: DeskRequest, membership_id: int) -> HttpResponse:
    """Take a person out of an organization. Their tickets of it that are not closed leave it too."""
    return _end(request, _membership(request, membership_id))


@router.delete(
    "/users/{int:user_id}/organization_memberships/{int:membership_id}", response={204: None}, openapi_extra=TRIED
)
def delete_membership_of_user(request: DeskRequest, user_id: int, membership_id: int) -> HttpResponse:
    """The same, by the person's address."""
    return _end(request, _membership(request, membership_id, user_id=user_id))


@router.delete("/users/{int:user_id}/organizations/{int:organization_id}", response={204: None}, openapi_extra=TRIED)
def leave_organization(request: DeskRequest, user_id: int, organization_id: int) -> HttpResponse:
    """The same, by person and organization."""
    return _end(request, _of_pair(request, user_id, organization_id))


@router.put("/users/{int:user_id}/organization_memberships/{int:membership_id}/make_default", response=MANY)
def make_membership_default(request: DeskRequest, user_id: int, membership_id: int) -> HttpResponse:
    """Make this the organization that the person's new tickets belong to. Answers with all their memberships."""
    return _make_default(request, _membership(request, membership_id, user_id=user_id))


@router.put("/users/{int:user_id}/organizations/{int:organization_id}/make_default", response=MANY)
def make_organization_default(request: DeskRequest, user_id: int, organization_id: int) -> HttpResponse:
    """The same, by person and organization."""
    return _make_default(request, _of_pair(request, user_id, organization_id))


def _readable(request: DeskRequest) -> QuerySet[Membership]:
    return writing.memberships(request.actor)


def _membership(request: DeskRequest, membership_id: int, **of_whom: int) -> Membership:
    return writing.membership(request.actor, pk=membership_id, **of_whom)


def _of_pair(request: DeskRequest, user_id: int, organization_id: int) -> Membership:
    return writing.membership(request.actor, user_id=user_id, organization_id=organization_id)


def _end(request: DeskRequest, membership: Membership) -> HttpResponse:
    change = partial(writing.end_membership, request.actor, membership, timezone.now())
    if (tried := dry_run.answer_if_asked(request, change, [membership.user_id])) is not None:
        return tried
    change()
    return answers.nothing()


def _make_default(request: DeskRequest, membership: Membership) -> HttpResponse:
    writing.may_move(request.actor, membership.user)
    actions.make_default(membership=membership, now=timezone.now())
    rows = _readable(request).filter(user_id=membership.user_id).order_by("-is_default", "organization__name", "pk")
    shown = [serialize.membership(row, answers.base(request)) for row in rows]
    return answers.answer({"organization_memberships": shown})


def _page_of(request: DeskRequest, rows: QuerySet[Membership]) -> HttpResponse:
    return _answer_page(request, paging.page(request, rows, SORTS))


def _answer_page(request: DeskRequest, page: paging.Page[Membership]) -> HttpResponse:
    base, asked = answers.base(request), reading.includes(request)
    beside: dict[str, Any] = {}
    if "users" in asked:
        beside["users"] = sideloads.users(request.actor, [row.user_id for row in page.rows], base)
    if "organizations" in asked:
        beside["organizations"] = [
            *sideloads.organizations(request.actor, [row.organization_id for row in page.rows], base)
        ]
    shown = [serialize.membership(row, base) for row in page.rows]
    return answers.answer(page.envelope("organization_memberships", shown, **beside))


def _answer(request: DeskRequest, row: Membership, *, ignored: Sequence[str] = ()) -> HttpResponse:
    shown = {"organization_membership": serialize.membership(row, answers.base(request))}
    return answers.answer(shown, ignored=ignored)
