"""The languages Adjoin speaks: which there are, what a locale asks for, and whose word counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple
from zlib import crc32

from django.conf import settings
from django.urls import URLPattern, URLResolver
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header

FIRST = "en"  # what everything is written in, and spoken where nobody asks for another
COOKIE = "adjoin_language"  # what somebody chose who has not signed in
LOCALES = {"en": "en-US"}  # how Zendesk calls what we call by its language alone
NUMBERS = {"en": 1, "fr": 16}  # Zendesk's ids of locales
NUMBERS_FROM = 1_000_000  # those of other languages are made from their codes, and stay whichever others come
_OF_PATH = re.compile(r"/hc/([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})?)/")
_PREFIX = re.compile(r"([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})?)/")


class Language(NamedTuple):
    """One that can be chosen: `code` as in addresses, `name` in itself."""

    code: str
    name: str


@lru_cache(maxsize=1)
def offered() -> tuple[Language, ...]:
    """Every language there are words in, in the order of the settings."""
    return tuple(Language(code, name) for code, name in settings.LANGUAGES)


@lru_cache(maxsize=1000)
def of_locale(locale: str) -> str:
    """The language for a locale such as `fr-CA` or `en_US`; "" where there are no words in it."""
    found, spoken = locale.strip().lower().replace("_", "-"), {one.code for one in offered()}
    return next((code for code in (found, found.partition("-")[0]) if code in spoken), "")


def of_path(path: str) -> str:
    """The language that an address of a help center is in; "" for others."""
    found = _OF_PATH.match(path)
    return of_locale(found[1]) if found else ""


def of_browser(header: str) -> str:
    """The first of the languages a browser accepts that there are words in; "" for none."""
    return next(iter(all_of_browser(header)), "")


def all_of_browser(header: str) -> list[str]:
    """The languages a browser accepts that there are words in, the one it likes best first."""
    return [code for name, _ in parse_accept_lang_header(header) if (code := of_locale(name))]


def of_person(locale: str, otherwise: str = "") -> str:
    """What somebody is written to in: their own language, else the brand's, which is `otherwise`."""
    return of_locale(locale) or of_locale(otherwise) or FIRST


def help_center(locale: str, otherwise: str = "") -> str:
    """Where the help center begins for somebody with this locale, below a brand's address: `/hc/fr/`."""
    return f"/hc/{of_person(locale, otherwise)}/"


def locale_of(kept: str) -> str:
    """A person's locale as the API tells it: Zendesk knows nobody without one."""
    return kept or LOCALES[FIRST]


def number_of(kept: str) -> int:
    """The number Zendesk gives a locale, else one of our own; English's where there are no words in it."""
    code = of_locale(locale_of(kept)) or FIRST
    return NUMBERS.get(code) or NUMBERS_FROM + crc32(code.encode()) % NUMBERS_FROM


def of_number(number: int) -> str:
    """The language that has this number here; "" for none."""
    return next((one.code for one in offered() if number_of(one.code) == number), "")


def is_from_right(code: str) -> bool:
    """Whether a language is written from right to left."""
    return code.partition("-")[0] in settings.LANGUAGES_BIDI


def said(words: str, of: str = "") -> str:
    """Words a desk came with in the language that is spoken now; words that people wrote stay as they are.

    `of` is the context they are said in, where a language has others for it: a request is "résolue"."""
    found = translation.pgettext(of, words) if of and words else words
    return found if found != words else translation.gettext(words) if words else ""


def listed(words: Sequence[str]) -> str:
    """ "", "a", "a and b", "a, b, and c", in the language spoken now."""
    if len(words) < 2:
        return "".join(words)
    names = {"first": ", ".join(words[:-1]), "last": words[-1]}
    return (_("%(first)s and %(last)s") if len(words) == 2 else _("%(first)s, and %(last)s")) % names


def moment(at: datetime) -> str:
    """A moment in words and numbers of the language that is spoken now, as it is in the zone of `at`."""
    if translation.get_language() == FIRST:
        return f"{at.day} {at:%b %Y, %H:%M}"
    return date_format(at, translation.gettext("j M Y, H:i"))


def in_language(patterns: list[URLPattern | URLResolver]) -> URLResolver:
    """These addresses in every language: `fr/…` leads to them where French is spoken, and they are reversed in it."""
    prefix: Any = _Prefix()
    return URLResolver(prefix, patterns)


class _Prefix:
    """The language that begins an address, whichever is spoken while it is read.

    Django's own prefix of this kind stands only where the addresses of a project begin."""

    converters: ClassVar[dict[str, Any]] = {}

    def __str__(self) -> str:
        return f"{translation.get_language() or FIRST}/"

    @property
    def regex(self) -> re.Pattern[str]:
        """What Django reverses addresses with, which it keeps language by language."""
        return re.compile(re.escape(str(self)))

    def match(self, path: str) -> tuple[str, tuple[Any, ...], dict[str, Any]] | None:
        """The rest of a path behind its language; None for a path that begins with none."""
        found = _PREFIX.match(path)
        return (path[found.end() :], (), {}) if found and of_locale(found[1]) else None

    def check(self) -> list[Any]:
        """Nothing that Django's checks could find wrong."""
        return []

    def describe(self) -> str:
        """How Django's checks call it."""
        return f"'{self}'"
