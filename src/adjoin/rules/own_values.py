"""Placeholders for the fields that an account adds to its people and organizations:
`{{ticket.requester.custom_fields.level}}` is what is kept, and with `.title` how people read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from adjoin.people import fields
from adjoin.people.models import Organization, User


class OwnValues(Mapping[str, Any]):
    """What is kept of somebody or something, by key. The account's fields are asked for once one of them is used."""

    def __init__(self, holder: User | Organization | None) -> None:
        self._holder = holder

    @cached_property
    def _kept(self) -> dict[str, Any]:
        if self._holder is None or not self._holder.custom_fields:
            return {}
        values = self._holder.custom_fields
        known = fields.active(fields.FIELDS_OF[type(self._holder)])
        return {
            one.key: _told(values[one.key], fields.worded(one, values[one.key])) for one in known if one.key in values
        }

    def __getitem__(self, key: str) -> Any:
        return self._kept[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)


class _Told(str):
    """A value whose `title` is how people read it."""

    title_of: str

    def __getitem__(self, key: Any) -> str:
        return self.title_of if key == "title" else super().__getitem__(key)


def _told(value: Any, title: str) -> Any:
    if isinstance(value, bool | int | float):
        return value
    found = _Told(" ".join(value) if isinstance(value, list) else value)
    found.title_of = title
    return found
