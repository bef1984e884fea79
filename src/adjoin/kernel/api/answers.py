"""Answers in Zendesk's form: JSON, moments, links, `201` with a place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

JSON = "application/json; charset=utf-8"
WARN_MAX = 1000  # characters of a warning header
Json = dict[str, Any]


def answer(data: Mapping[str, Any], status: int = 200, *, ignored: Iterable[str] = ()) -> HttpResponse:
    """`data` as JSON. `ignored` names the keys of the request's body that nothing was done with."""
    response = HttpResponse(dumps(data), status=status, content_type=JSON)
    if names := sorted(set(ignored)):
        keys = json.dumps(names)[:WARN_MAX]  # ASCII, so nothing of it can break out of the header
        response["x-zendesk-api-warn"] = f"Removed restricted keys {keys} from parameters according to whitelist"
    return response


def created(data: Mapping[str, Any], location: str, *, ignored: Iterable[str] = ()) -> HttpResponse:
    """`201` with the new resource and its address."""
    response = answer(data, 201, ignored=ignored)
    response["Location"] = location
    return response


def nothing() -> HttpResponse:
    """`204`: done, and nothing to say."""
    response = HttpResponse(status=204)
    del response["Content-Type"]
    return response


def dumps(data: Any) -> str:
    """Compact JSON."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def moment(value: datetime | None) -> str | None:
    """`2024-02-08T17:44:16Z`: UTC, to the second."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value is not None else None


def origin(request: HttpRequest) -> str:
    """The scheme and host the client asked, without a slash at the end."""
    return f"{request.scheme}://{request.get_host()}"


def base(request: HttpRequest) -> str:
    """Where the API begins for this client: `http://acme.localhost:8000/api/v2`."""
    return f"{origin(request)}/api/v2"


def count(value: int, now: datetime) -> Json:
    """The body of a count, which alone among moments writes its zone as an offset."""
    refreshed_at = now.astimezone(UTC).isoformat(timespec="seconds")
    return {"count": {"value": value, "refreshed_at": refreshed_at}}
