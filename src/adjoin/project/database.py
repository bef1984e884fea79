"""How to reach the database without Django's own connections: what listens, locks or works in an event loop does."""

from __future__ import annotations

from typing import Any

from django.db import connections

CONNECT_SECONDS = 5


def parameters() -> dict[str, Any]:
    """What `psycopg.connect` takes, as Django would give it."""
    found = connections["default"].get_connection_params()
    found.pop("cursor_factory", None)  # made for Django's cursors and adapters
    found.pop("context", None)
    return found | {"connect_timeout": CONNECT_SECONDS}
