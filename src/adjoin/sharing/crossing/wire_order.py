"""Payloads as bytes, their keys in the order in which Zendesk's own client writes them.

The database keeps a waiting payload without that order, and some peers read with more than a parser."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from adjoin.sharing.crossing.outgoing import Payload

_PERSON = ("uuid", "name", "role")
_FILE = ("url", "filename", "content_type", "display_filename")
_COMMENT = ("uuid", "author", "body", "html_body", "authored_at", "public", "attachments", "custom_fields")
_TICKET = (
    *("uuid", "subject", "requested_at", "status", "requester", "comments", "current_actor", "tags", "original_id"),
    *("custom_fields", "custom_status"),
)
_AGREEMENT = (
    *("receiver_url", "sender_url", "status", "uuid", "access_key", "name", "current_actor"),
    *("sync_tags", "sync_custom_fields", "allows_public_comments", "deactivated_by", "custom_fields"),
)
_INSIDE = {  # which order the object, or the objects of the list, under a key have
    **dict.fromkeys(("author", "requester", "current_actor"), _PERSON),
    "attachments": _FILE,
    "comments": _COMMENT,
}


def encoded(payload: Payload) -> bytes:
    """The payload as it leaves: compact JSON in UTF-8."""
    return json.dumps(in_order(payload), ensure_ascii=False, separators=(",", ":")).encode()


def in_order(payload: Payload) -> Payload:
    """The same payload, with its keys in order."""
    is_agreement = "access_key" in payload or not payload.keys() & {"comments", "subject", "requester"}
    ordered: Payload = _ordered(payload, _AGREEMENT if is_agreement else _TICKET)
    return ordered


def _ordered(value: Any, keys: Iterable[str]) -> Any:
    if isinstance(value, list):
        return [_ordered(one, keys) for one in value]
    if not isinstance(value, dict):
        return value
    places = {key: place for place, key in enumerate(keys)}
    names = sorted(value, key=lambda name: places.get(name, len(places)))
    return {name: _ordered(value[name], _INSIDE[name]) if name in _INSIDE else value[name] for name in names}
