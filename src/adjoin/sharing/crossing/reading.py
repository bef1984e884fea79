"""Making sense of what partners send: JSON with caps, then plain values.

Peers differ (Zendesk sends every key and null for "not given", others only what changed), so much is forgiven; what
cannot be understood at all is `Unreadable`."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from adjoin.kernel import text
from adjoin.kernel.errors import DeskError
from adjoin.kernel.wording import say
from adjoin.sharing import addresses
from adjoin.sharing.crossing import statuses
from adjoin.sharing.terms import NAMESPACE
from adjoin.tickets.terms import TicketStatus

BODY_MAX_BYTES = 4 * 1024 * 1024
DEPTH_MAX = 20
COMMENTS_MAX = 2000  # in one request
FILES_MAX = 50  # on one comment
TAGS_MAX = 1000
FIELDS_MAX = 400
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # what is said to be older comes from a clock that nobody has set


class Unreadable(DeskError):
    """A partner's request that makes no sense to us."""

    code = "unreadable"
    status = 422


@dataclass(frozen=True)
class Person:
    """Somebody at the partner's."""

    uuid: str
    name: str
    is_agent: bool


@dataclass(frozen=True)
class File:
    """A file by reference: we fetch it ourselves."""

    url: str
    file_name: str


@dataclass(frozen=True)
class Said:
    """One comment. `authored_at` is None when the partner does not say."""

    uuid: str
    author: Person | None
    body: str
    html_body: str
    authored_at: datetime | None
    is_public: bool
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class TicketNews:
    """What a partner says about a ticket; None where it says nothing."""

    uuid: str | None = None
    subject: str | None = None
    status: str | None = None
    custom_status: str = ""  # what they call it within that category
    requester: Person | None = None
    current_actor: Person | None = None
    comments: tuple[Said, ...] = ()
    tags: tuple[str, ...] | None = None
    original_id: str | None = None
    custom_fields: dict[str, Any] = field(default_factory=dict)  # without ours
    ours: dict[str, Any] = field(default_factory=dict)  # what stands under our namespace
    left_out: list[str] = field(default_factory=list, compare=False)  # sentences, added while it is taken in
    met: dict[Person, Any] = field(default_factory=dict, compare=False)  # who they are here, found meanwhile

    @property
    def number(self) -> int:
        """The partner's number for this delivery; 0 when it has none."""
        return _number(self.ours.get("number"))

    @property
    def fields(self) -> dict[str, Any]:
        """Ticket fields by the partner's titles: as Zendesk nests them, or else plain."""
        nested = self.custom_fields.get("zd_custom_fields")
        rows = nested if isinstance(nested, dict) else self.custom_fields
        return {title: value for title, value in list(rows.items())[:FIELDS_MAX] if not isinstance(value, dict)}

    @property
    def seen(self) -> int | None:
        """The latest of our deliveries the partner knew of; None when it does not say."""
        return _number(self.ours["seen"]) if "seen" in self.ours else None


