"""What an Adjoin desk says of words, files and comments it takes back: places and digests, never a word of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adjoin.sharing import addresses
from adjoin.sharing.crossing.outgoing import Payload, Person, wire_moment, wire_person
from adjoin.sharing.terms import NAMESPACE, VERSION
from adjoin.tickets.redacting import Redaction

UNDER = "retract"
AT_MOST = 100  # in one request
SPANS_MAX = 1000


@dataclass(frozen=True)
class Retraction:
    """What goes from one comment: the letters in `spans` of its `length`, one file, or (with neither) all of it."""

    comment_uuid: str
    length: int = 0
    spans: tuple[tuple[int, int], ...] = ()
    file_digests: tuple[str, str] | None = None  # SHA-256 of the bytes and of the name

    @property
    def is_whole(self) -> bool:
        return not self.spans and self.file_digests is None


def of(redaction: Redaction, comment_uuid: str) -> Retraction:
    """What a redaction here asks of a partner who knows the comment by `comment_uuid`."""
    return Retraction(comment_uuid, redaction.length, redaction.spans, redaction.file_digests)


def asking(ticket_uuid: str, retraction: Retraction, actor: Person | None) -> Payload:
    """The update that asks an Adjoin desk for it."""
    one: Payload = {"comment": retraction.comment_uuid}
    if retraction.spans:
        one |= {"length": retraction.length, "spans": [list(span) for span in retraction.spans]}
    if retraction.file_digests is not None:
        one["file"] = list(retraction.file_digests)
    return {
        "uuid": ticket_uuid,
        "comments": [],
        **({"current_actor": wire_person(actor)} if actor else {}),
        "custom_fields": {NAMESPACE: {"version": VERSION, UNDER: [one]}},
    }


def telling(ticket_uuid: str, uuid: str, actor: Person | None, words: str, now: datetime) -> Payload:
    """The update that tells another desk in a private note: the protocol has no way to ask."""
    note: Payload = {
        "uuid": uuid,
        "author": wire_person(actor) if actor else None,
        "body": words,
        "html_body": "",
        "authored_at": wire_moment(now),
        "public": False,
        "attachments": [],
    }
    return {"uuid": ticket_uuid, "comments": [note]}


def read(ours: Mapping[str, Any]) -> list[Retraction]:
    """What an Adjoin desk asks for, out of our namespace; what makes no sense is left out."""
    rows = ours.get(UNDER)
    found = [_one(row) for row in rows[:AT_MOST]] if isinstance(rows, list) else []
    return [one for one in found if one is not None]


def _one(row: Any) -> Retraction | None:
    if not isinstance(row, dict) or not addresses.is_uuid(row.get("comment")):
        return None
    uuid = str(row["comment"])
    if "file" in row:
        digests = row["file"]
        is_pair = isinstance(digests, list) and len(digests) == 2 and all(isinstance(one, str) for one in digests)
        return Retraction(uuid, file_digests=(digests[0], digests[1])) if is_pair else None
    if "spans" not in row:
        return Retraction(uuid)
    spans, length = _spans(row["spans"]), row.get("length")
    return Retraction(uuid, length, spans) if spans and type(length) is int else None


def _spans(value: Any) -> tuple[tuple[int, int], ...]:
    """Places in order; none when any of them is not a place."""
    rows = value[:SPANS_MAX] if isinstance(value, list) else []
    pairs = [(row[0], row[1]) for row in rows if isinstance(row, list) and len(row) == 2]
    is_sound = len(pairs) == len(rows) and all(type(a) is int and type(b) is int and 0 <= a < b for a, b in pairs)
    return tuple(sorted(pairs)) if is_sound else ()
