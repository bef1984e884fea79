"""What can be said of a look, checked wherever it comes from."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from adjoin.help_center.looks import stylesheets
from adjoin.help_center.looks.terms import LABEL_MAX
from adjoin.kernel import text
from adjoin.kernel.errors import Invalid

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_ADDRESS = re.compile(r"(https?://[^\s/]|mailto:[^\s]+@|tel:[+\d]|/(?![/\\])|/$)", re.IGNORECASE)
ADDRESS_MAX = 500  # characters


def colour(name: str, said: str, *, may_be_empty: bool = True) -> str:
    """The colour as `#rrggbb`, or nothing. Raises `Invalid`."""
    said = said.strip().lower()
    if not _COLOUR.fullmatch(said) and (said or not may_be_empty):
        raise Invalid.field(name, _("Write a colour like #0b7a75."), "InvalidFormat")
    return said


def links(name: str, said: Sequence[Sequence[str]], most: int) -> list[list[str]]:
    """Links as words and address. Raises `Invalid` for too many, and for an address that leads nowhere."""
    if len(said) > most:
        raise Invalid.field(name, _("There is room for %s links. Leave some out.") % most)
    return [_link(name, *one) for one in said]


def links_of_lines(name: str, said: str, most: int) -> list[list[str]]:
    """Links from lines like `Shop | https://shop.example`. Raises `Invalid`."""
    found = []
    for line in filter(None, map(str.strip, said.splitlines())):
        words, bar, address = line.rpartition("|")
        if not bar:
            raise Invalid.field(name, _("Write each link as words, a bar and an address: Shop | https://shop.example"))
        found.append([words, address])
    return links(name, found, most)


def lines_of_links(said: Sequence[Sequence[str]]) -> str:
    """The links as they are typed."""
    return "\n".join(f"{words} | {address}" for words, address in said)


def css(name: str, said: str) -> str:
    """The style sheet, if nothing in it is refused. Raises `Invalid` with lines and reasons."""
    said = said.replace("\r\n", "\n").replace("\x00", "").strip()
    if found := stylesheets.problems(said):
        raise Invalid.field(name, " ".join(map(str, found)))
    return said


def _link(name: str, words: str, address: str) -> list[str]:
    words, address = text.one_line(words)[:LABEL_MAX], address.strip()
    if not words:
        raise Invalid.field(name, _("The link to %s has no words. Say where it leads.") % address[:80])
    if not _ADDRESS.match(address) or re.search(r"[\s<>\"\\]", address) or len(address) > ADDRESS_MAX:
        told = _("%s is no address. Begin it with https://, mailto:, tel: or /.")
        raise Invalid.field(name, told % (address[:80] or words))
    return [words, address]
