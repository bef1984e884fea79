"""What people did and their desks confirmed: what the end is measured by."""

from __future__ import annotations

from dataclasses import dataclass, field

Pair = tuple[str, str]  # who shares, with whom


@dataclass
class Memory:
    """All of it in plain values, so that a branch of the world takes a copy along."""

    agreements: dict[Pair, str] = field(default_factory=dict)  # the uuid of the latest
    outbound: dict[Pair, int] = field(default_factory=dict)  # its id where it is outbound
    said: dict[str, dict[str, int]] = field(default_factory=dict)  # by desk: words, and the id of their comment there
    held: dict[tuple[str, str], int] = field(default_factory=dict)  # agreement and canary: since which request
    redacted: dict[str, tuple[str, str, frozenset[str]]] = field(default_factory=dict)
    """What is gone, a secret or the digest of a file: the desk, the words it stood beside, the agreements in force."""
    recalled: set[tuple[str, str, str]] = field(default_factory=set)  # desk, agreement, words
    shared: set[Pair] = field(default_factory=set)  # along which the ticket went
    has_ended: bool = False  # something was unshared, or an agreement is over

    def copy(self) -> Memory:
        """The same, to go on from."""
        said = {name: dict(words) for name, words in self.said.items()}
        return Memory(
            dict(self.agreements),
            dict(self.outbound),
            said,
            dict(self.held),
            dict(self.redacted),
            set(self.recalled),
            set(self.shared),
            self.has_ended,
        )

    def begin_again(self, pair: Pair, uuid: str, agreement_id: int) -> None:
        """The two made another agreement. What was held back stays held back."""
        before = self.agreements[pair]
        self.agreements[pair], self.outbound[pair] = uuid, agreement_id
        self.held = {(uuid if under == before else under, canary): at for (under, canary), at in self.held.items()}
