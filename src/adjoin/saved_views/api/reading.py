"""What the API reads of a view."""

from __future__ import annotations

from typing import Any

from adjoin.kernel.api import reading
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.rules.api import lines
from adjoin.saved_views import columns

KEYS = {
    *("title", "active", "description", "position", "conditions", "all", "any", "output", "execution", "restriction"),
    "raw_title",
    "notice",
}
GROUPS_MAX = 100  # of one view
ORDERS = {"asc": False, "desc": True}


def conditions(data: dict[str, Any]) -> Any:
    """`all` and `any` beside the title, or `conditions`; None for neither."""
    if "conditions" in data:
        return data["conditions"]
    return {part: data[part] or [] for part in ("all", "any") if part in data} or None


def fields(data: dict[str, Any]) -> dict[str, Any]:
    """What was given of a view, by the names of its columns. Raises `Invalid`."""
    found = lines.heading(data)
    if (given := conditions(data)) is not None:
        found["conditions"] = given
    if isinstance(data.get("output"), dict):
        found |= _output(data["output"])
    if "restriction" in data:
        found |= _restriction(data["restriction"])
    return found


def _output(given: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if given.get("columns") is not None:
        found["columns"] = columns.checked(given["columns"])
    if "group_by" in given:
        found["group_by"] = columns.order(given["group_by"], "group_by")
    if given.get("sort_by"):
        found["sort_by"] = columns.order(given["sort_by"], "sort_by")
    for name, column in (("group_order", "is_group_descending"), ("sort_order", "is_descending")):
        if given.get(name) is not None:
            if str(given[name]).lower() not in ORDERS:
                raise Invalid.field(name, say("%(name)s: is asc or desc") % {"name": name})
            found[column] = ORDERS[str(given[name]).lower()]
    return found


def _restriction(given: Any) -> dict[str, Any]:
    if given in (None, {}, ""):
        return {"owner_id": None, "group_ids": []}
    if not isinstance(given, dict):
        raise Invalid.field("restriction", say("Restriction: must be an object"))
    ids = given.get("ids") or [given.get("id")]
    pks = [reading.whole_number(one) or 0 for one in ids] if isinstance(ids, list) else [0]
    if 0 in pks or len(pks) > GROUPS_MAX or (given.get("type") == "User" and len(pks) != 1):
        raise Invalid.field("restriction", say("Restriction: a view is for groups or for one person"))
    if given.get("type") == "User":
        return {"owner_id": pks[0], "group_ids": []}
    if given.get("type") != "Group":
        raise Invalid.field("restriction", say("Restriction: the type is User or Group"))
    return {"owner_id": None, "group_ids": sorted(set(pks))}
