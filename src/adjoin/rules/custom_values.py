"""What operators mean for values of fields that an account adds itself, in memory and in SQL.

They are kept by key in a column `custom_fields`, of a ticket, a person or an organization."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db.models import DecimalField, F, Func, Q, TextField
from django.db.models import Value as Literal
from django.db.models.functions import Cast
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, IRegex, LessThan, LessThanOrEqual

FILLED, EQUAL, ORDER = ("present", "not_present"), ("is", "is_not"), ("less_than", "less_than_equal",
                                                                      "greater_than", "greater_than_equal")  # fmt: skip
CHOSEN = ("includes", "not_includes")
WORDS = ("includes_words", "not_includes_words", "includes_string", "not_includes_string")
DAYS = ("within_previous_n_days", "within_next_n_days")
_NEGATIVE = ("is_not", "not_present", "not_includes", "not_includes_words", "not_includes_string")
_COMPARED: dict[str, tuple[Callable[[Any, Any], bool], Any]] = {
    "less_than": (lambda kept, wanted: kept < wanted, LessThan),
    "less_than_equal": (lambda kept, wanted: kept <= wanted, LessThanOrEqual),
    "greater_than": (lambda kept, wanted: kept > wanted, GreaterThan),
    "greater_than_equal": (lambda kept, wanted: kept >= wanted, GreaterThanOrEqual),
}
_GAP = r"[][ \t\n.,;:!?()'\"/-]"  # what stands beside a word, the same for both


def matches(kept: Any, operator: str, value: Any, today: date) -> bool:
    """Whether what is kept (None: nothing) is so."""
    return _holds(kept, operator, value, today) is not _is_turned(operator, value)


def rows(key: str, operator: str, value: Any, today: date) -> tuple[Q, bool]:
    """A filter over the rows that have the column, and whether those are meant that it does not find: also where there
    is no row at all."""
    return _filter(key, operator, value, today), _is_turned(operator, value)


def _is_turned(operator: str, value: Any) -> bool:
    return (operator in _NEGATIVE) is not (value is False)


def _holds(kept: Any, operator: str, value: Any, today: date) -> bool:
    """The question without its "not"."""
    if operator in FILLED:
        return kept is not None
    if isinstance(value, bool) and operator in EQUAL:
        return bool(kept)
    if kept is None:
        return False
    if operator in ORDER:
        return _COMPARED[operator][0](kept, value)
    if operator in WORDS:
        return re.search(_pattern(operator, value), str(kept), re.IGNORECASE) is not None
    if operator in DAYS:
        first, last = _days(operator, value, today)
        return first <= str(kept) <= last
    return value in kept if isinstance(kept, list) else bool(kept == value)


def _filter(key: str, operator: str, value: Any, today: date) -> Q:
    if operator in FILLED:
        return Q(custom_fields__has_key=key)
    text: Any = Func(F("custom_fields"), Literal(key), function="jsonb_extract_path_text", output_field=TextField())
    if operator in ORDER:
        kept = text if isinstance(value, str) else Cast(text, DecimalField(max_digits=40, decimal_places=20))
        return Q(_COMPARED[operator][1](kept, Literal(value)))
    if operator in WORDS:
        return Q(IRegex(text, _pattern(operator, value)))
    if operator in DAYS:
        first, last = _days(operator, value, today)
        return Q(GreaterThanOrEqual(text, Literal(first))) & Q(LessThanOrEqual(text, Literal(last)))
    same = Q(custom_fields__contains={key: True if isinstance(value, bool) else value})
    return same | Q(custom_fields__contains={key: [value]}) if isinstance(value, str) else same


def _pattern(operator: str, value: Any) -> str:
    """At least one of the words, or the whole as it stands; as a pattern that Python and PostgreSQL read alike."""
    if operator.endswith("_string"):
        return _plain(str(value))
    words = "|".join(_plain(word) for word in str(value).split())
    return f"(^|{_GAP})({words})($|{_GAP})"


def _plain(text: str) -> str:
    return re.sub(r"([^\w\s])", r"\\\1", text)


def _days(operator: str, value: Any, today: date) -> tuple[str, str]:
    """The first and the last day that are meant; by what is no number of days none is."""
    if not str(value).isdecimal():
        return "9999", "0000"
    span = timedelta(days=int(value))
    first, last = (today - span, today) if operator == "within_previous_n_days" else (today, today + span)
    return first.isoformat(), last.isoformat()
