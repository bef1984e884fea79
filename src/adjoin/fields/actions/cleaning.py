"""What columns of fields and forms take, whoever sends them. Each raises `Invalid`, naming the key of the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from adjoin.kernel import text
from adjoin.kernel.errors import Invalid

Cleaner = Callable[[Any], Any]


def words(key: str, label: str, *, longest: int, needed: bool = False) -> Cleaner:
    """One line of text."""

    def clean(value: Any) -> str:
        if value is not None and not isinstance(value, str):
            raise Invalid.field(key, _("%(label)s: must be text") % {"label": label})
        found = text.one_line(value or "")[:longest]
        if needed and not found:
            raise Invalid.field(key, _("%(label)s: cannot be blank") % {"label": label}, "BlankValue")
        return found

    return clean


def flag(key: str) -> Cleaner:
    """True or false."""

    def clean(value: Any) -> bool:
        if not isinstance(value, bool):
            raise Invalid.field(key, _("%(key)s: must be true or false") % {"key": key})
        return value

    return clean


def place(value: Any) -> int:
    """A place in an order, from 0."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise Invalid.field("position", _("Position: must be a number from 0"))
    return value


def tag(value: str) -> str:
    """A tag as tickets have it: lower case, without blanks or commas."""
    return "_".join(text.one_line(value).lower().replace(",", " ").split())[:255]