def parse(raw: bytes) -> dict[str, Any]:
    """The JSON object in a request's body, free of what a database chokes on. Raises `Unreadable`."""
    if len(raw) > BODY_MAX_BYTES:
        raise Unreadable(
            say("This is larger than the %(most)s MB we take.") % {"most": BODY_MAX_BYTES // 1024**2}, code="too_large"
        )
    try:
        value = json.loads(raw, parse_constant=_refuse_constant)
        cleaned = _clean(value, DEPTH_MAX)
    except (ValueError, RecursionError) as error:
        raise Unreadable(say("The body is not JSON we can read."), code="bad_json") from error
    if not isinstance(cleaned, dict):
        raise Unreadable(say("The body must be one JSON object."), code="bad_json")
    return cleaned


def ticket(body: Mapping[str, Any]) -> TicketNews:
    """The ticket a body speaks of. Raises `Unreadable`."""
    custom = _object(body.get("custom_fields"), "custom_fields") or {}
    return TicketNews(
        uuid=uuid(body, "uuid"),
        subject=_text(body, "subject"),
        status=_text(body, "status"),
        custom_status=text.one_line(_text(body, "custom_status") or "")[: statuses.NAME_MAX],
        requester=person(body.get("requester"), "requester"),
        current_actor=person(body.get("current_actor"), "current_actor"),
        comments=tuple(_said(row) for row in _list(body.get("comments"), "comments", COMMENTS_MAX)),
        tags=_tags(body.get("tags")),
        original_id=_text(body, "original_id"),
        custom_fields={key: value for key, value in custom.items() if key != NAMESPACE},
        ours=namespace(body),
    )


def namespace(body: Mapping[str, Any]) -> dict[str, Any]:
    """What stands under our own key; empty when the partner is not an Adjoin desk."""
    custom = body.get("custom_fields")
    ours = custom.get(NAMESPACE) if isinstance(custom, dict) else None
    return ours if isinstance(ours, dict) else {}


def status_of(news: TicketNews) -> str | None:
    """The status to set: with hold, where an Adjoin desk says so; None when none was given or we do not know it."""
    if news.status == "open" and news.ours.get("status") == TicketStatus.HOLD:
        return TicketStatus.HOLD
    known = {"new", "open", "pending", "hold", "solved"}
    status = "solved" if news.status == "closed" else news.status
    return status if status in known else None


def tag_steps(ours: Mapping[str, Any]) -> tuple[set[str], set[str]] | None:
    """The tags an Adjoin desk added and removed, from our namespace; None when only the whole list was given."""
    steps = [ours.get(key) for key in ("tags_added", "tags_removed")]
    if not all(isinstance(step, list) for step in steps):
        return None
    added, removed = ({tag for tag in step[:TAGS_MAX] if isinstance(tag, str)} for step in steps if step is not None)
    return added, removed


def uuid(body: Mapping[str, Any], key: str) -> str | None:
    """An identifier, None when not given. Raises `Unreadable`."""
    value = body.get(key)
    if value is None:
        return None
    if not addresses.is_uuid(value):
        raise Unreadable(say("%(key)s must be 1 to 64 letters, digits, - or _.") % {"key": key}, code="bad_uuid")
    return str(value)


def flag(body: Mapping[str, Any], key: str) -> bool | None:
    """A boolean, None when not given. Raises `Unreadable`."""
    value = body.get(key)
    if value is not None and not isinstance(value, bool):
        raise Unreadable(say("%(key)s must be true or false.") % {"key": key}, code="bad_value")
    return value


def person(value: Any, key: str) -> Person | None:
    """An actor; None when not given, or without an identifier. Raises `Unreadable`."""
    row = _object(value, key)
    identifier = uuid(row, "uuid") if row else None
    if not row or identifier is None:
        return None
    name = row.get("name")
    return Person(identifier, text.one_line(name)[:255] if isinstance(name, str) else "", row.get("role") == "agent")


def moment(value: Any) -> datetime | None:
    """`2010-11-24 14:13:54 -0800` or ISO 8601; without a zone it is UTC. None for what is no moment, or before all."""
    if not isinstance(value, str):
        return None
    joined = re.sub(r"\s+(?=[+-]\d\d:?\d\d$)", "", value.strip())
    try:
        found = datetime.fromisoformat(joined)
        found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return found if found >= EARLIEST else None


def _said(value: Any) -> Said:
    row = _object(value, "comments") or {}
    identifier = uuid(row, "uuid")
    if identifier is None:
        raise Unreadable(say("Every comment needs a uuid."), code="bad_uuid")
    files = _list(row.get("attachments") or [], "attachments", FILES_MAX)
    return Said(
        uuid=identifier,
        author=person(row.get("author"), "author"),
        body=_text(row, "body") or "",
        html_body=_text(row, "html_body") or "",
        authored_at=moment(row.get("authored_at")),
        is_public=_is_public(row),
        files=tuple(file for file in map(_file, files) if file is not None),
    )


def _is_public(row: Mapping[str, Any]) -> bool:
    """Zendesk takes a comment without the key for public, and one with null for private; in doubt it is private."""
    if "public" not in row:
        return True
    return row["public"] is True or row["public"] == "true"


def _file(value: Any) -> File | None:
    row = _object(value, "attachments") or {}
    url = row.get("url")
    if not isinstance(url, str) or not url or len(url) > 2000:
        return None
    name = row.get("display_filename") or row.get("filename")
    return File(url, name if isinstance(name, str) else "file")


def _tags(value: Any) -> tuple[str, ...] | None:
    if value is None:
        return None
    return tuple(tag for tag in _list(value, "tags", TAGS_MAX) if isinstance(tag, str))


def _text(body: Mapping[str, Any], key: str) -> str | None:
    value = body.get(key)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise Unreadable(say("%(key)s must be text.") % {"key": key}, code="bad_value")


def _object(value: Any, key: str) -> dict[str, Any] | None:
    if value is None or isinstance(value, dict):
        return value
    raise Unreadable(say("%(key)s must be an object.") % {"key": key}, code="bad_value")


def _list(value: Any, key: str, at_most: int) -> list[Any]:
    if value is None or value == {}:  # a library of Zendesk's sends {} for no attachments
        return []
    if not isinstance(value, list):
        raise Unreadable(say("%(key)s must be a list.") % {"key": key}, code="bad_value")
    if len(value) > at_most:
        raise Unreadable(
            say("%(key)s has more than %(at_most)s entries.") % {"key": key, "at_most": at_most}, code="too_large"
        )
    return value


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63 else 0


def _clean(value: Any, depth: int) -> Any:
    """The same value without NUL and half characters, which no text column keeps.

    Raises `ValueError` when it is too deep, or has a number too large for any column."""
    if depth < 0:
        raise ValueError("too deep")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("too large")
    if isinstance(value, str):
        return value.encode("utf-8", "ignore").decode().replace("\x00", "")
    if isinstance(value, dict):
        return dict(_clean_items(value.items(), depth))
    if isinstance(value, list):
        return [_clean(item, depth - 1) for item in value]
    return value


def _clean_items(items: Iterable[tuple[str, Any]], depth: int) -> Iterable[tuple[str, Any]]:
    return ((_clean(key, 0), _clean(item, depth - 1)) for key, item in items)


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)
