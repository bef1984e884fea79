"""SCIM over HTTP: /scim/v2/Users and /scim/v2/Groups."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from adjoin.accounts import addresses
from adjoin.kernel.acting import Acting, acting
from adjoin.kernel.errors import BadRequest, DeskError, Invalid, NotAllowed, NotFound
from adjoin.kernel.requests import client_address
from adjoin.people.models import Organization
from adjoin.sign_in.models import ScimToken
from adjoin.sign_in.scim import keeping, shapes, tokens

if TYPE_CHECKING:
    from adjoin.kernel.requests import DeskRequest

CONTENT = "application/scim+json"
MOST_ROWS = 200
_CONFIGURATION = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
    "patch": {"supported": True},
    "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
    "filter": {"supported": True, "maxResults": MOST_ROWS},
    "changePassword": {"supported": False},
    "sort": {"supported": False},
    "etag": {"supported": False},
    "authenticationSchemes": [
        {"type": "oauthbearertoken", "name": "Bearer token", "description": "A directory's token"}
    ],
}
_TYPES = [("User", "/Users", shapes.USER), ("Group", "/Groups", shapes.GROUP)]
View = Callable[..., HttpResponse]


def _door(view: View) -> View:
    """Lets directories in by their token, and answers failures as SCIM has them."""

    @csrf_exempt
    @wraps(view)
    def opened(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        token = tokens.named(request.headers.get("Authorization", ""), timezone.now())
        if token is None:
            return _error(401, "Give the directory's token: Authorization: Bearer …")
        who = Acting(name=f"Directory {token.name}", address=client_address(request), token_prefix=token.prefix)
        try:
            with acting(who):
                return view(request, token, *args, **kwargs)
        except DeskError as error:
            is_taken = isinstance(error, Invalid) and "Duplicate" in str(error.details)
            status = 409 if is_taken else 400 if isinstance(error, Invalid) else error.status
            return _error(status, str(error), "uniqueness" if is_taken else "")

    return opened


@_door
def users(request: DeskRequest, token: ScimToken) -> HttpResponse:
    """The people of the directory, and new ones."""
    if request.method == "POST":
        made = keeping.create(token, shapes.columns(_body(request)), timezone.now())
        return _answer(shapes.user(made, _base(request)), 201)
    names = {"username": "email", "emails.value": "email", "externalid": "external_id", "id": "pk"}
    rows = _filtered(request, keeping.people(token), names)
    return _page(request, rows, lambda row: shapes.user(row, _base(request)))


@_door
def user(request: DeskRequest, token: ScimToken, scim_id: str) -> HttpResponse:
    """One person, to read and to change."""
    row = _one(keeping.people(token), scim_id)
    if request.method == "DELETE":
        keeping.delete(row, timezone.now())
        return HttpResponse(status=204)
    if request.method in ("PUT", "PATCH"):
        body = _body(request)
        is_patch = request.method == "PATCH"
        data = shapes.patched(body.get("Operations"), known_name=row.name) if is_patch else body
        row = keeping.update(token, row, shapes.columns(data), timezone.now())
    return _answer(shapes.user(row, _base(request)))


@_door
def groups(request: DeskRequest, token: ScimToken) -> HttpResponse:
    """The organizations chosen for the directory. It makes none."""
    if request.method == "POST":
        name = str(_body(request).get("displayName", ""))
        if keeping.organizations(token).filter(name__iexact=name).exists():
            raise Invalid.field("displayName", "That group is there already", "DuplicateValue")
        raise NotAllowed("Groups are organizations of this desk. Its admins choose them for the directory.")
    rows = _filtered(request, keeping.organizations(token), {"displayname": "name__iexact", "id": "pk"})
    return _page(request, rows, lambda row: shapes.group(row, keeping.members(token, row), _base(request)))


@_door
def group(request: DeskRequest, token: ScimToken, scim_id: str) -> HttpResponse:
    """One organization, and who of the directory's people is in it."""
    row, now = _one(keeping.organizations(token), scim_id), timezone.now()
    if request.method == "DELETE":
        raise NotAllowed("Organizations are deleted by the admins of this desk.")
    if request.method == "PUT":
        wanted, inside = _values(_body(request).get("members")), _inside(token, row)
        keeping.change_members(token, row, add=wanted - inside, remove=inside - wanted, now=now)
    if request.method == "PATCH":
        for operation in shapes.operations_in(_body(request).get("Operations")):
            _patch_members(token, row, operation)
    return _answer(shapes.group(row, keeping.members(token, row), _base(request)))


