"""What fields hold that an account adds itself, to people, organizations or tickets: read from clients and forms into
what JSON keeps."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import TextChoices
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjoin.kernel import patterns, text
from adjoin.kernel.wording import say

TEXT_MAX = 65_536  # characters
LINE_MAX = 255
INTEGER_MAX = 2**53 - 1  # beyond it, clients that keep numbers as doubles read another one
EMPTY: tuple[Any, ...] = (None, "", [])
CARD_SHOWN = 4  # digits of a card that are kept


class Target(TextChoices):
    """What a lookup field points at."""

    USER = "zen:user", _("Somebody")
    ORGANIZATION = "zen:organization", _("An organization")
    TICKET = "zen:ticket", _("A ticket")


@dataclass(frozen=True)
class Kind:
    """What a field takes. `type` is Zendesk's word; `pattern` is that of a regexp, `options` the values of a choice."""

    type: str
    pattern: str = ""
    options: Collection[str] = ()


def read(kind: Kind, value: Any) -> Any:
    """The value as JSON keeps it: None for an empty one, False for a box that nobody ticked.

    Raises `ValueError` with the rest of a sentence: "must be a whole number"."""
    if value in EMPTY:
        return False if kind.type == "checkbox" else None
    return _READERS[kind.type](kind, value)


def worded(type_: str, value: Any, names: Mapping[str, str]) -> str:
    """A value as people read it, by the names of its choices; "" for none."""
    if type_ == "checkbox":
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, list) or value in names:
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(names.get(one, str(one)) for one in chosen)
    return "" if value is None else str(value)


def is_empty(value: Any) -> bool:
    """Whether nothing is filled in; a box that nobody ticked is empty too."""
    return value is None or value is False or value == "" or value == []  # 0 is a value


def mask_card(number: str) -> str:
    """A card's number with nothing left of it but its last four digits: `XXXXXXXXXXXX4242`."""
    return "X" * (len(number) - CARD_SHOWN) + number[-CARD_SHOWN:]


def _line(kind: Kind, value: Any) -> str:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise ValueError(say("must be text"))
    found = text.one_line(str(value))
    if len(found) > LINE_MAX:
        raise ValueError(say("must have at most %(most)s characters") % {"most": LINE_MAX})
    return found


def _lines(kind: Kind, value: Any) -> str:
    if not isinstance(value, str) or len(value) > TEXT_MAX:
        raise ValueError(say("must be text of at most %(most)s characters") % {"most": TEXT_MAX})
    return text.plain(value)


def _checkbox(kind: Kind, value: Any) -> bool:
    known = {"true": True, "false": False, "1": True, "0": False, "on": True}
    found = known.get(value.lower(), value) if isinstance(value, str) else value
    if not isinstance(found, bool):
        raise ValueError(say("must be true or false"))
    return found


def _integer(kind: Kind, value: Any) -> int:
    digits = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not re.fullmatch(r"[+-]?[0-9]{1,16}", digits) or abs(int(digits)) > INTEGER_MAX:
        raise ValueError(say("must be a whole number"))
    return int(digits)


def _decimal(kind: Kind, value: Any) -> float:
    try:
        found = Decimal(str(value).strip()) if isinstance(value, str | int | float) else None
    except InvalidOperation:
        found = None
    if found is None or isinstance(value, bool) or not found.is_finite() or abs(found) > INTEGER_MAX:
        raise ValueError(say("must be a number"))
    return float(found)


def _date(kind: Kind, value: Any) -> str:
    try:
        found: date | None = parse_date(value[:10]) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None:
        raise ValueError(say("must be a date, as 2026-03-04"))
    return found.isoformat()


def _regexp(kind: Kind, value: Any) -> str:
    found = _line(kind, value)
    if not patterns.fits(kind.pattern, found):
        raise ValueError(say("does not have the form it should have"))
    return found


def _option(kind: Kind, value: Any) -> str:
    if value not in kind.options:
        raise ValueError(say("must be one of %(_named)s") % {"_named": _named(kind.options)})
    return str(value)


def _options(kind: Kind, value: Any) -> list[str]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(one, str) for one in values):
        raise ValueError(say("must be a list of choices"))
    return list(dict.fromkeys(_option(kind, one) for one in values))


def _card(kind: Kind, value: Any) -> str:
    """Masked at once; a number that is masked already stays as it is."""
    digits = re.sub(r"[ -]", "", value) if isinstance(value, str) else str(value)
    if not re.fullmatch(r"(?:[0-9]{8,15}|[Xx*]{8,15})[0-9]{4}", digits):
        raise ValueError(say("must be the number of a card, of which only the last four digits are kept"))
    return mask_card(digits)


def _record(kind: Kind, value: Any) -> str:
    """The id of something; whether it is there, the caller looks."""
    found = str(value) if not isinstance(value, bool) else ""
    if not re.fullmatch(r"[1-9][0-9]{0,17}", found):
        raise ValueError(say("must be an id"))
    return found


def _named(options: Collection[str]) -> str:
    shown = list(options)[:20]
    return ", ".join(shown) + (f" or {len(options) - len(shown)} more" if len(options) > len(shown) else "")


_READERS: Mapping[str, Callable[[Kind, Any], Any]] = {
    "text": _line,
    "textarea": _lines,
    "checkbox": _checkbox,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "regexp": _regexp,
    "dropdown": _option,
    "tagger": _option,
    "multiselect": _options,
    "partialcreditcard": _card,
    "lookup": _record,
}
