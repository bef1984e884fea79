"""How long a group may keep a ticket: policies among groups over the API, in Zendesk's shapes, whose ids are text."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.kernel.api import answers, describe, reading
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.errors import BadRequest, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.rules import definitions
from adjoin.service_levels import actions, serialize
from adjoin.service_levels.api.policies import KEYS, PolicyMetricJson, PolicyWriteJson, fields_of
from adjoin.service_levels.models import Policy, PolicyQuerySet

router = Router(tags=["Service levels"], auth=agents_only)


class GroupFilterJson(Schema):
    """Which tickets it is for: all of them hold. `group_id` with `includes` takes a list of groups."""

    all: list[dict[str, Any]]


class GroupPolicyJson(Schema):
    """A promise among groups. The first policy whose filter holds counts; one with a `notice` is left out."""

    url: str
    id: str
    title: str
    description: str
    position: int
    filter: GroupFilterJson
    policy_metrics: list[PolicyMetricJson]
    notice: str
    created_at: str
    updated_at: str


ONE, MANY = describe.one("group_sla_policy", GroupPolicyJson), describe.many("group_sla_policies", GroupPolicyJson)
WRITES = describe.asks("group_sla_policy", PolicyWriteJson)


@router.get("/group_slas/policies", response=MANY)
def list_group_policies(request: DeskRequest) -> HttpResponse:
    """Every policy among groups, in the order they are asked."""
    base = answers.base(request)
    shown = [serialize.group_policy(row, base) for row in _rows(request).in_order()]
    whole = {"next_page": None, "previous_page": None, "count": len(shown)}
    return answers.answer({"group_sla_policies": shown, **whole})


@router.get("/group_slas/policies/definitions", response=dict[str, Any])
def show_group_definitions(request: DeskRequest) -> HttpResponse:
    """Every condition that a filter takes, with operators and values."""
    permissions.require(request.actor, Permission.MANAGE_SERVICE_LEVELS)
    return answers.answer({"definitions": definitions.of_group_policies()})


@router.put(
    "/group_slas/policies/reorder", response=dict[str, Any], openapi_extra=describe.takes("group_sla_policy_ids")
)
def reorder_group_policies(request: DeskRequest) -> HttpResponse:
    """Have policies asked in the order of `group_sla_policy_ids`, which names every one."""
    name = "group_sla_policy_ids"
    given = reading.body(request).get(name) or reading.choices(request, name)
    if not isinstance(given, list) or not given:
        raise BadRequest(say("Parameter %(name)s is required and must be a list of ids") % {"name": name})
    ids = [reading.whole_number(one) or 0 for one in given]
    actions.reorder(actor=request.actor, policy_ids=ids, now=timezone.now(), is_for_groups=True)
    return answers.answer({})


@router.get("/group_slas/policies/{int:policy_id}", response=ONE)
def show_group_policy(request: DeskRequest, policy_id: int) -> HttpResponse:
    """One policy among groups."""
    found = _rows(request).filter(pk=policy_id).first()
    if found is None:
        raise NotFound
    return answers.answer({"group_sla_policy": serialize.group_policy(found, answers.base(request))})


@router.post("/group_slas/policies", response={201: ONE}, openapi_extra=WRITES)
def create_group_policy(request: DeskRequest) -> HttpResponse:
    """A new policy among groups, last in order."""
    data = reading.wrapped(request, "group_sla_policy")
    fields = {"title": "", "filter": {}, "policy_metrics": [], **_fields(data)}
    row = actions.create(actor=request.actor, now=timezone.now(), is_for_groups=True, **fields)
    shown = serialize.group_policy(row, answers.base(request))
    ignored = reading.unknown_to(data, KEYS, "group_sla_policy")
    return answers.created({"group_sla_policy": shown}, shown["url"], ignored=ignored)


@router.put("/group_slas/policies/{int:policy_id}", response=ONE, openapi_extra=WRITES)
def update_group_policy(request: DeskRequest, policy_id: int) -> HttpResponse:
    """Change a policy among groups. Its tickets are counted anew in the background."""
    data = reading.wrapped(request, "group_sla_policy")
    given = {"policy_id": policy_id, "is_for_groups": True, **_fields(data)}
    row = actions.update(actor=request.actor, now=timezone.now(), **given)
    ignored = reading.unknown_to(data, KEYS, "group_sla_policy")
    return answers.answer({"group_sla_policy": serialize.group_policy(row, answers.base(request))}, ignored=ignored)


@router.delete("/group_slas/policies/{int:policy_id}", response={204: None})
def delete_group_policy(request: DeskRequest, policy_id: int) -> HttpResponse:
    """Have a policy among groups gone. Its tickets go to the next whose filter holds."""
    actions.delete(actor=request.actor, policy_id=policy_id, now=timezone.now(), is_for_groups=True)
    return answers.nothing()


def _rows(request: DeskRequest) -> PolicyQuerySet:
    permissions.require(request.actor, Permission.MANAGE_SERVICE_LEVELS)
    return Policy.objects.for_groups()


def _fields(data: dict[str, Any]) -> dict[str, Any]:
    found = fields_of(data)
    return {**found, "filter": serialize.groups_read(found["filter"])} if "filter" in found else found
