"""Answers made ready (macros), which a higher app keeps: what is offered in the composer, and what one fills in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adjoin.kernel import text
from adjoin.kernel.errors import NotFound

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Ticket


@dataclass(frozen=True)
class FilledFile:
    """A file that one puts on the answer."""

    id: int
    url: str
    file_name: str
    content_type: str
    size_bytes: int
    sha256: str
    width: int | None
    height: int | None


@dataclass(frozen=True)
class Filled:
    """What one fills in: words for the composer, and `changes` (a `ticket` body) that are made when it is sent."""

    macro_id: int
    title: str
    body: str = ""
    html_body: str = ""
    is_public: bool | None = None  # None: as whoever writes has it
    changes: dict[str, Any] = field(default_factory=dict)
    sentences: list[str] = field(default_factory=list)  # the changes in words
    files: list[FilledFile] = field(default_factory=list)
    status: str = ""  # the one it sets, inside a sentence; empty where it sets none

    @property
    def words(self) -> str:
        """What it says, as plain text."""
        return text.plain_from_html(text.safe_html(self.html_body)) if self.html_body else self.body


Offering = Callable[["Actor", "Ticket"], list[tuple[int, str]]]
Filling = Callable[["Actor", "Ticket", int], Filled]
SENT = "macro_ids"  # the field of an update that names what it was made with
_kept: list[tuple[Offering, Filling]] = []
_suggesting: list[Offering] = []


def fill_with(offering: Offering, filling: Filling) -> None:
    """Have `offering(actor, ticket)` name what is offered, and `filling(actor, ticket, id)` fill one in."""
    if (offering, filling) not in _kept:
        _kept.append((offering, filling))


def suggest_with(suggesting: Offering) -> None:
    """Have `suggesting(actor, ticket)` name those that are often used on tickets like that one."""
    if suggesting not in _suggesting:
        _suggesting.append(suggesting)


def suggested(actor: Actor, ticket: Ticket) -> list[tuple[int, str]]:
    """Ids and titles of those often used on tickets like this one, most used first."""
    return [one for suggesting in _suggesting for one in suggesting(actor, ticket)]


def offered(actor: Actor, ticket: Ticket) -> list[tuple[int, str]]:
    """Ids and titles of what `actor` may use on `ticket`."""
    return [one for offering, _ in _kept for one in offering(actor, ticket)]


def fill(actor: Actor, ticket: Ticket, macro_id: int) -> Filled:
    """What that one fills in. Raises `NotFound`, or `Invalid` for one that cannot be applied any more."""
    for _, filling in _kept:
        return filling(actor, ticket, macro_id)
    raise NotFound
