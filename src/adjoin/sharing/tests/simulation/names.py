"""Uuids and keys that follow from the seed, so that it tells the same story each time."""

from __future__ import annotations

import random


class Names:
    """In place of `ids.new_secret`."""

    def __init__(self) -> None:
        self.reset("world")

    def reset(self, seed: str) -> None:
        """Begin anew. Other names come of each seed."""
        self._chance = random.Random(f"names of {seed}")

    def new(self, length_bytes: int = 20) -> str:
        """The next one, as hex."""
        return self._chance.randbytes(length_bytes).hex()
