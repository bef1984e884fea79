"""Time zones by their IANA names. Those that Zendesk writes in words are understood too."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import available_timezones

from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say

AREAS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
IN_WORDS = {  # those of Rails that are not simply a city below
    "Hawaii": "Pacific/Honolulu",
    "Alaska": "America/Juneau",
    "Pacific Time (US & Canada)": "America/Los_Angeles",
    "Arizona": "America/Phoenix",
    "Mountain Time (US & Canada)": "America/Denver",
    "Central Time (US & Canada)": "America/Chicago",
    "Eastern Time (US & Canada)": "America/New_York",
    "Indiana (East)": "America/Indiana/Indianapolis",
    "Atlantic Time (Canada)": "America/Halifax",
    "Newfoundland": "America/St_Johns",
    "Brasilia": "America/Sao_Paulo",
    "Azores": "Atlantic/Azores",
    "Edinburgh": "Europe/London",
    "Bern": "Europe/Zurich",
    "West Central Africa": "Africa/Algiers",
    "Pretoria": "Africa/Johannesburg",
    "Kyiv": "Europe/Kiev",
    "St. Petersburg": "Europe/Moscow",
    "Abu Dhabi": "Asia/Muscat",
    "Islamabad": "Asia/Karachi",
    "Chennai": "Asia/Kolkata",
    "Mumbai": "Asia/Kolkata",
    "New Delhi": "Asia/Kolkata",
    "Beijing": "Asia/Shanghai",
    "Osaka": "Asia/Tokyo",
    "Sapporo": "Asia/Tokyo",
    "Canberra": "Australia/Sydney",
    "Wellington": "Pacific/Auckland",
}


def known(name: str) -> str:
    """The IANA name for what was given: `Europe/Berlin`, `Berlin`, `Eastern Time (US & Canada)`. Raises `Invalid`."""
    found = _by_name().get(str(name).strip().lower())
    if found is None:
        raise Invalid.field("time_zone", say("Time zone: there is none called %(name)s") % {"name": str(name)[:60]})
    return found


@lru_cache(maxsize=1)
def names() -> list[str]:
    """Every zone that people live in, and UTC, by name."""
    return ["UTC", *sorted(name for name in available_timezones() if name.split("/")[0] in AREAS)]


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    cities = {name.split("/")[-1].replace("_", " ").lower(): name for name in reversed(names())}
    whole = {name.lower(): name for name in names()}
    return {**cities, **{words.lower(): name for words, name in IN_WORDS.items()}, "etc/utc": "UTC", **whole}
