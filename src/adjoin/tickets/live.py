"""Telling open pages that a ticket changed: its id and nothing else, so that each reader asks for what it may see."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from adjoin.accounts import current
from adjoin.kernel import prepared

CHANNEL = "adjoin_live"
_NOTIFY = prepared.Statement("SELECT pg_notify($1, news) FROM unnest($2::text[]) AS n (news)")


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
    _NOTIFY.run(CHANNEL, news)
