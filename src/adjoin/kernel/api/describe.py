"""How the OpenAPI document tells of bodies and answers. Nothing here runs while a request is answered:
answers are plain dicts, and a test compares them with these descriptions."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import create_model


class CursorMeta(Schema):
    """Where this page stands in the list."""

    has_more: bool
    after_cursor: str | None
    before_cursor: str | None


class CursorLinks(Schema):
    """The pages around this one."""

    prev: str | None
    next: str | None


def one(key: str, resource: type[Schema], **others: Any) -> type[Schema]:
    """The answer `{key: {…}}`; `others` are further keys and their types."""
    return _model(f"{_title(key)}Answer", {key: (resource, ...), **_required(others)})


def many(key: str, resource: type[Schema], **others: Any) -> type[Schema]:
    """The answer `{key: […]}` with the keys of both paginations."""
    of_pages = {
        "next_page": (str | None, None),
        "previous_page": (str | None, None),
        "count": (int | None, None),
        "meta": (CursorMeta | None, None),
        "links": (CursorLinks | None, None),
    }
    return _model(f"{_title(key)}Page", {**_list(key, resource), **_required(others), **of_pages})


def asks(key: str, resource: type[Schema]) -> dict[str, Any]:
    """`openapi_extra` for a write whose body is `{key: {…}}`."""
    schema = {"type": "object", "properties": {key: _flat(resource)}, "required": [key]}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def asks_many(key: str, resource: type[Schema]) -> dict[str, Any]:
    """`openapi_extra` for a write whose body is `{key: [{…}]}`."""
    schema = {"type": "object", "properties": {key: {"type": "array", "items": _flat(resource)}}}
    return {"requestBody": {"required": False, "content": {"application/json": {"schema": schema}}}}


def asks_plain(resource: type[Schema]) -> dict[str, Any]:
    """`openapi_extra` for a write whose body has no envelope."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": _flat(resource)}}}}


def takes(*names: str) -> dict[str, Any]:
    """`openapi_extra` for query parameters that views read themselves."""
    known = {
        "page": ("integer", "Number of the page, from 1"),
        "per_page": ("integer", "Rows on a numbered page, at most 100"),
        "page[size]": ("integer", "Rows on a page, at most 100; asks for pages by cursor"),
        "page[after]": ("string", "The `after_cursor` of the page before"),
        "page[before]": ("string", "The `before_cursor` of the page after"),
        "sort": ("string", "A field to sort by; `-` before it turns the order round"),
        "sort_by": ("string", "A field to sort numbered pages by"),
        "sort_order": ("string", "`asc` or `desc`"),
        "include": ("string", "Names of what to sideload, with commas between"),
        "ids": ("string", "Ids with commas between, at most 100"),
    }
    return {
        "parameters": [
            {"in": "query", "name": name, "required": False, "schema": {"type": kind}, "description": says}
            for name, (kind, says) in ((name, known.get(name, ("string", ""))) for name in names)
        ]
    }


PAGED = ("page", "per_page", "sort_by", "sort_order", "page[size]", "page[after]", "page[before]", "sort")


def _flat(resource: type[Schema]) -> dict[str, Any]:
    schema = resource.model_json_schema()
    definitions = schema.pop("$defs", {})

    def resolved(part: Any) -> Any:
        if isinstance(part, list):
            return [resolved(one_part) for one_part in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            return resolved(definitions[part["$ref"].rsplit("/", 1)[-1]])
        return {name: resolved(value) for name, value in part.items()}

    result: dict[str, Any] = resolved(schema)
    return result


def _model(name: str, fields: Any) -> type[Schema]:
    return create_model(name, __base__=Schema, **fields)


def _list(key: str, resource: Any) -> dict[str, Any]:
    return {key: (list[resource], ...)}


def _title(key: str) -> str:
    return "".join(word.capitalize() for word in key.split("_"))


def _required(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: (kind, ...) for name, kind in fields.items()}
