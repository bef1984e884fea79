"""Reading what clients send: bodies, parameters, moments. Whatever they send, the failure has a clear shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.dateparse import parse_date, parse_datetime

from adjoin.kernel.errors import BadRequest, DeskError, Invalid, TooManyValues
from adjoin.kernel.wording import say

MANY_MAX = 100  # items in one call, as Zendesk has it
ID_MAX = 2**63 - 1


class NoJson(DeskError):
    """The body is not the JSON it should be."""

    code = "Unprocessable Entity"
    status = 400


class BodyTooLarge(DeskError):
    """More JSON than anybody needs."""

    code = "RequestTooLarge"
    status = 413


def body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object in the body; an empty body is an empty object. Raises `NoJson`, `BodyTooLarge`."""
    try:
        raw = request.body
    except RequestDataTooBig as error:
        raise BodyTooLarge(say("The body is too large. Send files through /api/v2/uploads.")) from error
    if not raw.strip():
        return {}
    try:
        data = json.loads(raw, parse_constant=_refuse_constant)
        if b"\\u" in raw:
            json.dumps(data, ensure_ascii=False).encode()  # half of a surrogate pair is no text
    except (ValueError, RecursionError) as error:
        raise NoJson(say("Server could not parse JSON")) from error
    if not isinstance(data, dict):
        raise NoJson(say("Server could not parse JSON: an object is needed"))
    return data


def wrapped(request: HttpRequest, key: str) -> dict[str, Any]:
    """The resource in the body, out of its envelope `{key: {…}}`. Raises `BadRequest`, `NoJson`."""
    resource = body(request).get(key)
    if not isinstance(resource, dict):
        raise BadRequest(say("Parameter %(key)s is required and must be an object") % {"key": key})
    return resource


def words(request: HttpRequest, name: str) -> str:
    """A query parameter as text that the database takes; empty when missing."""
    return request.GET.get(name, "").replace("\x00", "").encode(errors="ignore").decode().strip()


def choices(request: HttpRequest, name: str) -> list[str]:
    """A list parameter, in both forms: `status=open,hold` and `role[]=agent&role[]=admin`."""
    values = [*request.GET.getlist(f"{name}[]"), *request.GET.getlist(name)]
    return [word for value in values for word in value.replace("\x00", "").split(",") if word]


def includes(request: HttpRequest) -> frozenset[str]:
    """The sideloads asked for; unknown names do no harm."""
    return frozenset(choices(request, "include"))


def ids(request: HttpRequest, name: str = "ids") -> list[int]:
    """The ids of a many-call, without what is no id. Raises `TooManyValues` beyond 100, `BadRequest` for none."""
    asked = choices(request, name)
    if not asked:
        raise BadRequest(say("Parameter %(name)s is required") % {"name": name})
    if len(asked) > MANY_MAX:
        raise TooManyValues(MANY_MAX)
    return [found for word in asked if (found := whole_number(word)) is not None]


def whole_number(value: Any) -> int | None:
    """`value` as an id, from a number or its digits; None for everything else."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        value = int(value)
    is_id = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= ID_MAX
    return value if is_id else None


def moment(field: str, value: Any) -> datetime | None:
    """A moment out of ISO 8601 with any offset (UTC when none is given), or a date; None for null and zero dates.

    Raises `Invalid`."""
    if value in (None, ""):
        return None
    try:
        found = _moment(value) if isinstance(value, str) else None
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise Invalid.field(
            field,
            say("%(field)s: %(value)s is not a date and time") % {"field": field, "value": str(value)[:60]},
            "InvalidFormat",
        )
    return found if found.year > 1 else None  # 0001-01-01T00:00:00Z: how some clients say "not set"


def flag(field: str, value: Any) -> bool:
    """A truth value, also as the text of one. Raises `Invalid`."""
    if isinstance(value, str):
        value = {"true": True, "false": False}.get(value.lower(), value)
    if not isinstance(value, bool):
        raise Invalid.field(field, say("%(field)s: must be true or false") % {"field": field})
    return value


def text(field: str, value: Any) -> str:
    """Text; null is empty. Raises `Invalid`."""
    if value is not None and not isinstance(value, str):
        raise Invalid.field(field, say("%(field)s: must be text") % {"field": field})
    return (value or "").replace("\x00", "")


def unknown_to(data: Mapping[str, Any], known: frozenset[str] | set[str], key: str) -> list[str]:
    """The keys of a body that mean nothing here, as the warning names them."""
    return [f"{key}.{name}" for name in data if name not in known]


def _moment(value: str) -> datetime | None:
    if (day := parse_date(value)) is not None and len(value) <= 10:
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    found = parse_datetime(value)
    if found is None:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _refuse_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are no JSON
