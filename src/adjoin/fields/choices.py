"""What the fields can be that every ticket has. The app of tickets says so at start-up; fields stand below it."""

from __future__ import annotations

from collections.abc import Iterable

Choice = tuple[str, str]  # value and name
_known: dict[str, list[Choice]] = {}


def give(type: str, choices: Iterable[tuple[object, object]]) -> None:
    """Say what the field of this type can be."""
    _known[type] = [(str(value), str(name)) for value, name in choices]


def of(type: str) -> list[Choice]:
    """What the field of this type can be; none where it is free."""
    return _known.get(type, [])
