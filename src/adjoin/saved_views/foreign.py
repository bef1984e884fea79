"""Views for everybody that name what an agent does not know: another partner's brand, its customers, its people.

Their titles tell as much as their conditions, so agents who see only their own customers are not offered them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from adjoin.access import readable
from adjoin.saved_views.models import View

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

_PARTNERS = ("received_from", "sent_to")
_PEOPLE = ("requester_id", "assignee_id")


def ids(actor: Actor) -> list[int]:
    """The views for everybody that are not for `actor`; none but for who sees only their own customers."""
    if not actor.sees_own_customers:
        return []
    named = {view.pk: _named(view.conditions) for view in View.objects.filter(owner=None, group_ids=[])}
    asked: dict[str, set[int]] = defaultdict(set)
    for values in named.values():
        for field, value in values:
            asked[field].add(value)
    known = {(field, value) for field, wanted in asked.items() for value in _known(actor, field, wanted)}
    return [pk for pk, values in named.items() if not values <= known]


def _named(conditions: dict[str, Any]) -> set[tuple[str, int]]:
    """What a view's conditions name, as field and id."""
    found = set()
    for row in (row for part in ("all", "any") for row in conditions.get(part) or ()):
        field = "person" if row["field"] in _PEOPLE else "partner" if row["field"] in _PARTNERS else row["field"]
        if field in ("brand_id", "organization_id", "group_id", "person", "partner"):
            found |= {(field, value) for value in _numbers(row.get("value"))}
    return found


def _numbers(value: Any) -> Iterator[int]:
    for one in value if isinstance(value, list) else [value]:
        if str(one).isdecimal():
            yield int(one)


def _known(actor: Actor, field: str, wanted: set[int]) -> set[int]:
    if field == "brand_id":
        return wanted & actor.brand_ids
    lists: dict[str, Any] = {
        "organization_id": readable.organizations,
        "group_id": readable.groups,
        "person": readable.users,
    }
    if field not in lists:
        return set()  # which partners the desk shares with is not for them to know
    return set(lists[field](actor).filter(pk__in=wanted).values_list("pk", flat=True))
