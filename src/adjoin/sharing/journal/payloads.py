"""Payloads as people may see them: no addresses of files, no keys, and only comments the reader may read."""

from __future__ import annotations

import json
from typing import Any

from adjoin.sharing.crossing.wire_order import in_order

KEPT_MAX_BYTES = 64 * 1024
SECRET = frozenset({"url", "access_key", "new_key", "token"})
HIDDEN = "Not yours to read."


def kept(body: dict[str, Any] | None) -> dict[str, Any] | None:
    """A body as it is written down; None when there was none, or it is longer than we keep."""
    if body is None:
        return None
    clean = without_secrets(body)
    return clean if len(json.dumps(clean)) <= KEPT_MAX_BYTES else None


def without_secrets(value: Any) -> Any:
    """The same value, with what opens doors taken out."""
    if isinstance(value, dict):
        return {name: "…" if name in SECRET and one else without_secrets(one) for name, one in value.items()}
    return [without_secrets(one) for one in value] if isinstance(value, list) else value


def shown(payload: dict[str, Any] | None, readable_uuids: frozenset[str]) -> dict[str, Any] | None:
    """A payload for one reader: of comments that are not among `readable_uuids`, only that they were there."""
    if payload is None:
        return None
    clean: dict[str, Any] = without_secrets(payload)
    if isinstance(clean.get("comments"), list):
        clean["comments"] = [_comment(one, readable_uuids) for one in clean["comments"]]
    return in_order(clean)


def _comment(value: Any, readable_uuids: frozenset[str]) -> Any:
    uuid = value.get("uuid") if isinstance(value, dict) else None
    return value if uuid in readable_uuids else {"uuid": uuid, "body": HIDDEN}
