"""Operators: what `is`, `less_than` or `changed` mean, in memory and in SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from adjoin.kernel.errors import Invalid
from adjoin.rules.registry import Condition
from adjoin.tickets.changes import clean_tags

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.changes import Change

IS = ("is", "is_not")
ORDER = ("less_than", "greater_than")
HISTORY = ("changed", "not_changed", "value", "value_previous", "not_value", "not_value_previous")
EMPTY = (None, "", "__NULL__")


def choice(key: str, label: str, ordered: Sequence[str], *, nullable: bool) -> Condition:
    """A condition on a field with an ordered list of values, such as status."""
    rank = {value: place for place, value in enumerate(ordered)}

    def check(value: Any) -> Any:
        if value in EMPTY and nullable:
            return ""
        if value is not None and value not in rank and value not in EMPTY:
            raise Invalid.field("value", f"{label} is one of {', '.join(ordered)}")
        return value

    def matches(change: Change, operator: str, value: Any) -> bool:
        now = getattr(change.ticket, key)
        if operator in ORDER:
            return now in rank and value in rank and _ordered(operator, rank[now], rank[value])
        return _compare(change, key, operator, value or None)

    def sql(actor: Actor, operator: str, value: Any) -> Q:
        if operator in ORDER:
            place = rank[value]
            return Q(**{f"{key}__in": [one for one, its in rank.items() if _ordered(operator, its, place)]})
        return _equals(key, operator, value or None)

    return Condition(key, label, (*IS, *ORDER, *HISTORY), matches, sql, check)


def reference(key: str, label: str, *, words: Sequence[str] = ()) -> Condition:
    """A condition on a field that holds an id. `words` are the names that stand for one, such as current_user."""

    def check(value: Any) -> Any:
        if value in EMPTY:
            return ""
        if value in words or str(value).isdecimal():
            return str(value)
        raise Invalid.field("value", f"{label} takes an id{''.join(f' or {word}' for word in words)}")

    def matches(change: Change, operator: str, value: Any) -> bool:
        if value == "current_groups":
            inside = getattr(change.ticket, key) in change.actor.group_ids
            return inside if operator == "is" else not inside
        return _compare(change, key, operator, _id_in(change, value))

    def sql(actor: Actor, operator: str, value: Any) -> Q:
        if value == "current_groups":
            inside = Q(**{f"{key}__in": actor.group_ids})
            return inside if operator == "is" else ~inside
        return _equals(key, operator, actor.user_id if value == "current_user" else int(value) if value else None)

    return Condition(key, label, (*IS, *HISTORY), matches, sql, check)


def tags() -> Condition:
    """`current_tags`: at least one of the words, or none of them."""

    def matches(change: Change, operator: str, value: Any) -> bool:
        found = bool(set(clean_tags(str(value).split())) & set(change.ticket.tags))
        return found if operator == "includes" else not found

    def sql(actor: Actor, operator: str, value: Any) -> Q:
        found = Q(tags__overlap=clean_tags(str(value).split()))
        return found if operator == "includes" else ~found

    return Condition("current_tags", "Tags", ("includes", "not_includes"), matches, sql, _words)


def only_in_updates(
    key: str, label: str, operators: tuple[str, ...], answer: Callable[[Change, Any], bool], values: Sequence[str] = ()
) -> Condition:
    """A condition that only an update can answer; `is_not` and `not_includes` turn it round."""

    def check(value: Any) -> Any:
        text = str(value).lower() if isinstance(value, bool) else value
        if values and text not in values:
            raise Invalid.field("value", f"{label} is one of {', '.join(values)}")
        return text

    def matches(change: Change, operator: str, value: Any) -> bool:
        return answer(change, value) is not operator.startswith(("is_not", "not_"))

    return Condition(key, label, operators, matches, None, check)


def words_in(text: str, value: Any) -> bool:
    """Whether at least one of the words of `value` is a word of `text`."""
    return not _words_of(text).isdisjoint(str(value).lower().split())


@lru_cache(maxsize=16)
def _words_of(text: str) -> frozenset[str]:
    """Taken apart once for all the triggers that look at one subject or comment."""
    return frozenset("".join(c if c.isalnum() else " " for c in text.lower()).split())


def _compare(change: Change, key: str, operator: str, value: Any) -> bool:
    now, before = getattr(change.ticket, key), change.was(key)
    match operator:
        case "is":
            return bool(now == value)
        case "is_not":
            return bool(now != value)
        case "changed":
            return change.has_changed(key)
        case "not_changed":
            return not change.has_changed(key)
        case "value":
            return change.has_changed(key) and bool(now == value)
        case "not_value":
            return not (change.has_changed(key) and now == value)
        case "value_previous":
            return change.has_changed(key) and not change.is_create and bool(before == value)
        case "not_value_previous":
            return change.is_create or not (change.has_changed(key) and before == value)
    raise LookupError(operator)


def _equals(key: str, operator: str, value: Any) -> Q:
    if operator not in IS:
        raise LookupError(operator)
    same = Q(**{key: value})
    return same if operator == "is" else ~same


def _ordered(operator: str, left: int, right: int) -> bool:
    return left < right if operator == "less_than" else left > right


def _id_in(change: Change, value: Any) -> int | None:
    """The id a word stands for in this update."""
    if value == "current_user":
        return change.actor.user_id or 0  # nobody: no id is 0
    if value in ("requester_id", "assignee_id"):
        return int(found) if (found := getattr(change.ticket, value)) else None
    return int(value) if value not in EMPTY else None


def _words(value: Any) -> str:
    if not isinstance(value, str) or not value.split():
        raise Invalid.field("value", "Tags takes words")
    return " ".join(clean_tags(value.split()))