@_door
def configuration(request: DeskRequest, token: ScimToken) -> HttpResponse:
    """What we can do."""
    return _answer(_CONFIGURATION)


@_door
def resource_types(request: DeskRequest, token: ScimToken) -> HttpResponse:
    """Users and groups."""
    kind = ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"]
    rows = [{"schemas": kind, "id": name, "name": name, "endpoint": at, "schema": of} for name, at, of in _TYPES]
    return _answer({"schemas": [shapes.LIST], "totalResults": len(rows), "Resources": rows})


def _patch_members(token: ScimToken, row: Organization, operation: Mapping[str, Any]) -> None:
    verb, path, value = (operation.get(name) for name in ("op", "path", "value"))
    if not path and isinstance(value, Mapping) and "members" in value:
        path, value = "members", value["members"]
    chosen, inside, now = _values(value), _inside(token, row), timezone.now()
    if not str(path or "").startswith("members"):
        return  # names of organizations are the desk's own
    if (found := str(path).partition('value eq "')[2]).endswith('"]'):
        chosen = {found.removesuffix('"]')}
    match str(verb).lower():
        case "add":
            keeping.change_members(token, row, add=chosen, now=now)
        case "remove":
            keeping.change_members(token, row, remove=(chosen or inside) & inside, now=now)
        case "replace":
            keeping.change_members(token, row, add=chosen - inside, remove=inside - chosen, now=now)


def _inside(token: ScimToken, row: Organization) -> set[str]:
    return {str(one.pk) for one in keeping.members(token, row)}


def _values(members: Any) -> set[str]:
    rows = members if isinstance(members, list) else [members] if isinstance(members, Mapping) else []
    return {str(one.get("value", "")) for one in rows if isinstance(one, Mapping)}


def _body(request: DeskRequest) -> dict[str, Any]:
    try:
        found = json.loads(request.body)
    except ValueError as error:
        raise BadRequest("The body is no JSON.") from error
    if not isinstance(found, dict):
        raise BadRequest("The body is no object.")
    return found


def _filtered(request: DeskRequest, rows: QuerySet[Any], names: dict[str, str]) -> QuerySet[Any]:
    wanted = shapes.condition(request.GET.get("filter", ""))
    if wanted is None:
        return rows.order_by("pk")
    name, value = wanted
    if name not in names or "\x00" in value or (name == "id" and not value.isdecimal()):
        raise Invalid.field("filter", f"{name[:40]} cannot be filtered by")
    return rows.filter(**{names[name]: value.lower() if names[name] == "email" else value}).order_by("pk")


def _page(request: DeskRequest, rows: QuerySet[Any], shape: Callable[[Any], dict[str, Any]]) -> HttpResponse:
    start = max(_number(request.GET.get("startIndex"), 1), 1)
    count = min(max(_number(request.GET.get("count"), MOST_ROWS), 0), MOST_ROWS)
    found = [shape(row) for row in rows[start - 1 : start - 1 + count]]
    about = {"totalResults": rows.count(), "startIndex": start, "itemsPerPage": len(found)}
    return _answer({"schemas": [shapes.LIST], **about, "Resources": found})


def _number(words: str | None, usual: int) -> int:
    return int(words) if words and words.isdecimal() and len(words) < 10 else usual


def _one(rows: QuerySet[Any], scim_id: str) -> Any:
    found = rows.filter(pk=scim_id).first() if scim_id.isdecimal() and len(scim_id) < 19 else None
    if found is None:
        raise NotFound
    return found


def _base(request: DeskRequest) -> str:
    return f"{addresses.url_of(request.get_host().partition(':')[0])}/scim/v2"


def _answer(what: Any, status: int = 200) -> HttpResponse:
    return JsonResponse(what, status=status, content_type=CONTENT)


def _error(status: int, words: str, kind: str = "") -> HttpResponse:
    about = {"schemas": [shapes.ERROR], "status": str(status), "detail": words}
    return _answer(about | ({"scimType": kind} if kind else {}), status)
