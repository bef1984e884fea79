"""Rows in an order that people change by buttons: one step up, one step down."""

from __future__ import annotations

from collections.abc import Sequence


def moved(ids: Sequence[int], pk: int, *, up: bool) -> list[int]:
    """The ids with one of them one place further up or down; at an end, or unknown, it stays."""
    found = list(ids)
    if pk not in found:
        return found
    at = found.index(pk)
    to = min(max(at + (-1 if up else 1), 0), len(found) - 1)
    found.insert(to, found.pop(at))
    return found
