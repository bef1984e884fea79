"""Policies of service levels over the API, for those whose role manages them."""

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
from adjoin.service_levels.models import Policy, PolicyQuerySet

router = Router(tags=["Service levels"], auth=agents_only)


class FilterJson(Schema):
    """Which tickets it is for: all of the first hold, and one of the second if there are any."""

    all: list[dict[str, Any]]
    any: list[dict[str, Any]]


class PolicyMetricJson(Schema):
    """One target, in minutes."""

    priority: str
    metric: str
    target: int
    target_in_seconds: int
    business_hours: bool


class PolicyJson(Schema):
    """A promise for some tickets. The first policy whose filter holds counts; one with a `notice` is left out."""

    url: str
    id: int
    title: str
    description: str
    position: int
    filter: FilterJson
    policy_metrics: list[PolicyMetricJson]
    notice: str
    created_at: str
    updated_at: str


class PolicyMetricWriteJson(Schema):
    """What can be written of a target: minutes, or seconds in whole minutes."""

    priority: str
    metric: str
    target: int | None = None
    target_in_seconds: int | None = None
    business_hours: bool = False


class PolicyWriteJson(Schema):
    """What can be written of a policy. Filter and targets are replaced as a whole."""

    title: str | None = None
    description: str | None = None
    filter: FilterJson | None = None
    policy_metrics: list[PolicyMetricWriteJson] | None = None


KEYS = {"title", "description", "filter", "policy_metrics"}
ONE, MANY = describe.one("sla_policy", PolicyJson), describe.many("sla_policies", PolicyJson)
WRITES = describe.asks("sla_policy", PolicyWriteJson)


@router.get("/slas/policies", response=MANY)
def list_policies(request: DeskRequest) -> HttpResponse:
    """Every policy, in the order they are asked."""
    base = answers.base(request)
    shown = [serialize.policy(row, base) for row in _rows(request).in_order()]
    whole = {"next_page": None, "previous_page": None, "count": len(shown)}
    return answers.answer({"sla_policies": shown, **whole})


@router.get("/slas/policies/definitions", response=dict[str, Any])
def show_definitions(request: DeskRequest) -> HttpResponse:
    """Every condition that a filter takes, with operators and values."""
    permissions.require(request.actor, Permission.MANAGE_SERVICE_LEVELS)
    return answers.answer({"definitions": definitions.of_policies()})


@router.put("/slas/policies/reorder", response=dict[str, Any], openapi_extra=describe.takes("sla_policy_ids"))
def reorder_policies(request: DeskRequest) -> HttpResponse:
    """Have policies asked in the order of `sla_policy_ids`, in the address or the body, which names every one."""
    given = reading.body(request).get("sla_policy_ids") or reading.choices(request, "sla_policy_ids")
    if not isinstance(given, list) or not given:
        raise BadRequest(say("Parameter sla_policy_ids is required and must be a list of ids"))
    ids = [reading.whole_number(one) or 0 for one in given]
    actions.reorder(actor=request.actor, policy_ids=ids, now=timezone.now())
    return answers.answer({})


@router.get("/slas/policies/{int:policy_id}", response=ONE)
def show_policy(request: DeskRequest, policy_id: int) -> HttpResponse:
    """One policy."""
    found = _rows(request).filter(pk=policy_id).first()
    if found is None:
        raise NotFound
    return answers.answer({"sla_policy": serialize.policy(found, answers.base(request))})


@router.post("/slas/policies", response={201: ONE}, openapi_extra=WRITES)
def create_policy(request: DeskRequest) -> HttpResponse:
    """A new policy, last in order."""
    data = reading.wrapped(request, "sla_policy")
    fields = {"title": "", "filter": {}, "policy_metrics": [], **fields_of(data)}
    row = actions.create(actor=request.actor, now=timezone.now(), **fields)
    shown = serialize.policy(row, answers.base(request))
    return answers.created({"sla_policy": shown}, shown["url"], ignored=reading.unknown_to(data, KEYS, "sla_policy"))


@router.put("/slas/policies/{int:policy_id}", response=ONE, openapi_extra=WRITES)
def update_policy(request: DeskRequest, policy_id: int) -> HttpResponse:
    """Change a policy. Its tickets are counted anew in the background."""
    data = reading.wrapped(request, "sla_policy")
    row = actions.update(actor=request.actor, policy_id=policy_id, now=timezone.now(), **fields_of(data))
    ignored = reading.unknown_to(data, KEYS, "sla_policy")
    return answers.answer({"sla_policy": serialize.policy(row, answers.base(request))}, ignored=ignored)


@router.delete("/slas/policies/{int:policy_id}", response={204: None})
def delete_policy(request: DeskRequest, policy_id: int) -> HttpResponse:
    """Have a policy gone. Its tickets go to the next whose filter holds."""
    actions.delete(actor=request.actor, policy_id=policy_id, now=timezone.now())
    return answers.nothing()


def _rows(request: DeskRequest) -> PolicyQuerySet:
    permissions.require(request.actor, Permission.MANAGE_SERVICE_LEVELS)
    return Policy.objects.for_groups(False)


def fields_of(data: dict[str, Any]) -> dict[str, Any]:
    """What a body says of a policy."""
    found: dict[str, Any] = {
        name: reading.text(name, data[name]) for name in ("title", "description") if data.get(name) is not None
    }
    if data.get("filter") is not None:
        found["filter"] = serialize.filter_read(data["filter"])
    if data.get("policy_metrics") is not None:
        found["policy_metrics"] = data["policy_metrics"]
    return found
