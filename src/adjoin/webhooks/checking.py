"""Whether a webhook can be as somebody wants it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from adjoin.adapters import http
from adjoin.kernel import text
from adjoin.kernel.errors import Invalid
from adjoin.webhooks.terms import AUTH_DATA, BY_RULES, EVENTS, Auth, Format, Method

HEADERS_MAX = 10
HEADER_MAX = 1000  # characters of a value
ENDPOINT_MAX = 2000
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_OURS = ("host", "content-length", "content-type", "connection", "transfer-encoding", "te", "upgrade", "user-agent")


def name(value: str) -> str:
    """Its name as kept. Raises `Invalid`."""
    kept = text.one_line(value)[:255]
    if not kept:
        raise Invalid.field("name", _("Name: cannot be blank"), "BlankValue")
    return kept


def endpoint(url: str) -> str:
    """Its address as kept. Whether that is on the public internet is asked again on each call. Raises `Invalid`."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or not url.isascii() or re.search(r"[\s\x00-\x1f]", url) or len(url) > ENDPOINT_MAX:
        raise Invalid.field("endpoint", _("Endpoint: this is no web address. Write it like https://example.com/hook"))
    if parts.username or parts.password:
        raise Invalid.field("endpoint", _("Endpoint: leave out the user name and password. They have their own fields"))
    if parts.scheme == "http" and not http.may_be_plain(parts.hostname or ""):
        raise Invalid.field("endpoint", _("Endpoint: this is not encrypted. Use the https address"))
    return url


def choice(field: str, values: type[Method | Format | Auth], value: Any) -> str:
    """One of an enum's values. Raises `Invalid`."""
    if value not in values.values:
        told = ", ".join(one for one in values.values if one)
        raise Invalid.field(field, _("%(field)s: must be one of %(told)s") % {"field": field, "told": told})
    return str(value)


def auth_data(kind: str, data: Mapping[str, Any], before: Mapping[str, str]) -> str:
    """What proves who we are, as kept. A secret that is left out stays as it was. Raises `Invalid`."""
    kept: dict[str, str] = {}
    for part in AUTH_DATA[Auth(kind)]:
        value = data.get(part) or before.get(part) or ""
        if not isinstance(value, str) or not value or not _is_plain(value):
            raise Invalid.field(
                "authentication", _("Authentication: %(part)s is needed, as plain text in one line") % {"part": part}
            )
        kept[part] = value
    if kind == Auth.API_KEY:
        headers({kept["name"]: kept["value"]}, field="authentication")
    return json.dumps(kept) if kept else ""


def headers(given: Any, *, field: str = "custom_headers") -> str:
    """Headers of its own, as kept. Raises `Invalid`."""
    if not isinstance(given, Mapping) or len(given) > HEADERS_MAX:
        raise Invalid.field(field, _("Headers: at most %(most)s, each with a name and a value") % {"most": HEADERS_MAX})
    for header, value in given.items():
        is_ours = header.lower() in _OURS or header.lower().startswith("x-zendesk-")
        if not _HEADER_NAME.fullmatch(header) or is_ours:
            raise Invalid.field(field, _("Headers: %(header)s is no header that can be set") % {"header": header[:60]})
        if not isinstance(value, str) or not _is_plain(value):
            raise Invalid.field(field, _("Headers: %(header)s needs plain text in one line") % {"header": header[:60]})
    return json.dumps(dict(given)) if given else ""


def subscriptions(given: Any) -> list[str]:
    """The events it asks for, sorted; none when rules call it. Raises `Invalid`."""
    asked = set(given) if isinstance(given, list) and all(isinstance(one, str) for one in given) else {""}
    if asked <= {BY_RULES}:
        return []
    if BY_RULES in asked:
        raise Invalid.field("subscriptions", _("Subscriptions: either rules call it or events do, not both"))
    if wrong := sorted(asked - EVENTS.keys()):
        raise Invalid.field(
            "subscriptions", _("Subscriptions: %(wrong)s is no event") % {"wrong": wrong[0][:80] or "this"}
        )
    return sorted(asked)


def whole(fields: Mapping[str, Any]) -> None:
    """Whether the parts go together. Raises `Invalid`."""
    if fields["events"] and (fields["http_method"], fields["request_format"]) != (Method.POST, Format.JSON):
        raise Invalid.field("subscriptions", _("Subscriptions: events are sent with POST, as JSON"))


def _is_plain(value: str) -> bool:
    return len(value) <= HEADER_MAX and value.isascii() and value.isprintable()
