"""The day that an action gives to a date: one that is told, or so many days after the rule acts."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext

from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.rules.values import Part, Value

DAYS_MAX = 36_500
LATER, ON = "days_from_now", "specific_date"  # as Zendesk writes them: ["days_from_now", "3"]


def given(value: Any) -> Any:
    """What an action is to set: `["days_from_now", "3"]`, or the date as it was told. `3` alone is three days later.

    Raises `Invalid` for too many days."""
    kind, said = value if isinstance(value, list) and len(value) == 2 else (ON, value)
    if kind == LATER or (kind == ON and str(said).isascii() and str(said).isdecimal()):
        if not str(said).isdecimal() or len(str(said)) > len(str(DAYS_MAX)) or int(said) > DAYS_MAX:
            raise Invalid.field("value", say("A day is at most %(most)s days later") % {"most": f"{DAYS_MAX:,}"})
        return [LATER, str(int(said))]
    return said if kind == ON else value


def is_later(value: Any) -> bool:
    """Whether the value is a number of days after the rule acts."""
    return isinstance(value, list) and value[:1] == [LATER]


def day(value: Any, now: datetime) -> Any:
    """The day that is meant, as fields keep it; other values as they are."""
    return (now + timedelta(days=int(value[1]))).date().isoformat() if is_later(value) else value


def _find(typed: str) -> str:
    """`3 days later` is 3, whatever language it was said in; a date stays."""
    found = re.fullmatch(r"([0-9]{1,5})(?:\s+\D*)?", typed)
    return found[1] if found else typed


def _name(value: Any) -> str:
    if not is_later(value):
        return str(value)
    days = int(value[1])
    return ngettext("%(days)s day later", "%(days)s days later", days) % {"days": days}


VALUE = Value(
    "date",
    (Part(_("Date"), find=_find, name=_name, hint=_("As 2026-03-04, or a number of days later"), is_whole=True),),
)
