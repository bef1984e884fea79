"""Custom roles over the API: agents read them, whoever manages roles changes them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import granting, permissions
from adjoin.access.api import dry_run
from adjoin.access.permissions import Permission
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.people import actions, parse, roles, serialize
from adjoin.people.api.schemas import CustomRoleJson, CustomRoleWriteJson
from adjoin.people.models import CustomRole

router = Router(tags=["Custom roles"], auth=agents_only)
ONE, MANY = describe.one("custom_role", CustomRoleJson), describe.many("custom_roles", CustomRoleJson)
ASKS = describe.asks("custom_role", CustomRoleWriteJson)
KEYS = {"name", "description", "configuration"}


@router.get("/custom_roles", response=MANY)
def list_custom_roles(request: DeskRequest) -> HttpResponse:
    """All roles there are besides agent and admin, on one page."""
    page = paging.whole(_rows().order_by("pk"))
    return answers.answer(page.envelope("custom_roles", [_shown(row) for row in page.rows]))


@router.get("/custom_roles/{int:role_id}", response=ONE)
def show_custom_role(request: DeskRequest, role_id: int) -> HttpResponse:
    """One role."""
    return _answer(role_id)


@router.post("/custom_roles", response=ONE, openapi_extra=ASKS)
def create_custom_role(request: DeskRequest) -> HttpResponse:
    """A new role. What its configuration does not say it does not give; nobody gives a right they do not have."""
    data = reading.wrapped(request, "custom_role")
    permissions.require(request.actor, Permission.MANAGE_ROLES)
    configuration = roles.configuration(_configuration(data))
    granting.require_configuration(request.actor, configuration)
    row = actions.create_role(
        name=parse.short("name", data.get("name")),
        description=reading.text("description", data.get("description")),
        configuration=configuration,
        now=timezone.now(),
    )
    response = _answer(row.pk, ignored=_ignored(data))  # 200, as Zendesk answers this one
    response["Location"] = f"{answers.base(request)}/custom_roles/{row.pk}.json"
    return response


@router.put("/custom_roles/{int:role_id}", response=ONE, openapi_extra={**ASKS, **describe.takes(dry_run.TAKES)})
def update_custom_role(request: DeskRequest, role_id: int) -> HttpResponse:
    """Change a role for all who have it; what is not given of its configuration stays. Nobody changes their own."""
    data, role = reading.wrapped(request, "custom_role"), _changeable(request, role_id)
    fields: dict[str, Any] = {}
    if "name" in data:
        fields["name"] = parse.short("name", data["name"])
    if "description" in data:
        fields["description"] = parse.short("description", data["description"])
    if "configuration" in data:
        fields["configuration"] = roles.configuration(_configuration(data), before=role.configuration)
        granting.require_configuration(request.actor, fields["configuration"], role.configuration)
    now = timezone.now()

    def change() -> None:
        actions.update_role(role=role, now=now, **fields)

    who = list(role.users.values_list("pk", flat=True))
    if (told := dry_run.answer_if_asked(request, change, who)) is not None:
        return told
    change()
    return _answer(role_id, ignored=_ignored(data))


@router.delete("/custom_roles/{int:role_id}", response={204: None})
def delete_custom_role(request: DeskRequest, role_id: int) -> HttpResponse:
    """Remove a role that nobody has."""
    actions.delete_role(role=_changeable(request, role_id), now=timezone.now())
    return answers.nothing()


def _changeable(request: DeskRequest, role_id: int) -> CustomRole:
    permissions.require(request.actor, Permission.MANAGE_ROLES)
    role = _rows().filter(pk=role_id).first()
    if role is None:
        raise NotFound
    granting.require_not_own_role(request.actor, role)
    return role


def _rows() -> QuerySet[CustomRole]:
    return CustomRole.objects.annotate(people=Count("users", filter=Q(users__is_active=True)))


def _shown(row: Any) -> dict[str, Any]:
    return serialize.custom_role(row, row.people)


def _answer(role_id: int, *, ignored: list[str] | None = None) -> HttpResponse:
    found = _rows().filter(pk=role_id).first()
    if found is None:
        raise NotFound
    return answers.answer({"custom_role": _shown(found)}, ignored=ignored or ())


def _configuration(data: dict[str, Any]) -> dict[str, Any]:
    given = data.get("configuration") or {}
    if not isinstance(given, dict):
        raise Invalid.field("configuration", say("Configuration: must be an object"))
    return given


def _ignored(data: dict[str, Any]) -> list[str]:
    given = _configuration(data)
    known = {*roles.CHOICES, *roles.SWITCHES}
    return [
        *reading.unknown_to(data, KEYS, "custom_role"),
        *reading.unknown_to(given, known, "custom_role.configuration"),
    ]
