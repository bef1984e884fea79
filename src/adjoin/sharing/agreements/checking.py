"""Whether terms make sense, with a sentence for each that does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from adjoin.fields.models import CustomStatus
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.sharing.crossing import statuses
from adjoin.sharing.terms import ATTACHMENT_LIMIT_MB, CommentsTerm, OnUnshare, Terms, WhoShares
from adjoin.tickets.terms import TicketStatus

EXCLUDED_MAX = 50
FIELDS_MAX = 200
OURS = (TicketStatus.NEW, TicketStatus.OPEN, TicketStatus.PENDING, TicketStatus.HOLD, TicketStatus.SOLVED)


def checked(terms: Terms) -> Terms:
    """The terms in the form they are kept in. Raises `Invalid` naming the first that makes no sense."""
    _one_of("comments", terms.comments, CommentsTerm.values)
    _one_of("on_unshare", terms.on_unshare, OnUnshare.values)
    _one_of("who_shares", terms.who_shares, WhoShares.values)
    limit = terms.attachment_max_mb
    if limit is not None and (type(limit) is not int or not 0 < limit <= ATTACHMENT_LIMIT_MB):
        raise _bad(
            "attachment_max_mb",
            say("must be between 1 and %(most)s, or nothing") % {"most": ATTACHMENT_LIMIT_MB},
        )
    return replace(
        terms,
        status_out=_statuses("status_out", terms.status_out, is_ours=_is_our_status, is_other=_is_their_status),
        status_in=_statuses("status_in", terms.status_in, is_ours=_is_their_status, is_other=_is_our_status),
        excluded_tags=_beginnings(terms.excluded_tags),
        field_map=_fields(terms.field_map),
    )


def _statuses(
    name: str, mapping: Mapping[str, str], *, is_ours: Callable[[str], bool], is_other: Callable[[str], bool]
) -> dict[str, str]:
    """What differs from saying the same; a ticket cannot become new again."""
    if not isinstance(mapping, Mapping):
        raise _bad(name, say("must say for a status which it is on the other side"))
    for one, other in mapping.items():
        if not (is_ours(str(one)) and is_other(str(other))):
            raise _bad(
                name,
                say("%(one)s: %(other)s is none of %(ours)s, nor the id of a status here or a name there")
                % {"one": one, "other": other, "ours": ", ".join(OURS)},
            )
        if other == TicketStatus.NEW and one != TicketStatus.NEW:
            raise _bad(name, say("no status can become new"))
    return {str(one): str(other) for one, other in mapping.items() if one != other}


def _is_our_status(value: str) -> bool:
    """A category, or the id of a status that the account has added."""
    if not (value.isascii() and value.isdecimal() and len(value) < 19):
        return value in OURS
    return CustomStatus.objects.filter(pk=value, is_standard=False).exclude(status_category=TicketStatus.NEW).exists()


def _is_their_status(value: str) -> bool:
    """A category, or one with a name: `pending/At the lab`."""
    category, name = statuses.split(value)
    return category in OURS and len(name) <= statuses.NAME_MAX and "\x00" not in name


def _beginnings(tags: Iterable[str]) -> tuple[str, ...]:
    if not isinstance(tags, list | tuple):
        raise _bad("excluded_tags", say("must be a list of how tags begin"))
    words = {str(tag).strip().lower() for tag in tags}
    if len(words) > EXCLUDED_MAX:
        raise _bad("excluded_tags", say("at most %(most)s") % {"most": EXCLUDED_MAX})
    if spaced := [word for word in words if re.search(r"\s", word)]:
        raise _bad("excluded_tags", say("a tag has no spaces: %(tag)s") % {"tag": sorted(spaced)[0]})
    return tuple(sorted(word for word in words if word))


def _fields(rows: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Titles of ours and theirs, each once."""
    if not isinstance(rows, list | tuple):
        raise _bad("custom_field_map", say("must be a list of fields"))
    kept = [_field(row) for row in rows]
    if len(kept) > FIELDS_MAX:
        raise _bad("custom_field_map", say("at most %(most)s fields") % {"most": FIELDS_MAX})
    for side in ("ours", "theirs"):
        titles = [row[side].casefold() for row in kept]
        if twice := [title for title in titles if titles.count(title) > 1]:
            raise _bad("custom_field_map", say("%(title)s stands there twice") % {"title": twice[0]})
    return tuple(kept)


def _field(row: Any) -> dict[str, Any]:
    if not isinstance(row, Mapping) or not all(
        isinstance(row.get(side), str) and row[side] for side in ("ours", "theirs")
    ):
        raise _bad("custom_field_map", say("each field needs a title here (ours) and a title there (theirs)"))
    options = row.get("options") or {}
    if not isinstance(options, Mapping) or not all(isinstance(word, str) for pair in options.items() for word in pair):
        raise _bad("custom_field_map", say("options must say for a tag here which it is there"))
    return {"ours": row["ours"][:200], "theirs": row["theirs"][:200], "options": dict(options)}


def _one_of(name: str, value: Any, known: Iterable[str]) -> None:
    names = [str(one) for one in known]
    if value not in names:
        raise _bad(name, say("must be one of %(names)s") % {"names": ", ".join(names)})


def _bad(name: str, why: str) -> Invalid:
    return Invalid.field(name, say("%(field)s: %(why)s") % {"field": name.replace("_", " ").capitalize(), "why": why})
