"""Operators: what `is`, `less_than` or `changed` mean, in memory and in SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from adjoin.kernel.errors import Invalid
from adjoin.kernel.languages import said
from adjoin.rules.registry import HISTORY, Condition
from adjoin.rules.values import EMPTY, TAGS, TEXT, Value, one_of
from adjoin.tickets.changes import TAGS_MAX, clean_tags

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.changes import Change

IS = ("is", "is_not")
ORDER = ("less_than", "greater_than")
NOTHING = Q(pk__in=[])


def choice(key: str, label: str, ordered: Sequence[tuple[str, Any]], *, nullable: bool) -> Condition:
    """A condition on a field with an ordered list of values and their names, such as status."""
    rank = {value: place for place, (value, _) in enumerate(ordered)}

    def check(value: Any) -> str:
        if value in EMPTY and nullable:
            return ""
        if not isinstance(value, str) or value not in rank:
            raise Invalid.field(
                "value", gettext("%(label)s is one of %(rank)s") % {"label": said(label), "rank": ", ".join(rank)}
            )
        return value

    def matches(change: Change, operator: str, value: Any) -> bool:
        now = getattr(change.ticket, key)
        if operator in ORDER:
            return now in rank and value in rank and _ordered(operator, rank[now], rank[value])
        return compare(change, key, operator, value or None)

    def sql(actor: Actor, operator: str, value: Any) -> Q:
        if operator not in ORDER:
            return equals(key, operator, value or None)
        if value not in rank:
            return NOTHING
        return Q(**{f"{key}__in": [one for one, its in rank.items() if _ordered(operator, its, rank[value])]})

    none = [("", gettext("None"))] if nullable else []
    return Condition(key, label, (*IS, *ORDER, *HISTORY), matches, sql, check, one_of([*none, *ordered]))


def reference(
    key: str, label: str, value: Value, rows: Callable[[], QuerySet[Any]], *, words: Sequence[str] = (), nullable: bool
) -> Condition:
    """A condition on a field that holds the id of one of `rows`. `words` stand for one, such as current_user."""
    check_id = an_id(label, rows, words=words, nullable=nullable)

    def matches(change: Change, operator: str, value: Any) -> bool:
        if value == "current_groups":
            return (getattr(change.ticket, key) in change.actor.group_ids) is (operator == "is")
        return compare(change, key, operator, id_in(change, value))

    def sql(actor: Actor, operator: str, value: Any) -> Q:
        if value == "current_groups":
            inside = Q(**{f"{key}__in": actor.group_ids})
            return inside if operator == "is" else ~inside
        if value in ("requester_id", "assignee_id"):
            return equals(key, operator, F(value))
        return equals(key, operator, (actor.user_id or 0) if value == "current_user" else int(value) if value else None)

    return Condition(key, label, (*IS, *HISTORY), matches, sql, check_id, value)


def tags() -> Condition:
    """`current_tags`: at least one of the words, or none of them."""

    def matches(change: Change, operator: str, value: Any) -> bool:
        found = not _tags_in(str(value)).isdisjoint(change.ticket.tags)
        return found if operator == "includes" else not found

    def sql(actor: Actor, operator: str, value: Any) -> Q:
        found = Q(tags__overlap=clean_tags(str(value).split()))
        return found if operator == "includes" else ~found

    return Condition("current_tags", _("Tags"), ("includes", "not_includes"), matches, sql, tag_words, TAGS)


def only_in_updates(
    key: str,
    label: str,
    operators: tuple[str, ...],
    answer: Callable[[Change, Any], bool],
    choices: Sequence[tuple[str, str]] = (),
    *,
    check: Callable[[Any], Any] | None = None,
    value: Value = TEXT,
) -> Condition:
    """A condition that only an update can answer; `is_not` and `not_includes` turn it round."""
    names = [name for name, _ in choices]

    def check_choice(given: Any) -> Any:
        text = str(given).lower() if isinstance(given, bool) else given
        if names and text not in names:
            raise Invalid.field(
                "value", gettext("%(label)s is one of %(names)s") % {"label": said(label), "names": ", ".join(names)}
            )
        return text

    def matches(change: Change, operator: str, value: Any) -> bool:
        return answer(change, value) is not operator.startswith(("is_not", "not_"))

    return Condition(key, label, operators, matches, None, check or check_choice, one_of(choices) if choices else value)


def _or(words: Sequence[str]) -> list[str]:
    return [gettext("or %(word)s") % {"word": word} for word in words]


def an_id(
    label: str, rows: Callable[[], QuerySet[Any]], *, words: Sequence[str] = (), nullable: bool
) -> Callable[[Any], str]:
    """A check for the id of one of `rows`, for one of `words`, and where it is nullable for nothing."""

    def check(value: Any) -> str:
        if nullable and value in EMPTY:
            return ""
        if isinstance(value, str) and value in words:
            return value
        text = str(value)
        if isinstance(value, bool) or not (text.isascii() and text.isdecimal() and len(text) < 19):
            raise Invalid.field(
                "value", " ".join([gettext("%(label)s takes an id") % {"label": said(label)}, *_or(words)])
            )
        if not rows().filter(pk=int(text)).exists():
            raise Invalid.field(
                "value",
                gettext("%(label)s %(text)s is not there, or not any more") % {"label": said(label), "text": text},
            )
        return text

    return check


def tag_words(value: Any) -> str:
    """A check for tags: as they are kept. Raises `Invalid` for none, and for more than a ticket takes."""
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        value = " ".join(value)
    words = value.replace(",", " ").split() if isinstance(value, str) else []
    if not words or not clean_tags(words):
        raise Invalid.field("value", gettext("Tags takes words"))
    if len(words) > TAGS_MAX:
        raise Invalid.field("value", gettext("Tags takes at most %(most)s words") % {"most": f"{TAGS_MAX:,}"})
    return " ".join(clean_tags(words))


def compare(change: Change, key: str, operator: str, value: Any) -> bool:
    """What an operator says of a field in an update. Raises `LookupError` for one it does not know."""
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


def equals(key: str, operator: str, value: Any) -> Q:
    """`is` and `is_not` of a column. Raises `LookupError` for others."""
    if operator not in IS:
        raise LookupError(operator)
    same = Q(**{key: value})
    return same if operator == "is" else ~same


def id_in(change: Change, value: Any) -> int | None:
    """The id a word stands for in this update."""
    if value == "current_user":
        return change.actor.user_id or 0  # nobody: no id is 0
    if value in ("requester_id", "assignee_id"):
        return int(found) if (found := getattr(change.ticket, value)) else None
    return int(value) if value not in EMPTY else None


@lru_cache(maxsize=4096)
def _tags_in(value: str) -> frozenset[str]:
    """The tags that a line names, taken apart once for all updates."""
    return frozenset(clean_tags(value.split()))


def _ordered(operator: str, left: int, right: int) -> bool:
    return left < right if operator == "less_than" else left > right
