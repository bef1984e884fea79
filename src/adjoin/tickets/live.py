"""Telling open pages that a ticket changed: its id and nothing else, so that each reader asks for what it may see."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection

from adjoin.accounts import current

CHANNEL = "adjoin_live"


def announce(ticket_id: int) -> None:
    """Send `{"account": schema, "ticket": id}` to every web process, when this transaction commits."""
    _send(ticket_id)


def announce_all(ticket_ids: Iterable[int]) -> None:
    """The same for many tickets, in one statement."""
    _send(*ticket_ids)


def look_again(**facts: Any) -> None:
    """Have every listener of this account asked again who it is, on commit: some have signed out."""
    _send(None)


def _send(*ticket_ids: int | None) -> None:
    schema = current.schema()
    news = [json.dumps({"account": schema, "ticket": one}) for one in ticket_ids]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, news) FROM unnest(%s::text[]) AS n(news)", [CHANNEL, news])
