"""Telling of changes that admins are answerable for: settings, roles, memberships, agreements, tokens.

The app that keeps them (`audit_log`) subscribes; what changes them need not know of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from adjoin.kernel import outbox, wording

TOPIC = "admin.changed"


class Did(StrEnum):
    """What was done, as Zendesk's audit logs name it in `action`."""

    CREATED = "create"
    UPDATED = "update"
    DELETED = "destroy"
    SIGNED_IN = "login"
    EXPORTED = "exported"


def changed(
    did: Did, kind: str, subject_id: int | None, title: str, *, now: datetime, **changes: tuple[Any, Any]
) -> None:
    """Tell that a `kind` ("organization", "custom_role") of that id, called `title`, was changed.

    `changes` is from and to, by field; nothing is told of an update that left everything as it was."""
    moved = {name: (plain(old), plain(new)) for name, (old, new) in changes.items() if old != new}
    if did is Did.UPDATED and not moved:
        return
    outbox.publish(TOPIC, did=did, kind=kind, subject_id=subject_id, title=title, changes=moved, now=now)


def differences(row: Any, fields: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """From and to of the fields that `row` is about to get."""
    return {name: (getattr(row, name), value) for name, value in fields.items() if getattr(row, name) != value}


def plain(value: Any) -> Any:
    """The value as it can be kept in JSON: sentences as they are kept, rows by their name, sets as sorted lists."""
    if isinstance(value, str):
        return wording.kept(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(map(plain, value))
    return [plain(one) for one in value] if isinstance(value, list | tuple) else str(value)
