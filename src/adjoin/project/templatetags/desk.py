"""Small words for templates: icons, colours by name, sizes of files. Loaded for every template."""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Any

from django import template
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

register = template.Library()

STATUS_ICONS = {
    "new": "circle-dashed",
    "open": "circle-dot",
    "pending": "circle-ellipsis",
    "hold": "circle-pause",
    "solved": "circle-check",
    "closed": "circle-minus",
}


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, label: str = "", size: int = 16) -> SafeString:
    """A lucide icon. With a `label` it has a name for screen readers and a tooltip; without, it is decoration."""
    svg = mark_safe(lucide(name, size=size, stroke_width="1.5", aria_hidden="true"))  # noqa: S308 our own drawing
    if not label:
        return format_html('<span class="icon">{}</span>', svg)
    return format_html('<span class="icon" role="img" aria-label="{0}" title="{0}">{1}</span>', label, svg)


@register.filter
def status_icon(status: str) -> str:
    """The shape of a status: a lucide name."""
    return STATUS_ICONS.get(status, "circle")


@register.filter
def hue(key: Any) -> int:
    """1 to 8, always the same for the same person: the colour of their avatar."""
    return zlib.crc32(str(key).encode()) % 8 + 1


@register.filter
def partner_number(name: Any) -> int:
    """1 to 6, always the same for the same partner: which of `--partner-1..6` is theirs."""
    return zlib.crc32(str(name).casefold().encode()) % 6 + 1


@register.filter
def file_size(size_bytes: int) -> str:
    """A size as people say it: `1.4 MB`."""
    return filesizeformat(size_bytes).replace("\xa0", " ")


@register.filter
def first_word(text: str) -> str:
    """The first word of a name: what one calls somebody in a sentence."""
    return str(text).split(" ", 1)[0]


@register.filter
def words(text: str) -> list[str]:
    """The words of a text, to loop over."""
    return text.split()


@register.filter
def item(values: dict[str, Any], name: str) -> Any:
    """What a dictionary has under a name that is in a variable; "" for nothing."""
    return values.get(name, "")
