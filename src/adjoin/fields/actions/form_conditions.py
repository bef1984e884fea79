"""Conditions of forms on their way in: checked against the form's fields, and kept in one shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from adjoin.fields import values
from adjoin.fields.models import TicketField, TicketForm
from adjoin.fields.terms import PARENTS, Statuses, TicketFieldType
from adjoin.kernel.api.reading import whole_number
from adjoin.kernel.errors import Invalid

CONDITIONS_MAX = 1500  # of one form, as Zendesk has it
STATUSES = ("new", "open", "pending", "hold", "solved")

Condition = dict[str, Any]


def clean(form: TicketForm, given: Any, key: str, *, for_agents: bool) -> list[Condition]:
    """The conditions as they are kept. Raises `Invalid` that says which one is wrong and why.

    Fields that the form does not have, or no more, are taken out."""
    if not isinstance(given, list) or len(given) > CONDITIONS_MAX:
        raise Invalid.field(key, _("Conditions: must be a list of at most %(most)s") % {"most": CONDITIONS_MAX})
    if not given:
        return []
    fields = {row.pk: row for row in TicketField.objects.filter(pk__in=form.ticket_field_ids).with_options()}
    kept = []
    for line, one in enumerate(given, 1):
        try:
            found = _one(one, fields, for_agents)
        except ValueError as error:
            raise Invalid.field(key, _("Condition %(line)s: %(error)s") % {"line": line, "error": error}) from error
        kept += [found] if found["child_fields"] else []
    if loop := _loop(kept):
        raise Invalid.field(key, _("Conditions: %(title)s would depend on itself") % {"title": fields[loop].title})
    return kept


def without(conditions: Iterable[Mapping[str, Any]], field_id: int) -> list[Condition]:
    """The conditions once a field is gone: neither parent nor child of any."""
    kept = [
        {**one, "child_fields": [child for child in one["child_fields"] if child["id"] != field_id]}
        for one in conditions
        if one["parent_field_id"] != field_id
    ]
    return [one for one in kept if one["child_fields"]]


def _one(one: Any, fields: Mapping[int, TicketField], for_agents: bool) -> Condition:
    if not isinstance(one, dict) or not isinstance(one.get("child_fields"), list):
        raise ValueError(_("must have parent_field_id, value and child_fields"))
    parent = fields.get(whole_number(one.get("parent_field_id")) or 0)
    if parent is None or parent.type not in PARENTS:
        raise ValueError(_("the parent must be a field of this form with choices"))
    children = [_child(child, for_agents) for child in one["child_fields"]]
    return {
        "parent_field_id": parent.pk,
        "parent_field_type": parent.type,
        "value": _value(parent, one.get("value")),
        "child_fields": [child for child in children if child["id"] in fields and child["id"] != parent.pk],
    }


def _value(parent: TicketField, value: Any) -> Any:
    if parent.is_system:
        return str(value)
    if parent.type == TicketFieldType.MULTISELECT:
        found = values.clean(parent, [value])
        return found[0]
    found = values.clean(parent, value)
    if found is None:
        raise ValueError(_("must say which value of %(title)s") % {"title": parent.title})
    return found


def _child(child: Any, for_agents: bool) -> dict[str, Any]:
    pk = whole_number(child.get("id")) if isinstance(child, dict) else None
    if pk is None:
        raise ValueError(_("each child needs the id of a field"))
    found: dict[str, Any] = {"id": pk, "is_required": bool(child.get("is_required"))}
    if for_agents:
        found["required_on_statuses"] = _statuses(child.get("required_on_statuses"), found["is_required"])
    return found


def _statuses(on: Any, is_required: bool) -> dict[str, Any]:
    kind = on.get("type") if isinstance(on, dict) else None
    if kind is None:
        kind = Statuses.ALL if is_required else Statuses.NONE
    if kind not in Statuses.values:
        raise ValueError(_("required_on_statuses is one of %(known)s") % {"known": ", ".join(Statuses.values)})
    if kind != Statuses.SOME:
        return {"type": str(kind)}
    named = on.get("statuses")
    if not isinstance(named, list) or not named or not set(map(str, named)) <= set(STATUSES):
        raise ValueError(_("statuses are some of %(statuses)s") % {"statuses": ", ".join(STATUSES)})
    return {"type": str(kind), "statuses": [str(one) for one in named]}


def _loop(conditions: Iterable[Condition]) -> int | None:
    """A field that would decide about itself, through however many others."""
    below: dict[int, set[int]] = {}
    for one in conditions:
        below.setdefault(one["parent_field_id"], set()).update(child["id"] for child in one["child_fields"])
    for start in below:
        seen, waiting = set(), list(below[start])
        while waiting:
            at = waiting.pop()
            if at == start:
                return start
            if at not in seen:
                seen.add(at)
                waiting += below.get(at, ())
    return None
