"""The moment that hours are counted to where rows are asked for: now, unless a run says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_stands_at: ContextVar[datetime | None] = ContextVar("rules_clock", default=None)


def now() -> datetime:
    """The moment that counts."""
    return _stands_at.get() or timezone.now()


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Have filters that are made meanwhile count to `moment`."""
    token = _stands_at.set(moment)
    try:
        yield
    finally:
        _stands_at.reset(token)
