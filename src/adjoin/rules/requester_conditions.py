"""Conditions on the requester's language and time zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from adjoin.kernel import languages
from adjoin.kernel.errors import Invalid
from adjoin.kernel.languages import said
from adjoin.rules.comparing import IS
from adjoin.rules.registry import DATABASE_COST, Condition
from adjoin.rules.values import Choices, Part, Value

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.changes import Change

LANGUAGE, TIME_ZONE = _("Language of the requester"), _("Time zone of the requester")


def all_of_them() -> tuple[Condition, ...]:
    """Every condition of this module."""
    zones = Value("text", (Part(_("Time zone"), hint=_("As Europe/Paris")),))
    group = "requester"
    return (
        Condition(
            "locale_id", LANGUAGE, IS, _speaks, _speakers, check_locale, LOCALES, group=group, cost=DATABASE_COST
        ),
        Condition("requester_time_zone", TIME_ZONE, IS, _lives, None, _a_zone, zones, group=group, cost=DATABASE_COST),
    )


def check_locale(value: Any) -> str:
    """A check for the number of a language that there are words in. Raises `Invalid`."""
    number = str(value)
    if not (number.isascii() and number.isdecimal() and languages.of_number(int(number[:18]))):
        known = ", ".join(f"{one} ({name})" for one, name in _locales())
        raise Invalid.field(
            "value", gettext("%(label)s is one of %(known)s") % {"label": said(LANGUAGE), "known": known}
        )
    return str(int(number))


def _locales() -> Choices:
    return [(str(languages.number_of(one.code)), one.name) for one in languages.offered()]


LOCALES = Value("list", (Part(choices=_locales),))


def _speaks(change: Change, operator: str, value: Any) -> bool:
    return (languages.number_of(change.ticket.requester.locale) == int(value)) is (operator == "is")


def _speakers(actor: Actor, operator: str, value: Any) -> Q:
    found = _in_language(languages.of_number(int(value)))
    return found if operator == "is" else ~found


def _in_language(code: str) -> Q:
    """The tickets of people with that language; the first one is also theirs whose own there are no words in."""
    codes = [one.code for one in languages.offered() if one.code != languages.FIRST]
    if code != languages.FIRST:
        closer = [one for one in codes if one.startswith(f"{code}-")]
        return _is(code) & ~_any_of(closer)
    return ~_any_of(codes)


def _any_of(codes: list[str]) -> Q:
    found = Q(pk__in=[])
    for code in codes:
        found |= _is(code)
    return found


def _is(code: str) -> Q:
    pattern = code.replace("-", "[-_]")
    return Q(requester__locale__iregex=rf"^\s*{pattern}\s*$" if "-" in code else rf"^\s*{pattern}([-_]|\s*$)")


def _a_zone(value: Any) -> str:
    zones = available_timezones()
    found = {one.lower(): one for one in zones}.get(str(value).strip().lower())
    if found is None:
        raise Invalid.field(
            "value", gettext("%(label)s takes a zone such as Europe/Paris") % {"label": said(TIME_ZONE)}
        )
    return found


def _lives(change: Change, operator: str, value: Any) -> bool:
    return (change.ticket.requester.time_zone == value) is (operator == "is")
