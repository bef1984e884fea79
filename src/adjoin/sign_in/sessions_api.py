"""Where people are signed in, over the API, in Zendesk's shapes. A session is one browser."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from ninja import Router, Schema

from adjoin.access import readable
from adjoin.kernel.api import answers, describe, paging
from adjoin.kernel.api.answers import Json, moment
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import signed_in
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.people.models import User
from adjoin.sign_in import devices, resetting
from adjoin.sign_in.models import Device

router = Router(tags=["Sessions"], auth=signed_in)
SORTS = Sorts.of("created_at", default="created_at")


class SessionJson(Schema):
    """One browser in which somebody is signed in."""

    url: str
    id: int
    user_id: int
    authenticated_at: str
    last_seen_at: str


MANY, ONE = describe.many("sessions", SessionJson), describe.one("session", SessionJson)


@router.get("/sessions", response=MANY, openapi_extra=describe.takes(*PAGED))
def list_sessions(request: DeskRequest) -> HttpResponse:
    """Everybody's for admins, one's own for others."""
    rows = Device.objects.all()
    return _page(request, rows if request.actor.is_admin else rows.filter(user_id=request.actor.user_id or 0))


@router.get("/users/me/session", response=ONE)
def show_own_session(request: DeskRequest) -> HttpResponse:
    """The browser's own; a program that signs in by a token has none."""
    return answers.answer({"session": _shown(_own(request), answers.base(request))})


@router.get("/users/me/session/renew", response=dict[str, str])
def renew_own_session(request: DeskRequest) -> HttpResponse:
    """Keep the browser's session for as long again as it is kept; what its writes send in `X-CSRF-Token`."""
    _own(request)
    request.session.modified = True
    return answers.answer({"authenticity_token": get_token(request)})


@router.delete("/users/me/logout", response={204: None})
def end_own_session(request: DeskRequest) -> HttpResponse:
    """Sign the browser out."""
    devices.end(_own(request), timezone.now())
    return answers.nothing()


@router.get("/users/{int:user_id}/sessions", response=MANY, openapi_extra=describe.takes(*PAGED))
def list_sessions_of_user(request: DeskRequest, user_id: int) -> HttpResponse:
    """Somebody's: one's own, and those of people whose role one may change."""
    return _page(request, Device.objects.filter(user=_person(request, user_id)))


@router.get("/users/{int:user_id}/sessions/{int:session_id}", response=ONE)
def show_session(request: DeskRequest, user_id: int, session_id: int) -> HttpResponse:
    """One of them."""
    return answers.answer({"session": _shown(_session(request, user_id, session_id), answers.base(request))})


@router.delete("/users/{int:user_id}/sessions/{int:session_id}", response={204: None})
def delete_session(request: DeskRequest, user_id: int, session_id: int) -> HttpResponse:
    """Sign somebody out of one browser."""
    devices.end(_session(request, user_id, session_id), timezone.now())
    return answers.nothing()


@router.delete("/users/{int:user_id}/sessions", response={204: None})
def delete_sessions(request: DeskRequest, user_id: int) -> HttpResponse:
    """Sign somebody out everywhere, also in browsers that nobody noted."""
    devices.end_all(_person(request, user_id), timezone.now())
    return answers.nothing()


def _person(request: DeskRequest, user_id: int) -> User:
    """Who is meant. Raises `NotFound`, and `NotAllowed` for people who are not one's own to sign out."""
    found = readable.users(request.actor).filter(pk=user_id, is_active=True).first()
    if found is None:
        raise NotFound
    if found.pk != request.actor.user_id:
        resetting.require_over(request.actor, found)
    return found


def _own(request: DeskRequest) -> Device:
    """The session that asks. Raises `NotFound` where no browser does, or somebody sees the desk as somebody else."""
    by_token = request.api_token is not None or "Authorization" in request.headers
    mine = Device.objects.select_related("user").filter(user_id=request.actor.user_id or 0)
    found = None if by_token or request.viewing else mine.filter(session_key=request.session.session_key or "").first()
    if found is None:
        raise NotFound
    return found


def _session(request: DeskRequest, user_id: int, session_id: int) -> Device:
    found = Device.objects.select_related("user").filter(user=_person(request, user_id), pk=session_id).first()
    if found is None:
        raise NotFound
    return found


def _page(request: DeskRequest, rows: QuerySet[Device]) -> HttpResponse:
    page = paging.page(request, rows, SORTS)
    base = answers.base(request)
    return answers.answer(page.envelope("sessions", [_shown(row, base) for row in page.rows]))


def _shown(row: Device, base: str) -> Json:
    return {
        "url": f"{base}/users/{row.user_id}/sessions/{row.pk}.json",
        "id": row.pk,
        "user_id": row.user_id,
        "authenticated_at": moment(row.created_at),
        "last_seen_at": moment(row.last_used_at),
    }
