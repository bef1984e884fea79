"""What was tried, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """How a line of the report ends."""

    WORKS = "works"
    ODD = "odd"  # not as documented, but partners get by
    BROKEN = "broken"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Line:
    """One thing that was tried, the outcome, and the reason in words; "" when it works as documented."""

    what: str
    outcome: Outcome
    why: str = ""

    def __str__(self) -> str:
        return f"{self.outcome:<8} {self.what}{f'. {self.why}' if self.why else ''}"


@dataclass
class Report:
    """All lines so far, in the order in which things were tried."""

    lines: list[Line] = field(default_factory=list)

    def add(self, what: str, outcome: Outcome, why: str = "") -> Line:
        """One more line."""
        line = Line(what, outcome, why)
        self.lines.append(line)
        return line

    @property
    def is_well(self) -> bool:
        """Whether nothing is broken."""
        return not any(line.outcome == Outcome.BROKEN for line in self.lines)
