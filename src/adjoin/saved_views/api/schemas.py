"""How the API document tells of views."""

from __future__ import annotations

from typing import Any

from ninja import Schema

from adjoin.rules.api.schemas import HeadingJson


class ViewJson(HeadingJson):
    """A saved list of tickets."""

    position: int
    description: str
    execution: dict[str, Any]
    conditions: dict[str, Any]
    restriction: dict[str, Any] | None
    raw_title: str
    notice: str


class ViewWriteJson(Schema):
    """What can be written. `output` is `{"columns", "group_by", "group_order", "sort_by", "sort_order"}`.

    `restriction` is `{"type": "User" | "Group", "id"}`, null for everybody."""

    title: str | None = None
    active: bool | None = None
    description: str | None = None
    position: int | None = None
    all: list[dict[str, Any]] | None = None
    any: list[dict[str, Any]] | None = None
    output: dict[str, Any] | None = None
    restriction: dict[str, Any] | None = None


class ViewsInManyJson(Schema):
    """Views to change: `id` with `active` or `position`."""

    views: list[dict[str, Any]]


class ViewCountJson(Schema):
    """How many tickets a view has. `value` is null until a big view has been counted once."""

    url: str
    view_id: int
    value: int | None
    pretty: str
    fresh: bool
    active: bool
    refresh: int
    counted_at: str | None


class ExecutedJson(Schema):
    """The rows of a view, its columns, and the view."""

    rows: list[dict[str, Any]]
    columns: list[dict[str, Any]]
    view: dict[str, Any]
    count: int
