"""Policies, and how tickets stand with them, as the API shows them, in Zendesk's shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from adjoin.access import readable
from adjoin.kernel.api import answers
from adjoin.service_levels.models import Policy, Target

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Ticket

Json = dict[str, Any]
OURS, THEIRS = "custom_fields_", "ticket_fields_"  # a policy's filter names the account's own fields otherwise
TYPES = {"0": "", "1": "question", "2": "incident", "3": "problem", "4": "task"}


def policy(row: Policy, base: str) -> Json:
    """One policy. `base` is where the API begins."""
    return {
        "url": f"{base}/slas/policies/{row.pk}.json",
        "id": row.pk,
        "title": row.title,
        "description": row.description,
        "position": row.position,
        "filter": {part: [_told(one) for one in row.filter.get(part, [])] for part in ("all", "any")},
        "policy_metrics": [{**one, "target_in_seconds": one["target"] * 60} for one in row.policy_metrics],
        "notice": row.notice,
        "created_at": answers.moment(row.created_at),
        "updated_at": answers.moment(row.updated_at),
    }


def group_policy(row: Policy, base: str) -> Json:
    """One policy among groups. Those it is for, any of which will do, are one condition with a list."""
    every, groups = (
        row.filter.get("all", []),
        [int(one["value"]) for one in row.filter.get("any", []) if _is_group(one)],
    )
    listed = [{"field": "group_id", "operator": "includes", "value": groups}] if groups else []
    url = f"{base}/group_slas/policies/{row.pk}.json"
    return {**policy(row, base), "url": url, "id": str(row.pk), "filter": {"all": [*listed, *map(_told, every)]}}


def groups_read(given: Any) -> Any:
    """A filter for groups as clients write it, as the desk keeps it: any one of the groups they list."""
    if not isinstance(given, Mapping) or not isinstance(given.get("all"), list):
        return given
    rows = [one for one in given["all"] if isinstance(one, Mapping)]
    lists = [one for one in rows if one.get("field") == "group_id" and one.get("operator") == "includes"]
    ids = [pk for one in lists for pk in (one["value"] if isinstance(one.get("value"), list) else [one.get("value")])]
    some = [{"field": "group_id", "operator": "is", "value": str(pk)} for pk in ids]
    return {**given, "all": [one for one in given["all"] if one not in lists], "any": [*given.get("any", []), *some]}


def slas(actor: Actor, tickets: Sequence[Ticket], base: str) -> dict[int, Json]:
    """By ticket id `{"policy_metrics": […]}`, for those whom `actor` reads as an agent. Two queries."""
    as_agent = readable.tickets_as_agent(actor).filter(pk__in=[one.pk for one in tickets])
    found: dict[int, Json] = {pk: {"policy_metrics": []} for pk in as_agent.values_list("pk", flat=True)}
    now = timezone.now()
    for row in Target.objects.filter(ticket_id__in=list(found)).order_by("pk"):
        found[row.ticket_id]["policy_metrics"].append(_stands(row, now))
    return found


def filter_read(given: Any) -> Any:
    """A filter as clients write it, with the names that rules have for the same fields."""
    if not isinstance(given, Mapping):
        return given
    return {part: [_read(one) for one in rows] if isinstance(rows, list) else rows for part, rows in given.items()}


def _stands(row: Target, now: datetime) -> Json:
    stage = "achieved" if row.fulfilled_at else "paused" if row.is_paused else "active"
    shown: Json = {"breach_at": answers.moment(row.due_at), "stage": stage, "metric": row.metric}
    if row.due_at is not None and stage == "active":
        minutes = int((row.due_at - now).total_seconds() / 60)  # below nothing once it is missed
        name, size = next(((n, s) for n, s in (("days", 1440), ("hours", 60)) if abs(minutes) >= s), ("minutes", 1))
        shown[name] = int(minutes / size)
    return shown


def _is_group(row: Json) -> bool:
    return bool(row["field"] == "group_id" and row["operator"] == "is" and row["value"])


def _told(row: Json) -> Json:
    field = str(row["field"])
    if field == "type":
        numbers = {word: int(number) for number, word in TYPES.items()}
        return {**row, "field": "ticket_type_id", "value": numbers.get(row["value"] or "", 0)}
    return {**row, "field": field.replace(OURS, THEIRS, 1)} if field.startswith(OURS) else row


def _read(row: Any) -> Any:
    if not isinstance(row, Mapping):
        return row
    field = str(row.get("field"))
    if field == "ticket_type_id":
        return {**row, "field": "type", "value": TYPES.get(str(row.get("value")), row.get("value"))}
    return {**row, "field": field.replace(THEIRS, OURS, 1)} if field.startswith(THEIRS) else row
