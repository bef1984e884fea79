"""The doors of what lies beside tickets: what waits, ratings, files of macros. Pages and API of each."""

from __future__ import annotations

from collections.abc import Iterable

from adjoin.testing import beside
from adjoin.testing import desk as desks
from adjoin.testing.asking import ask
from adjoin.testing.desk import ADMINS, NOBODY, READERS, WORKING_AGENTS, Desk
from adjoin.testing.doors import Door


class Beside(Door):
    """A thing is found where its canary stands in the bytes of its page, or of the list."""

    people: tuple[str, ...] = ("ada", "ben", "lea", "gus", "rex", "cyd", NOBODY)

    def paths(self, desk: Desk) -> Iterable[str]:
        """The addresses at which the things may show."""
        return self.routes

    def canary(self, thing: str) -> str:
        return desks.subject(thing)

    def tickets(self, desk: Desk, who: str) -> set[str]:
        pages = [ask(desk, who, path) for path in self.paths(desk)]
        return {one for one in self.things if any(page.shows(self.canary(one)) for page in pages)}


class SuspendedList(Beside):
    """What waits, and how it looks in the API."""

    things: tuple[str, ...] = tuple(beside.WAITING)
    routes: tuple[str, ...] = ("/agent/suspended/",)
    people: tuple[str, ...] = ("ada", "ben", "lea", "gus", "rex", "rol", "zed", "cyd", NOBODY)

    def paths(self, desk: Desk) -> Iterable[str]:
        beside.suspended(desk)
        return self.routes

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        return beside.sees_suspended(ticket, who)


class ApiSuspendedList(SuspendedList):
    """The same over the API."""

    routes = ("/api/v2/suspended_tickets",)


class SuspendedPages(SuspendedList):
    """Each by itself, as a page and over the API."""

    routes = ("/agent/suspended/{}/", "/api/v2/suspended_tickets/{}")
    people = ("ada", "ben", "gus", "cyd")

    def paths(self, desk: Desk) -> Iterable[str]:
        return [route.format(row.pk) for row in beside.suspended(desk).values() for route in self.routes]

    def canary(self, thing: str) -> str:
        return desks.said(thing, public=False)


class SuspendedFiles(SuspendedPages):
    """The files that strangers sent: named on the page, in the API, and the bytes themselves."""

    def paths(self, desk: Desk) -> Iterable[str]:
        rows = beside.suspended(desk).values()
        return [
            *(route.format(row.pk) for row in rows for route in self.routes),
            *(f"/agent/suspended/{row.pk}/files/{one.pk}/" for row in rows for one in row.files.all()),
        ]

    def canary(self, thing: str) -> str:
        return beside.waiting_file(thing)


class Ratings(Beside):
    """What a requester said of how they were helped, on the ticket's page for agents."""

    things: tuple[str, ...] = beside.RATED
    routes: tuple[str, ...] = ("/agent/tickets/{}/",)
    people: tuple[str, ...] = ("ada", "ben", "lea", "rex", "cyd", NOBODY)

    def paths(self, desk: Desk) -> Iterable[str]:
        return [self.routes[0].format(row.ticket_id) for row in beside.ratings(desk).values()]

    def canary(self, thing: str) -> str:
        return beside.rated(thing)

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        return who in WORKING_AGENTS & READERS[ticket].agents


class ApiTicketRatings(Ratings):
    """The same in the API's ticket."""

    routes = ("/api/v2/tickets/{}",)

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        return who in WORKING_AGENTS and beside.sees_rating(ticket, who)


class ApiRatings(Ratings):
    """The ratings themselves, which only admins list."""

    routes = ("/api/v2/satisfaction_ratings", "/api/v2/satisfaction_ratings/{}")

    def paths(self, desk: Desk) -> Iterable[str]:
        return [self.routes[0], *(self.routes[1].format(row.pk) for row in beside.ratings(desk).values())]

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        return who in ADMINS


class MacroFiles(Beside):
    """The files of macros over the API, for those who use the macro: named, and the bytes themselves."""

    things: tuple[str, ...] = tuple(beside.MACROS)
    routes: tuple[str, ...] = (
        "/api/v2/macros/{}/attachments",
        "/api/v2/macros/attachments/{}",
        "/api/v2/macros/attachments/{}/content",
    )

    def paths(self, desk: Desk) -> Iterable[str]:
        of_macro, *of_file = self.routes
        rows = beside.files_of_macros(desk).values()
        return [
            path for row in rows for path in (of_macro.format(row.macro_id), *(one.format(row.pk) for one in of_file))
        ]

    def canary(self, thing: str) -> str:
        return beside.macro_file(thing)

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        return beside.uses_macro(ticket, who)


class MacroFilePages(MacroFiles):
    """The page of a macro names its files, to those who may change it."""

    routes = ("/agent/macros/{}/",)

    def paths(self, desk: Desk) -> Iterable[str]:
        return [self.routes[0].format(row.macro_id) for row in beside.files_of_macros(desk).values()]

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        return beside.changes_macro(ticket, who)


BESIDE: tuple[Door, ...] = (
    SuspendedList(),
    ApiSuspendedList(),
    SuspendedPages(),
    SuspendedFiles(),
    Ratings(),
    ApiTicketRatings(),
    ApiRatings(),
    MacroFiles(),
    MacroFilePages(),
)
