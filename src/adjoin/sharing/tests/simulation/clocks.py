"""One time for the world, and clocks that are wrong by some minutes."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adjoin.accounts import current
from adjoin.testing.accounts import NOW

WRONG_BY_SECONDS = 140  # at most, before or after; two desks differ by twice as much


@dataclass
class Clocks:
    """What each desk takes for now. `wrong_by` is by schema."""

    now: datetime = NOW
    wrong_by: dict[str, timedelta] = field(default_factory=dict)

    def reset(self, chance: random.Random, schemas: Sequence[str]) -> None:
        """Begin anew, each desk with another error."""
        self.now = NOW
        self.wrong_by = {
            schema: timedelta(seconds=chance.randint(-WRONG_BY_SECONDS, WRONG_BY_SECONDS)) for schema in schemas
        }

    def here(self) -> datetime:
        """What the clock of the desk in use says; in place of `timezone.now`."""
        return self.now + self.wrong_by.get(current.schema(), timedelta(0))

    @contextmanager
    def later(self, seconds: float) -> Iterator[None]:
        """Let time pass, in whole seconds as the wire has them."""
        self.now += timedelta(seconds=int(seconds))
        yield
