"""What a lookup field offers of all it could point at: conditions, `{"all": [...], "any": [...]}` as Zendesk has them.

What can be asked of people, organizations and tickets an app far above knows, and says at start-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

Conditions = dict[str, list[dict[str, Any]]]
NARROWED_BY_NONE: Conditions = {"all": [], "any": []}


@dataclass(frozen=True)
class Asker:
    """How it is asked: `check(target, given)` gives conditions as kept or raises `Invalid`, `rows(actor, target,
    conditions)` is the filter over what such a field points at, `words(target, conditions)` says each in words."""

    check: Callable[[str, Any], Conditions]
    rows: Callable[[Any, str, Conditions], Q]
    words: Callable[[str, Conditions], list[str]]


_askers: list[Asker] = []


def ask_with(asker: Asker) -> None:
    """Have this one asked from now on."""
    _askers[:] = [asker]


def checked(target: str, given: Any) -> Conditions:
    """The conditions as a field keeps them; {} for none. Raises `Invalid`."""
    if not given:
        return {}
    kept = _askers[0].check(target, given)
    return kept if any(kept.values()) else {}


def rows(actor: Any, target: str, conditions: Conditions) -> Q:
    """Those that they hold for, as `actor` means them; a condition on what has gone holds for nothing."""
    if not conditions:
        return Q()
    try:
        return _askers[0].rows(actor, target, conditions)
    except (LookupError, TypeError, ValueError):
        return Q(pk__in=[])


def words(target: str, conditions: Conditions) -> list[str]:
    """Each condition in words."""
    return _askers[0].words(target, conditions) if conditions else []
