"""Every change to the policies of service levels, for those whose role manages them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from adjoin.access import permissions
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.kernel import outbox, record, text
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.rules import checking
from adjoin.rules.checking import Place
from adjoin.service_levels.models import Policy
from adjoin.service_levels.terms import OF_GROUPS, OF_REQUESTERS, Metric
from adjoin.tickets.terms import Priority

KIND, TOPIC = "sla_policy", "service_level.changed"
TITLE_MAX, COUNT_MAX = 255, 200
MINUTES_MAX = 10 * 366 * 24 * 60  # ten years


@transaction.atomic
def create(
    *,
    actor: Actor,
    title: str,
    filter: Any,
    policy_metrics: Any,
    now: datetime,
    description: str = "",
    is_for_groups: bool = False,
) -> Policy:
    """A new policy, last in order among those for groups, or for requesters.

    Raises `NotAllowed`, or `Invalid` that says which line is wrong."""
    permissions.require(actor, Permission.MANAGE_SERVICE_LEVELS)
    if Policy.objects.count() >= COUNT_MAX:
        raise Invalid.field("base", _("There are at most %(most)s policies") % {"most": COUNT_MAX})
    row = Policy.objects.create(
        is_for_groups=is_for_groups,
        title=_title(title),
        description=description.strip(),
        position=(Policy.objects.aggregate(last=Max("position"))["last"] or 0) + 1,
        filter=checked_filter(filter),
        policy_metrics=checked_metrics(policy_metrics, is_for_groups=is_for_groups),
        created_at=now,
        updated_at=now,
    )
    said = {"filter": (None, row.filter), "policy_metrics": (None, row.policy_metrics)}
    record.changed(Did.CREATED, KIND, row.pk, row.title, now=now, **said)
    outbox.publish(TOPIC, now=now)
    return row


@transaction.atomic
def update(*, actor: Actor, policy_id: int, now: datetime, is_for_groups: bool = False, **fields: Any) -> Policy:
    """The policy with other fields. Raises `NotAllowed`, `NotFound`, or `Invalid` that says which line is wrong."""
    row = _locked(actor, policy_id, is_for_groups)
    was_left_out = bool(row.notice)
    if "title" in fields:
        fields["title"] = _title(fields["title"])
    if "filter" in fields:
        fields["filter"], row.notice = checked_filter(fields["filter"]), ""
    if "policy_metrics" in fields:
        fields["policy_metrics"] = checked_metrics(fields["policy_metrics"], is_for_groups=is_for_groups)
    changes = record.differences(row, fields)
    for name, value in fields.items():
        setattr(row, name, value)
    row.updated_at = now
    row.save()
    told = {"name" if name == "title" else name: moved for name, moved in changes.items()}
    record.changed(Did.UPDATED, KIND, row.pk, row.title, now=now, **told)
    if changes.keys() - {"title", "description"} or was_left_out != bool(row.notice):
        outbox.publish(TOPIC, now=now)
    return row


@transaction.atomic
def delete(*, actor: Actor, policy_id: int, now: datetime, is_for_groups: bool = False) -> None:
    """Have a policy gone, with its targets. Its tickets go to the next whose filter holds.

    Raises `NotAllowed`, `NotFound`."""
    row = _locked(actor, policy_id, is_for_groups)
    said = {"filter": (row.filter, None), "policy_metrics": (row.policy_metrics, None)}
    row.delete()
    record.changed(Did.DELETED, KIND, policy_id, row.title, now=now, **said)
    outbox.publish(TOPIC, now=now)


@transaction.atomic
def reorder(*, actor: Actor, policy_ids: Sequence[int], now: datetime, is_for_groups: bool = False) -> None:
    """Have the policies for groups, or for requesters, asked in this order, which names every one.

    Raises `NotAllowed`, `Invalid`."""
    permissions.require(actor, Permission.MANAGE_SERVICE_LEVELS)
    of_kind = Policy.objects.for_groups(is_for_groups).in_order()
    rows = {one.pk: one for one in of_kind.select_for_update(no_key=True)}
    if sorted(policy_ids) != sorted(rows):
        name = "group_sla_policy_ids" if is_for_groups else "sla_policy_ids"
        raise Invalid.field(
            name, _("%(name)s: every policy must be in the list, once") % {"name": name.replace("_", " ").capitalize()}
        )
    before = [one.title for one in rows.values()]
    for position, pk in enumerate(policy_ids, 1):
        rows[pk].position = position
    Policy.objects.bulk_update(rows.values(), ["position"])
    order = (before, [rows[pk].title for pk in policy_ids])
    record.changed(Did.UPDATED, f"{KIND}_order", None, "Service levels", now=now, order=order)
    outbox.publish(TOPIC, now=now)


def checked_filter(given: Any) -> dict[str, Any]:
    """Conditions as policies keep them; none takes every ticket. Raises `BrokenLines`, `Invalid`."""
    return checking.conditions(given or {}, place=Place.POLICY)


def checked_metrics(given: Any, *, is_for_groups: bool = False) -> list[dict[str, Any]]:
    """Targets as policies keep them. Raises `Invalid`."""
    if not isinstance(given, list) or not given:
        raise Invalid.field("policy_metrics", _("Policy metrics: at least one target is needed"), "BlankValue")
    kept = {}
    for line, one in enumerate(given, 1):
        found = _metric(line, one, OF_GROUPS if is_for_groups else OF_REQUESTERS)
        if (found["priority"], found["metric"]) in kept:
            raise Invalid.field(
                "policy_metrics",
                _("Policy metric %(line)s: there is one for this priority and metric") % {"line": line},
            )
        kept[found["priority"], found["metric"]] = found
    return list(kept.values())


def _metric(line: int, one: Any, known: Sequence[Metric]) -> dict[str, Any]:
    given = one if isinstance(one, dict) else {}
    priority, metric, minutes = given.get("priority"), given.get("metric"), given.get("target")
    seconds = given.get("target_in_seconds")
    if minutes is None and type(seconds) is int:
        minutes = -(-seconds // 60)
    says = ""
    if priority not in Priority.values:
        says = say("priority is one of %(values)s") % {"values": ", ".join(Priority.values)}
    elif metric not in known:
        says = say("metric is one of %(known)s") % {"known": ", ".join(known)}
    elif type(minutes) is not int or not 0 < minutes <= MINUTES_MAX:
        says = say("target is minutes, from 1 to %(most)s") % {"most": f"{MINUTES_MAX:,}"}
    if says:
        raise Invalid.field("policy_metrics", _("Policy metric %(line)s: %(says)s") % {"line": line, "says": says})
    return {
        "priority": priority,
        "metric": metric,
        "target": minutes,
        "business_hours": given.get("business_hours") is True,
    }


def _title(title: str) -> str:
    title = text.one_line(title)[:TITLE_MAX]
    if not title:
        raise Invalid.field("title", _("Title: cannot be blank"), "BlankValue")
    return title


def _locked(actor: Actor, policy_id: int, is_for_groups: bool) -> Policy:
    permissions.require(actor, Permission.MANAGE_SERVICE_LEVELS)
    rows = Policy.objects.for_groups(is_for_groups)
    row = rows.select_for_update(no_key=True).filter(pk=policy_id).first()
    if row is None:
        raise NotFound
    return row
