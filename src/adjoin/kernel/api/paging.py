"""Both of Zendesk's paginations. A query begins with `readable.…`; a page is cut out of it by key or by number."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from adjoin.kernel.api import answers, reading
from adjoin.kernel.errors import BadPage

PAGE_MAX = 100  # rows
OFFSET_MAX = 10_000  # rows that numbered pages reach
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Sorts:
    """The orders a list can be asked for: the client's word to our column.

    `by_number` holds those that only numbered pages take, because their column may be null."""

    by_key: Mapping[str, str]
    by_number: Mapping[str, str]
    default: str = "id"

    @classmethod
    def of(cls, *names: str, default: str = "id", by_number: Mapping[str, str] | None = None, **renamed: str) -> Sorts:
        """Sorts whose words are their columns, but for the renamed; `id` is always there."""
        by_key = {"id": "pk", **{name: name for name in names}, **renamed}
        return cls(by_key, {**by_key, **(by_number or {})}, default)


BY_ID = Sorts.of()


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list, and how to get the others."""

    rows: list[Row]
    before: Mapping[str, Any]  # keys of the envelope

    def envelope(self, key: str, items: Sequence[Any], **sideloads: Any) -> dict[str, Any]:
        """The body of the answer: the items, what was sideloaded, the way on."""
        return {key: items, **sideloads, **self.before}


def page(
    request: HttpRequest,
    rows: QuerySet[Row],
    sorts: Sorts = BY_ID,
    *,
    offset_max: int = OFFSET_MAX,
    beyond: Callable[[str], Exception] = BadPage,
    size_max: int = PAGE_MAX,
) -> Page[Row]:
    """The page of `rows` that the request asks for: by key with `page[size]`, otherwise by number.

    Raises `BadPage` for a cursor, size or number that cannot be, `beyond` past the rows that numbers reach."""
    if any(name in request.GET for name in ("page[size]", "page[after]", "page[before]")):
        return _by_key(request, rows, sorts, size_max)
    return _by_number(request, rows, sorts, offset_max, beyond)


def whole(rows: Iterable[Row]) -> Page[Row]:
    """All rows, for lists that have no pages but show the keys of one."""
    found = list(rows)
    return Page(found, {"next_page": None, "previous_page": None, "count": len(found)})


def asked_number(request: HttpRequest) -> tuple[int, int]:
    """The page asked for, from 1, and the rows on it. Raises `BadPage`."""
    size = _number(request, "per_page", PAGE_MAX)
    return max(1, _number(request, "page", 1)), min(size, PAGE_MAX) if size > 0 else PAGE_MAX


def numbered(request: HttpRequest, *, number: int, size: int, total: int) -> dict[str, Any]:
    """The keys of a numbered page's envelope."""
    return {
        "next_page": _link(request, page=number + 1) if number * size < total else None,
        "previous_page": _link(request, page=number - 1) if number > 1 else None,
        "count": total,
    }


def _by_number(
    request: HttpRequest, rows: QuerySet[Row], sorts: Sorts, offset_max: int, beyond: Callable[[str], Exception]
) -> Page[Row]:
    number, size = asked_number(request)
    if number * size > offset_max:
        raise beyond("page")
    name, is_descending = _asked_order(request, sorts.by_number, sorts.default)
    total = rows.count()
    found = list(rows.order_by(*_order(sorts.by_number[name], is_descending))[(number - 1) * size : number * size])
    return Page(found, numbered(request, number=number, size=size, total=total))


def _by_key(request: HttpRequest, rows: QuerySet[Row], sorts: Sorts, size_max: int) -> Page[Row]:
    size = _number(request, "page[size]", PAGE_MAX)
    if size < 1:
        raise BadPage("page[size]")
    size = min(size, size_max)
    name, is_descending = _asked_order(request, sorts.by_key, sorts.default)
    column = sorts.by_key[name]
    is_back = not request.GET.get("page[after]") and bool(request.GET.get("page[before]"))
    parameter = "page[before]" if is_back else "page[after]"
    if cursor := request.GET.get(parameter):
        rows = rows.filter(_beyond(_unpacked(cursor, name, parameter), column, is_descending is not is_back))
    found = list(rows.order_by(*_order(column, is_descending is not is_back))[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if is_back:
        found.reverse()
    first, last = (_packed(found[0], name, column), _packed(found[-1], name, column)) if found else (None, None)
    return Page(
        found,
        {
            "meta": {"has_more": has_more, "after_cursor": last, "before_cursor": first},
            "links": {
                "prev": _cursor_link(request, "page[before]", first),
                "next": _cursor_link(request, "page[after]", last),
            },
        },
    )


def _asked_order(request: HttpRequest, columns: Mapping[str, str], default: str) -> tuple[str, bool]:
    asked = request.GET.get("sort", "") or request.GET.get("sort_by", "")
    name = asked.removeprefix("-")
    if name in columns:
        return name, asked.startswith("-") or request.GET.get("sort_order", "").lower() == "desc"
    if asked and "sort" in request.GET:
        raise BadPage("sort")
    is_descending = request.GET.get("sort_order", "").lower() == "desc" or default.startswith("-")
    return default.removeprefix("-"), is_descending


def _order(column: str, is_descending: bool) -> list[str]:
    sign = "-" if is_descending else ""
    return [f"{sign}pk"] if column == "pk" else [f"{sign}{column}", f"{sign}pk"]


def _beyond(position: tuple[Any, int], column: str, is_descending: bool) -> Q:
    """The rows after a position. Written so that an index on the column can jump there."""
    value, pk = position
    way = "lt" if is_descending else "gt"
    if column == "pk":
        return Q(**{f"pk__{way}": pk})
    return Q(**{f"{column}__{way}e": value}) & (Q(**{f"{column}__{way}": value}) | Q(**{f"pk__{way}": pk}))


def _packed(row: Model, name: str, column: str) -> str:
    value = None if column == "pk" else attrgetter(column.replace("__", "."))(row)
    if isinstance(value, datetime):
        value = value.isoformat()
    raw = json.dumps([name, value, row.pk], separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def _unpacked(cursor: str, name: str, parameter: str) -> tuple[Any, int]:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        packed_name, value, pk = json.loads(raw)
        if packed_name != name or reading.whole_number(pk) is None or not isinstance(value, str | int | None):
            raise ValueError(cursor)
        if isinstance(value, str) and name.endswith("_at"):
            value = datetime.fromisoformat(value)
    except (ValueError, TypeError, RecursionError) as error:
        raise BadPage(parameter) from error
    return value, pk


def _number(request: HttpRequest, name: str, default: int) -> int:
    asked = request.GET.get(name, "")
    if not asked:
        return default
    if not (asked.isascii() and asked.removeprefix("-").isdecimal() and len(asked) < 10):
        raise BadPage(name)
    return int(asked)


def _cursor_link(request: HttpRequest, parameter: str, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    query = request.GET.copy()
    for name in ("page[after]", "page[before]"):
        query.pop(name, None)
    query[parameter] = cursor
    return _address(request, query)


def _link(request: HttpRequest, **changed: Any) -> str:
    query = request.GET.copy()
    for name, value in changed.items():
        query[name] = str(value)
    return _address(request, query)


def _address(request: HttpRequest, query: Any) -> str:
    pairs = [(name, value) for name, values in query.lists() for value in values]
    return f"{answers.origin(request)}{request.path_info}.json?{urlencode(pairs)}"
