"""What the API reads of a trigger or an automation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from adjoin.kernel.api import reading
from adjoin.kernel.errors import BadRequest, TooManyValues
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.rules import categories, usage, writes
from adjoin.rules.kinds import Kind

KEYS = {"title", "active", "description", "position", "conditions", "actions", "all", "any", "category_id"}
IN_MANY = {"active", "position", "category_id"}  # what Zendesk changes of many at once


def conditions(data: dict[str, Any]) -> Any:
    """`conditions`, or `all` and `any` beside the title, as older clients write them; None for neither."""
    if "conditions" in data:
        return data["conditions"]
    return {part: data[part] for part in ("all", "any") if part in data} or None


def heading(data: dict[str, Any]) -> dict[str, Any]:
    """What was given of title, description, `active` and position, by the names of columns. Raises `Invalid`."""
    found: dict[str, Any] = {
        name: reading.text(name, data[name]) for name in ("title", "description") if data.get(name) is not None
    }
    if data.get("active") is not None:
        found["is_active"] = reading.flag("active", data["active"])
    if reading.whole_number(data.get("position")) is not None:
        found["position"] = int(data["position"])
    return found


def fields(data: dict[str, Any]) -> dict[str, Any]:
    """What was given of a rule, by the names of its columns. Raises `Invalid`."""
    found = heading(data)
    if (given := conditions(data)) is not None:
        found["conditions"] = given
    if data.get("actions") is not None:
        found["actions"] = data["actions"]
    if "category_id" in data:
        category_id = data["category_id"]
        row = categories.one(None if category_id in (None, "") else reading.whole_number(category_id) or 0)
        found["category_id"] = row.pk if row else None
    return found


@transaction.atomic
def update_many(request: DeskRequest, kind: Kind) -> list[Any]:
    """Change `active` and `position` of up to 100 rules, all of them or none. Raises `BadRequest`, `NotFound`."""
    asked = reading.body(request).get(f"{kind.name}s")
    if not isinstance(asked, list) or not all(isinstance(one, dict) for one in asked):
        raise BadRequest(say("Parameter %(name)ss is required and must be a list") % {"name": kind.name})
    if len(asked) > reading.MANY_MAX:
        raise TooManyValues(reading.MANY_MAX)
    return [
        writes.update(
            kind,
            actor=request.actor,
            rule_id=reading.whole_number(one.get("id")) or 0,
            now=timezone.now(),
            **fields({name: one[name] for name in IN_MANY & one.keys()}),
        )
        for one in asked
    ]


@transaction.atomic
def destroy_many(request: DeskRequest, kind: Kind) -> None:
    """Delete the rules in `ids`, all of them or none. Raises `BadRequest`, `NotFound`."""
    for rule_id in reading.ids(request, "ids"):
        writes.delete(kind, actor=request.actor, rule_id=rule_id, now=timezone.now())


def with_usage(request: DeskRequest, kind: Kind, shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rules with how often they acted within the spans asked for: `include=usage_1h,usage_24h,usage_7d`."""
    return with_counts(request, lambda: usage.of(kind.model, timezone.now()), shown)


def with_counts(
    request: DeskRequest, count: Callable[[], dict[int, usage.Usage]], shown: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The same with what `count` says, by id; it is asked only where a span is."""
    asked = reading.includes(request) & usage.SPANS.keys()
    if asked:
        counted = count()
        for one in shown:
            found = counted.get(one["id"], usage.Usage())
            spans = dict(zip(usage.SPANS, (found.hour, found.day, found.week), strict=True))
            one.update({name: spans[name] for name in usage.SPANS if name in asked})
    return shown
