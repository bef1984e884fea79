"""Small words for templates: icons, colours by name, sizes of files. Loaded for every template."""

from __future__ import annotations

import json
import zlib
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.template import Context
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_noop
from lucide.templatetags.lucide import lucide

from adjoin.fields import statuses
from adjoin.kernel import languages

if TYPE_CHECKING:
    from adjoin.fields.statuses import Book
    from adjoin.people.models import User
    from adjoin.tickets.models import Ticket

register = template.Library()

STATUS_ICONS = {
    "new": "circle-dashed",
    "open": "circle-dot",
    "pending": "circle-ellipsis",
    "hold": "circle-pause",
    "solved": "circle-check",
    "closed": "circle-minus",
}
WORDS_OF_SCRIPTS = (
    gettext_noop("Back to the list"),
    gettext_noop("It was deleted, or it is no longer for you to read."),
    gettext_noop("Nothing was chosen. Try again."),
    gettext_noop("Remove {name}"),
    gettext_noop("Show in the new order"),
    gettext_noop("Show {count} more"),
    gettext_noop("That did not work. Try again."),
    gettext_noop("There is no connection. What you typed is still here: try again in a moment."),
    gettext_noop("This browser knows no passkeys."),
    gettext_noop("This can no longer be seen"),
    gettext_noop("Updated just now"),
    gettext_noop("You are signed out. What you typed is kept: sign in again and go on."),
    gettext_noop("those who are ticked"),
    gettext_noop("{count} people"),
    gettext_noop("{count} person"),
    gettext_noop("{count} selected"),
)
SHORT = 10  # characters of a status that every list has room for
_PORTAL_SHAPES = {"new": "open", "hold": "open", "closed": "solved"}  # end users know three


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, label: str = "", size: int = 16) -> SafeString:
    """A lucide icon. With a `label` it has a name for screen readers and a tooltip; without, it is decoration."""
    turns = {"class": "turns"} if name.endswith(("left", "right")) else {}  # where words run from right to left
    svg = mark_safe(lucide(name, size=size, stroke_width="1.5", aria_hidden="true", **turns))  # noqa: S308 our own drawing
    if not label:
        return format_html('<span class="icon">{}</span>', svg)
    return format_html('<span class="icon" role="img" aria-label="{0}" title="{0}">{1}</span>', label, svg)


@register.simple_tag
@lru_cache(maxsize=128)
def status(value: str, label: str) -> SafeString:
    """Where a ticket stands: a shape in its colour, and the word, whole on hover where there is little room."""
    return format_html(
        '<span class="status status--{}"{}>{}<span>{}</span></span>',
        value,
        format_html(' title="{}"', label) if len(label) > SHORT else "",
        icon(STATUS_ICONS.get(value, "circle")),
        label,
    )


@register.simple_tag(takes_context=True)
def status_of(context: Context, ticket: Ticket, is_private_side: bool = True) -> SafeString:
    """Where `ticket` stands, in the account's own word: for agents, or for who sees only what its requester sees."""
    return status(ticket.status, status_word(context, ticket, is_private_side))


@register.simple_tag(takes_context=True)
def status_word(context: Context, ticket: Ticket, is_private_side: bool = True) -> str:
    """That word alone."""
    book: Book = context.get("statuses_of_desk") or statuses.book()
    words = book.agent_label if is_private_side else book.end_user_label
    return words(ticket.status, ticket.custom_status_id)


@register.simple_tag(takes_context=True)
def portal_status(context: Context, ticket: Ticket) -> SafeString:
    """Where `ticket` stands, in the account's own word for end users. `actor` is who reads it."""
    book: Book = context.get("statuses_of_desk") or statuses.book()
    is_requester = ticket.requester_id == context["actor"].user_id
    words = book.end_user_label(ticket.status, ticket.custom_status_id, is_requester=is_requester)
    return status(_PORTAL_SHAPES.get(ticket.status, ticket.status), words)


@register.simple_tag
def words_of_scripts() -> SafeString | str:
    """What scripts say, for `words.js`; nothing where English is spoken, which the scripts have themselves."""
    if get_language() == languages.FIRST:
        return ""
    said = {word: gettext(word) for word in WORDS_OF_SCRIPTS}
    return format_html('<meta name="words" content="{}">', json.dumps(said, ensure_ascii=False))


@register.simple_tag
def spoken_languages() -> tuple[languages.Language, ...]:
    """Every language one can choose."""
    return languages.offered()


@register.simple_tag
def time(at: datetime) -> SafeString:
    """A moment: how long ago it is once script runs, in words and numbers before."""
    exact = at.isoformat(timespec="seconds")
    words = languages.moment(at)
    return format_html(
        '<relative-time datetime="{0}"><time datetime="{0}" title="{1} UTC">{1}</time></relative-time>', exact, words
    )


@register.simple_tag
def badge(
    label: str, kind: str = "", icon_name: str = "", partner: str = "", title: str = "", short: str = ""
) -> SafeString:
    """A word about a thing. `partner` is whose colour it wears, `short` what is seen where there is little room."""
    looks = f" badge--{kind}" if kind else ""
    looks += f" partner--{partner_number(partner)}" if partner else ""
    return format_html(
        '<span class="badge{}"{}>{}<span class="badge__words">{}</span></span>',
        looks,
        format_html(' title="{}"', title) if title else "",
        icon(icon_name, size=14) if icon_name else "",
        format_html('<span class="visually-hidden">{}</span><span aria-hidden="true">{}</span>', label, short)
        if short
        else label,
    )


@register.simple_tag
def avatar(person: User, size: str = "") -> SafeString:
    """The initials of a person whose name stands beside them. `size`: small or large."""
    looks = f" avatar--{size}" if size else ""
    if person.partner_name:
        looks += f" avatar--partner partner--{partner_number(person.partner_name)}"
    return format_html(
        '<span class="avatar avatar--hue-{}{}" aria-hidden="true">{}</span>', hue(person.pk), looks, person.initials
    )


@register.filter
def status_icon(value: str) -> str:
    """The shape of a status: a lucide name."""
    return STATUS_ICONS.get(value, "circle")


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
def said(words: str) -> str:
    """Words that a desk came with, in the language that is spoken; those of people as they are."""
    return languages.said(str(words or ""))


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
