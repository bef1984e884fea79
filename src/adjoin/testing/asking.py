"""Asking the desk's pages and API as somebody, and the kinds of doors that do: each reads the bytes given out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from adjoin.testing import desk as desks
from adjoin.testing.desk import NOBODY, READERS, Desk
from adjoin.testing.doors import ALL_SAID, Door, Said, Side

# The people and tickets that decide something where each page is asked for on its own.
AT_WORK = ("ada", "ben", "lea", "pia", "cat", "rex", "cyd", NOBODY)
AT_HOME = ("cyd", "dee", "eli", "jon", "gil", "cat", "sue", NOBODY)
TELLING_AT_WORK = ("home", "brandless", "vault", "asked by rex", "about rex", "deleted")
TELLING_AT_HOME = ("home", "outdoor", "vault", "shared", "confidential", "closed", "notes only")


@dataclass(frozen=True)
class Answer:
    """What came out of a door."""

    status: int
    body: bytes

    def shows(self, canary: str) -> bool:
        return canary.encode() in self.body


def ask(desk: Desk, who: str, path: str, brand: str = "home", **query: Any) -> Answer:
    """A GET as somebody, at a brand's host, following redirects inside the desk."""
    response = desk.browsers[who].get(path, query, headers={"host": desk.brands[brand].host}, follow=True)
    streamed = getattr(response, "streaming_content", None)
    answer = Answer(response.status_code, b"".join(streamed) if streamed is not None else response.content)
    desk.given_out.append((who, f"{brand} {path} {query or ''}".strip(), answer.body))
    return answer


class Lists(Door):
    """Pages that show many tickets at once: what is in their bytes is found."""

    people: tuple[str, ...] = AT_WORK
    side = Side.WORKSPACE

    def paths(self, desk: Desk, who: str) -> Iterable[str]:
        return self.routes

    def pages(self, desk: Desk, who: str) -> list[Answer]:
        return [ask(desk, who, path) for path in self.paths(desk, who)]

    def tickets(self, desk: Desk, who: str) -> set[str]:
        pages = self.pages(desk, who)
        return {ticket for ticket in READERS if any(page.shows(desks.subject(ticket)) for page in pages)}


class EachTicket(Door):
    """Pages of one ticket, asked for by its number."""

    people: tuple[str, ...] = AT_WORK
    side = Side.WORKSPACE
    asked: tuple[str, ...] = TELLING_AT_WORK
    shows_subject = True
    shows_comments = True

    def path(self, desk: Desk, ticket: str) -> str:
        return self.routes[0].format(desk.tickets[ticket].pk)

    def page(self, desk: Desk, ticket: str, who: str) -> Answer:
        return ask(desk, who, self.path(desk, ticket))

    def tickets(self, desk: Desk, who: str) -> set[str] | None:
        pages = self._pages(desk, who)
        return {ticket for ticket, page in pages.items() if page.status == 200 and self.is_there(ticket, page)}

    def is_there(self, ticket: str, page: Answer) -> bool:
        return page.shows(desks.subject(ticket)) or not self.shows_subject

    def comments(self, desk: Desk, who: str) -> set[Said] | None:
        if not self.shows_comments:
            return None
        pages = self._pages(desk, who)
        return {said for said in self.said() if pages[said[0]].shows(desks.said(said[0], public=said[1]))}

    def said(self) -> list[Said]:
        return [said for said in ALL_SAID if said[0] in self.asked]

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        return ticket in self.asked and super().promises_ticket(desk, ticket, who)

    def promises_comment(self, desk: Desk, ticket: str, who: str, public: bool) -> bool:
        return ticket in self.asked and super().promises_comment(desk, ticket, who, public)

    def _pages(self, desk: Desk, who: str) -> dict[str, Answer]:
        """Each ticket's page, asked for once."""
        known: dict[str, Answer] = desk.seen.setdefault((str(self), who), {})
        for ticket in self.asked:
            if ticket not in known:
                known[ticket] = self.page(desk, ticket, who)
        return known


class EachRequest(EachTicket):
    """Pages where everybody is an end user of one brand: each ticket is asked for at its own brand's host."""

    side = Side.HELP_CENTER
    people = AT_HOME
    asked = TELLING_AT_HOME

    def page(self, desk: Desk, ticket: str, who: str) -> Answer:
        return ask(desk, who, self.path(desk, ticket), desk.brand_name(ticket) or "home")
