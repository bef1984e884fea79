"""A session is good at the host where its owner signed in, and at no other.

Accounts have their own session tables, so one account's cookie means nothing to another. Brands of one account share
a table; there this keeps a cookie that was carried from one brand's host to another's from opening anything."""

from __future__ import annotations

from django.contrib.sessions.backends.base import SessionBase

_KEY = "signed_in_at_host"


def bind(session: SessionBase, host: str) -> None:
    """Tie the session to `host` (a Host header)."""
    session[_KEY] = _name(host)


def is_good_at(session: SessionBase, host: str) -> bool:
    """Whether the session may be used at `host`. Sessions that nobody signed in with are good everywhere."""
    return session.get(_KEY) in (None, _name(host))


def _name(host: str) -> str:
    return (host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host).lower().rstrip(".")
