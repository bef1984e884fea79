"""What people and programs type into a search, taken apart: words, "phrases", `field:value`, comparisons, `-not`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.utils.dateparse import parse_date, parse_datetime

TEXT_MAX = 1000  # characters looked at
TERMS_MAX = 30
TYPES = ("ticket", "user", "organization", "group")
_TERM = re.compile(
    r"(?P<minus>-)?(?:(?P<field>[A-Za-z_]\w*)(?P<operator>:|<=|>=|<|>))?"
    r'(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))'
)
_RELATIVE = re.compile(r"(\d{1,6})(minute|hour|day|week|month|year)s?")
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_ALIASES = {"tag": "tags", "comment": "description", "brand_id": "brand", "group_id": "group"}


@dataclass(frozen=True)
class Term:
    """One condition. `field` is "" for text that may stand anywhere."""

    field: str
    operator: str
    value: str
    is_phrase: bool = False
    is_negated: bool = False


@dataclass(frozen=True)
class Search:
    """A search, understood. `types` are the kinds of things asked for; all, unless the search names some."""

    terms: tuple[Term, ...]
    types: tuple[str, ...] = TYPES
    order_by: str = ""
    order: str = ""


def parse(text: str) -> Search:
    """Every text is a search; what is no condition is text to look for."""
    terms: list[Term] = []
    types: list[str] = []
    order = {"order_by": "", "sort": ""}
    for match in _TERM.finditer(text.replace("\x00", " ")[:TEXT_MAX]):
        term = _term(match)
        if term.field == "type" and term.value.lower() in TYPES:
            types.append(term.value.lower())
        elif term.field in order:
            order[term.field] = term.value.lower()
        elif len(terms) < TERMS_MAX:
            terms.append(term)
    return Search(tuple(terms), tuple(types) or TYPES, order["order_by"], order["sort"])


def as_text(term: Term) -> Term:
    """A condition on a field that does not exist, as the text it was: an address such as http://…, mostly."""
    if not term.field:
        return term
    return Term("", ":", f"{term.field}{term.operator}{term.value}", True, term.is_negated)


def span(value: str, now: datetime) -> tuple[datetime, datetime] | None:
    """The moments that a value of time means, first and last: a whole day for a date, one moment for `4hours` (ago).

    None when it means no time."""
    if relative := _RELATIVE.fullmatch(value.lower().replace(" ", "")):
        amount, unit = int(relative[1]), relative[2]
        ago = timedelta(**{f"{unit}s": amount}) if unit in ("minute", "hour") else timedelta(days=amount * _DAYS[unit])
        return (now - ago, now - ago) if ago < timedelta(days=36_500) else None
    try:
        if (day := parse_date(value)) is not None and len(value) <= 10:
            first = datetime.combine(day, time.min, UTC)
            return first, first + timedelta(days=1) - timedelta(microseconds=1)
        if (moment := parse_datetime(value)) is not None:
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
            return moment, moment + timedelta(seconds=1) - timedelta(microseconds=1)
    except (ValueError, OverflowError):
        pass
    return None


def _term(match: re.Match[str]) -> Term:
    field = (match["field"] or "").lower()
    is_phrase = match["phrase"] is not None
    value = match["phrase"] if is_phrase else match["word"]
    return Term(_ALIASES.get(field, field), match["operator"] or ":", value.strip(), is_phrase, bool(match["minus"]))
