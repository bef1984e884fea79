"""What triggers made of an update, kept in its audit in a few bytes for each: which fired, and which line kept others
from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from adjoin.tickets.changes import Change

FIRED, FAILED, NONE_OF_ANY = "*", "!", "0"
KEY = "rules"  # in the audit's metadata
KEPT_MAX = 200  # triggers; those after them leave no trace, so that an audit stays small


def keep(change: Change, outcomes: Mapping[int, str]) -> None:
    """Put what came of each trigger into the audit to be: `12:* 13:2 14:0`, in the order they are looked at."""
    if outcomes:
        first = list(outcomes.items())[:KEPT_MAX]
        change.metadata[KEY] = " ".join(f"{trigger_id}:{outcome}" for trigger_id, outcome in first)


def read(metadata: Mapping[str, Any]) -> dict[int, str]:
    """What came of each trigger, by id, out of an audit's metadata."""
    pairs = (word.partition(":") for word in str(metadata.get(KEY, "")).split())
    return {int(trigger_id): outcome for trigger_id, _, outcome in pairs if trigger_id.isdecimal()}
