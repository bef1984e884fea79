"""Who acts in this thread, for the record of who changed what. It never decides what anybody may do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Acting:
    """Somebody at work: `user_id` None is the desk itself, `address` where they come from ("" for jobs)."""

    user_id: int | None = None
    name: str = "System"
    address: str = ""
    token_prefix: str = ""  # of the API token they act with
    viewed_name: str = ""  # whom they see the desk as


_who: ContextVar[Acting | None] = ContextVar("acting", default=None)


def who() -> Acting:
    """Who acts now; the desk itself where nobody has said."""
    return _who.get() or Acting()


@contextmanager
def acting(somebody: Acting) -> Iterator[None]:
    """What happens inside is done by `somebody`."""
    token = _who.set(somebody)
    try:
        yield
    finally:
        _who.reset(token)
