"""Every way out of the desk that shows a ticket or what was said on it, each asked the same two questions.

`door.finds(desk, ticket, who)` and `door.reads(desk, ticket, who, public=...)` answer what the door really does, from
the bytes it gives out. `promised_to_find` and `promised_to_read` say from `desk.READERS` what it should do, and
`broken_promises` compares the two for everybody and everything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum

from adjoin.testing import desk as desks
from adjoin.testing.desk import NO_PUBLIC_SIDE, PEOPLE, READERS, SYSTEM, WORKING_AGENTS, Desk

Said = tuple[str, bool]  # a ticket's name, and whether it was said there in public
ALL_SAID: tuple[Said, ...] = tuple((ticket, public) for ticket in READERS for public in (True, False))


class Side(Enum):
    """Who a door is for."""

    CORE = "everybody, as who they are"
    WORKSPACE = "agents"
    HELP_CENTER = "everybody, as an end user in the help center of the ticket's brand"


class Door:
    """One way out. `tickets` and `comments` say what it shows to somebody, None where it shows no such thing."""

    side = Side.CORE
    people: tuple[str, ...] = tuple(PEOPLE)
    things: tuple[str, ...] = tuple(READERS)  # what it may tell of, by name
    routes: tuple[str, ...] = ()  # the project's addresses it goes through

    def __str__(self) -> str:
        return type(self).__name__

    def tickets(self, desk: Desk, who: str) -> set[str] | None:
        """The tickets this door lets `who` know of."""
        return None

    def comments(self, desk: Desk, who: str) -> set[Said] | None:
        """What this door lets `who` read."""
        return None

    def finds(self, desk: Desk, ticket: str, who: str) -> bool:
        return ticket in (self.tickets(desk, who) or ())

    def reads(self, desk: Desk, ticket: str, who: str, *, public: bool) -> bool:
        return (ticket, public) in (self.comments(desk, who) or ())

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        return promised_to_find(self.side, desk, ticket, who)

    def promises_comment(self, desk: Desk, ticket: str, who: str, public: bool) -> bool:
        return promised_to_read(self.side, desk, ticket, who, public=public)


def promised_to_find(side: Side, desk: Desk, ticket: str, who: str) -> bool:
    """Whether the table promises `who` the ticket on this side of the desk."""
    readers = READERS[ticket]
    if side is Side.HELP_CENTER:
        return who in readers.customers and desk.brand_name(ticket) != ""
    if who == SYSTEM:
        return "ada" in readers.agents
    if who in WORKING_AGENTS:
        return who in readers.agents | readers.asking_agents
    return side is Side.CORE and who in readers.customers


def promised_to_read(side: Side, desk: Desk, ticket: str, who: str, *, public: bool) -> bool:
    """Whether the table promises `who` what was said on the ticket, in public or in private."""
    if public:
        return promised_to_find(side, desk, ticket, who) and ticket not in NO_PUBLIC_SIDE
    if who == SYSTEM:
        return "ada" in READERS[ticket].agents
    return side is not Side.HELP_CENTER and who in WORKING_AGENTS & READERS[ticket].agents


def broken_promises(door: Door, desk: Desk) -> Iterator[str]:
    """Each thing the door does that is not promised, or the other way round, as a sentence."""
    for who in door.people:
        yield from _broken_to(door, desk, who)


def _broken_to(door: Door, desk: Desk, who: str) -> Iterator[str]:
    found, read = door.tickets(desk, who), door.comments(desk, who)
    if found is not None:
        promised = {ticket for ticket in door.things if door.promises_ticket(desk, ticket, who)}
        yield from _differences(who, "find", promised, found)
    if read is not None:
        kept = {said for said in ALL_SAID if door.promises_comment(desk, *_reader_of(said, who))}
        yield from _differences(who, "read", {_named(said) for said in kept}, {_named(said) for said in read})


def _reader_of(said: Said, who: str) -> tuple[str, str, bool]:
    return said[0], who, said[1]


def _named(said: Said) -> str:
    return desks.said(said[0], public=said[1])


def _differences(who: str, verb: str, promised: Iterable[str], done: Iterable[str]) -> Iterator[str]:
    yield from (f"{who} does not {verb} {thing}" for thing in sorted(set(promised) - set(done)))
    yield from (f"{who} should not {verb} {thing}" for thing in sorted(set(done) - set(promised)))
