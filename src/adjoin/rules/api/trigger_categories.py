"""The categories of triggers over the API, for those who manage rules."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import BadRequest, NotFound, TooManyValues
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.rules import categories, serialize, writes
from adjoin.rules.api import lines
from adjoin.rules.api.schemas import TriggerCategoryJobJson, TriggerCategoryJson, TriggerCategoryWriteJson
from adjoin.rules.kinds import TRIGGER
from adjoin.rules.models import TriggerCategory

router = Router(tags=["Trigger categories"], auth=agents_only)
SORTS = Sorts.of("position", "name", "created_at", "updated_at", default="position", alphabetical="name")
KEYS = {"name", "position"}
ONE = describe.one("trigger_category", TriggerCategoryJson)
JOB = describe.asks("job", TriggerCategoryJobJson)
WRITES = describe.asks("trigger_category", TriggerCategoryWriteJson)


@router.get(
    "/trigger_categories",
    response=describe.many("trigger_categories", TriggerCategoryJson),
    openapi_extra=describe.takes(*describe.PAGED),
)
def list_trigger_categories(request: DeskRequest) -> HttpResponse:
    """Every category, in order."""
    page = paging.page(request, _rows(request), SORTS)
    return answers.answer(page.envelope("trigger_categories", [serialize.category(row) for row in page.rows]))


@router.get("/trigger_categories/{int:category_id}", response=ONE)
def show_trigger_category(request: DeskRequest, category_id: int) -> HttpResponse:
    """One category."""
    row = _rows(request).filter(pk=category_id).first()
    if row is None:
        raise NotFound
    return answers.answer({"trigger_category": serialize.category(row)})


@router.post("/trigger_categories", response={201: ONE}, openapi_extra=WRITES)
def create_trigger_category(request: DeskRequest) -> HttpResponse:
    """A new category, last in order unless it has a position."""
    data = reading.wrapped(request, "trigger_category")
    row = categories.create(actor=request.actor, now=timezone.now(), **{"name": "", **_fields(data)})
    location = f"{answers.base(request)}/trigger_categories/{row.pk}"
    ignored = reading.unknown_to(data, KEYS, "trigger_category")
    return answers.created({"trigger_category": serialize.category(row)}, location, ignored=ignored)


@router.patch("/trigger_categories/{int:category_id}", response=ONE, openapi_extra=WRITES)
def update_trigger_category(request: DeskRequest, category_id: int) -> HttpResponse:
    """Change the name or the position of a category."""
    data = reading.wrapped(request, "trigger_category")
    row = categories.update(actor=request.actor, category_id=category_id, now=timezone.now(), **_fields(data))
    ignored = reading.unknown_to(data, KEYS, "trigger_category")
    return answers.answer({"trigger_category": serialize.category(row)}, ignored=ignored)


@router.delete("/trigger_categories/{int:category_id}", response={204: None})
def delete_trigger_category(request: DeskRequest, category_id: int) -> HttpResponse:
    """Have an empty category gone."""
    categories.delete(actor=request.actor, category_id=category_id, now=timezone.now())
    return answers.nothing()


@router.post("/trigger_categories/jobs", response=dict[str, Any], openapi_extra=JOB)
def change_trigger_categories_in_one_go(request: DeskRequest) -> HttpResponse:
    """Put categories, and the triggers in them, in order: all that is in `job.items`, or nothing of it.

    Up to 100 of each. The answer has what became of them, and `status` is `complete`."""
    job = reading.wrapped(request, "job")
    items = job.get("items") if job.get("action") == "patch" else None
    if not isinstance(items, dict):
        raise BadRequest(say("A job is {action: patch, items: {trigger_categories: [...], triggers: [...]}}"))
    with transaction.atomic():
        triggers = [_moved(request, one) for one in _items(items, "triggers")]
        changed = [_changed(request, one) for one in _items(items, "trigger_categories")]
    results = {
        "trigger_categories": [serialize.category(row) for row in changed],
        "triggers": [serialize.trigger(row, answers.base(request)) for row in triggers],
    }
    return answers.answer({"status": "complete", "results": results, "errors": []})


def _items(items: dict[str, Any], name: str) -> list[dict[str, Any]]:
    asked = items.get(name) or []
    if not isinstance(asked, list) or not all(isinstance(one, dict) for one in asked):
        raise BadRequest(say("%(name)s must be a list of objects") % {"name": name})
    if len(asked) > reading.MANY_MAX:
        raise TooManyValues(reading.MANY_MAX)
    return asked


def _changed(request: DeskRequest, item: dict[str, Any]) -> TriggerCategory:
    pk = reading.whole_number(item.get("id")) or 0
    return categories.update(actor=request.actor, category_id=pk, now=timezone.now(), **_fields(item))


def _moved(request: DeskRequest, item: dict[str, Any]) -> Any:
    fields = lines.fields({name: item[name] for name in lines.IN_MANY & item.keys()})
    pk = reading.whole_number(item.get("id")) or 0
    return writes.update(TRIGGER, actor=request.actor, rule_id=pk, now=timezone.now(), **fields)


def _rows(request: DeskRequest) -> Any:
    permissions.require(request.actor, Permission.MANAGE_RULES)
    return TriggerCategory.objects.all()


def _fields(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"name": reading.text("name", data["name"])} if data.get("name") is not None else {}
    if reading.whole_number(data.get("position")) is not None:
        found["position"] = int(data["position"])
    return found
